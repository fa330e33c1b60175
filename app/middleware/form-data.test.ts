import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRouter } from 'remix/fetch-router'
import { errorPages } from './errors.ts'
import { formData } from './form-data.ts'

function createShop() {
  const forms: [string, FormDataEntryValue][][] = []
  const router = createRouter({
    middleware: [
      errorPages({ log: () => {}, renderError: (status) => new Response('sorry', { status }) }),
      formData(),
    ],
  })
  router.map('/', (context) => {
    forms.push([...context.get(FormData)])
    return new Response('accepted')
  })
  return { forms, router }
}

async function post(body: BodyInit | null, contentType?: string, headers = {}) {
  const { forms, router } = createShop()
  const all = { ...(contentType && { 'Content-Type': contentType }), ...headers }
  const init = { method: 'POST', body, headers: all, duplex: 'half' } as RequestInit
  const response = await router.fetch('https://shop.example/', init)
  assert.equal(forms.length, response.status === 200 ? 1 : 0)
  return { status: response.status, fields: forms[0] }
}

const urlencoded = 'application/x-www-form-urlencoded'

function multipart(...parts: string[]): string {
  return `${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`
}

function field(name: string, value: string): string {
  return `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`
}

function fieldsIn(count: number): string {
  return Array(count).fill('a=1').join('&')
}

function partsIn(count: number): string {
  return multipart(...Array(count).fill(field('a', '1')))
}

describe('formData', { timeout: 240_000 }, () => {
  it('reads a form of either kind, exactly as it was typed', async () => {
    const typed = [
      ['title', '  Émile & Ω 📚 \u0000'],
      ['title', 'again'],
      ['__proto__', ''],
    ] as [string, string][]
    const encoded = await post(new URLSearchParams(typed).toString(), `${urlencoded};charset=UTF-8`)
    assert.deepEqual(encoded.fields, typed)

    const body = new FormData()
    for (const [name, value] of typed) body.append(name, value)
    assert.deepEqual((await post(body)).fields, typed)
  })

  it('takes the name of the content type in any case', async () => {
    assert.deepEqual((await post('a=1', 'Application/X-WWW-Form-Urlencoded')).fields, [['a', '1']])
    const { fields } = await post(multipart(field('a', '1')), 'Multipart/Form-Data; boundary=b')
    assert.deepEqual(fields, [['a', '1']])
  })

  it('takes a post without a body for an empty form', async () => {
    assert.deepEqual(await post(null), { status: 200, fields: [] })
    assert.deepEqual(await post('', urlencoded), { status: 200, fields: [] })
  })

  it('provides an empty form to other methods', async () => {
    const { forms, router } = createShop()
    await router.fetch('https://shop.example/?a=1')
    const headers = { 'Content-Type': urlencoded }
    await router.fetch('https://shop.example/', { method: 'PUT', body: 'a=1', headers })
    assert.deepEqual(forms, [[], []])
  })

  it('accepts 64 KiB and 100 fields, and answers 413 to more', async () => {
    const type = 'multipart/form-data; boundary=b'
    assert.equal((await post(`a=${'x'.repeat(65_534)}`, urlencoded)).status, 200)
    assert.equal((await post(`a=${'x'.repeat(65_535)}`, urlencoded)).status, 413)
    assert.equal((await post(fieldsIn(100), urlencoded)).status, 200)
    assert.equal((await post(fieldsIn(101), urlencoded)).status, 413)
    assert.equal((await post(partsIn(100), type)).status, 200)
    assert.equal((await post(partsIn(101), type)).status, 413)
    assert.equal((await post(multipart(field('a', 'x'.repeat(65_500))), type)).status, 413)
  })

  it('stops reading at the limit when no length was announced', async () => {
    let pulled = 0
    const long = new ReadableStream({
      pull(controller) {
        pulled += 1
        controller.enqueue(new Uint8Array(16_384))
        if (pulled === 100) controller.close()
      },
    })
    assert.equal((await post(long, urlencoded)).status, 413)
    assert.ok(pulled < 10, `${pulled} chunks were read`)
  })

  it('answers 413 from the announced length without reading', async () => {
    const never = new ReadableStream({ pull: () => new Promise(() => {}) })
    assert.equal((await post(never, urlencoded, { 'Content-Length': '65537' })).status, 413)
  })

  it('answers 413 to files', async () => {
    const body = new FormData()
    body.append('cover', new File(['data'], 'cover.png'))
    assert.equal((await post(body)).status, 413)
  })

  it('answers 400 to a form that cannot be read', async () => {
    const type = 'multipart/form-data; boundary=b'
    assert.equal((await post('no boundary in here', type)).status, 400)
    assert.equal((await post(`--b\r\n${field('a', 'cut off')}`, type)).status, 400)
    assert.equal((await post('--b\r\n', 'multipart/form-data')).status, 400)
  })

  it('answers 415 to what is no form', async () => {
    const types = [
      'application/json',
      'text/plain',
      'multipart/mixed; boundary=b',
      'form',
      undefined,
    ]
    for (const type of types) {
      const body = new TextEncoder().encode('a=1')
      assert.equal((await post(body, type)).status, 415, type)
    }
    assert.equal((await post('a=1', urlencoded, { 'Content-Encoding': 'gzip' })).status, 415)
  })
})
