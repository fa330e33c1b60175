import { html } from '@remix-run/html-template'
import { shop } from '../ui/shop.ts'
import type { Part, Wording } from './letters.ts'

/** A mail as it leaves the shop. */
export interface Message {
  to: string
  subject: string
  text: string
  html: string
}

export function writeMessage(to: string, { subject, parts }: Wording): Message {
  return { to, subject, text: writeText(parts), html: writeHtml(subject, parts) }
}

function writeText(parts: Part[]): string {
  const lines = parts.map((part) => (typeof part === 'string' ? part : part.link))
  return `${['Hello,', ...lines, shop.name].join('\n\n')}\n`
}

function writeHtml(subject: string, parts: Part[]): string {
  const paragraphs = parts.map((part) =>
    typeof part === 'string'
      ? html`<p>${part}</p>`
      : html`<p><a href="${part.link}">${part.link}</a></p>`,
  )
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${subject}</title>
      </head>
      <body style="font-family: sans-serif; line-height: 1.5; max-width: 36em">
        <p>Hello,</p>
        ${paragraphs}
        <p>${shop.name}</p>
      </body>
    </html>`
  return String(page)
}
