import {
  FormDataParseError,
  MaxFilesExceededError,
  MaxHeaderSizeExceededError,
  MaxPartsExceededError,
  parseFormData,
} from '@remix-run/form-data-parser'
import type { Middleware } from 'remix/fetch-router'
import { HttpError } from './http-error.ts'

const maxBytes = 64 * 1024
const maxFields = 100

/**
 * Provides the fields of a submitted form as `context.get(FormData)`; empty for other requests.
 *
 * The body is read whole before anything else happens, so a client that is slow or leaves half-way
 * holds no session and changes nothing.
 */
export function formData(): Middleware<{ key: typeof FormData; value: FormData }> {
  return async (context, next) => {
    const { request } = context
    context.set(FormData, request.method === 'POST' ? await readForm(request) : new FormData())
    return next()
  }
}

async function readForm(request: Request): Promise<FormData> {
  const contentType = formContentType(request.headers)
  if (Number(request.headers.get('Content-Length')) > maxBytes) throw tooLarge()
  const body = await readBody(request)
  if (body.length === 0) return new FormData()
  if (contentType === undefined) {
    throw new HttpError(415, 'The body is not a form', {
      Accept: 'application/x-www-form-urlencoded, multipart/form-data',
    })
  }

  return contentType.startsWith('multipart/')
    ? readMultipart(request.url, contentType, body)
    : readFields(body)
}

const utf8 = new TextDecoder()

function readFields(body: Uint8Array): FormData {
  const fields = new URLSearchParams(utf8.decode(body))
  if (fields.size > maxFields) throw tooLarge()
  const form = new FormData()
  for (const [name, value] of fields) form.append(name, value)
  return form
}

async function readMultipart(
  url: string,
  contentType: string,
  body: Uint8Array<ArrayBuffer>,
): Promise<FormData> {
  const whole = new Request(url, {
    method: 'POST',
    headers: { 'Content-Type': contentType },
    body,
  })
  try {
    return await parseFormData(whole, { maxFiles: 0, maxParts: maxFields })
  } catch (error) {
    if (
      error instanceof MaxFilesExceededError ||
      error instanceof MaxPartsExceededError ||
      error instanceof MaxHeaderSizeExceededError
    ) {
      throw tooLarge()
    }
    if (error instanceof FormDataParseError) throw new HttpError(400, 'The form cannot be read')
    throw error
  }
}

/** The content type if it is one of a form; the parser wants its name in lower case. */
function formContentType(headers: Headers): string | undefined {
  if (headers.has('Content-Encoding')) return undefined
  const [, name, parameters] = /^([^;\s]*)(.*)$/s.exec(headers.get('Content-Type') ?? '') ?? []
  const mediaType = name?.toLowerCase()
  const isForm =
    mediaType === 'application/x-www-form-urlencoded' || mediaType === 'multipart/form-data'
  return isForm ? mediaType + parameters : undefined
}

async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    // Content-Length may be missing, so it is the bytes that count.
    if (length > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLarge(): HttpError {
  return new HttpError(413, `A form has at most ${maxFields} fields in ${maxBytes} bytes, no files`)
}
