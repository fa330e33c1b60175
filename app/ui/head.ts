import { html, type SafeHtml } from '@remix-run/html-template'

import type { Shell } from './shell.ts'
import { shop } from './shop.ts'

/** What search engines, and those to whom somebody sends the address, are told of a page. */
export type Listed = {
  /** The one address of what is shown, whatever else leads there. */
  path: string
  /** One sentence or two. */
  description: string
  /** In the words of schema.org. */
  data?: object
}

export type HeadProps = {
  title: string
  shell: Shell
  /** Without it no search engine shall list the page: it is somebody's own, or leads nowhere. */
  listed?: Listed | undefined
  /** Styles and scripts of this page alone. */
  extra?: SafeHtml
}

export function head({ title, shell, listed, extra }: HeadProps): SafeHtml {
  const { asset } = shell
  return html`<head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="theme-color" content="#191a4a" media="(prefers-color-scheme: light)" />
    <meta name="theme-color" content="#0a0b1e" media="(prefers-color-scheme: dark)" />
    <title>${title} · ${shop.name}</title>
    ${listed ? listing(title, shell, listed) : html`<meta name="robots" content="noindex" />`}
    <link rel="icon" href="${asset('/favicon.ico')}" sizes="32x32" />
    <link rel="icon" href="${asset('/favicon.svg')}" type="image/svg+xml" />
    <link rel="apple-touch-icon" href="${asset('/apple-touch-icon.png')}" />
    <link rel="stylesheet" href="${asset('/styles.css')}" />
    <script type="module" src="${asset('/cover-transition.js')}" blocking="render"></script>
    <script type="module" src="${asset('/history.js')}"></script>
    ${extra} ${shell.panel?.head}
  </head>`
}

function listing(
  title: string,
  { url: here, asset }: Shell,
  { path, description, data }: Listed,
): SafeHtml {
  const url = new URL(path, here).href
  return html`<meta name="description" content="${description}" />
    <link rel="canonical" href="${url}" />
    <meta property="og:site_name" content="${shop.name}" />
    <meta property="og:type" content="website" />
    <meta property="og:title" content="${title}" />
    <meta property="og:description" content="${description}" />
    <meta property="og:url" content="${url}" />
    <meta property="og:image" content="${new URL(asset('/share.png'), here).href}" />
    <meta property="og:image:width" content="1200" />
    <meta property="og:image:height" content="630" />
    <meta property="og:image:alt" content="${shop.name}: ${shop.tagline}" />
    <meta name="twitter:card" content="summary_large_image" />
    ${data ? structuredData(data) : null}`
}

/** Data, which no browser runs. Entities mean nothing in a script, so JSON's own escapes are used. */
function structuredData(data: object): SafeHtml {
  const json = JSON.stringify({ '@context': 'https://schema.org', ...data })
  return html`<script type="application/ld+json">
    ${html.raw`${json.replaceAll(/[<>&']/g, escapeForJson)}`}
  </script>`
}

function escapeForJson(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
