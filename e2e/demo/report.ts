import { readFileSync } from 'node:fs'
import { html, type SafeHtml } from '@remix-run/html-template'
import { comparison } from './report-comparison.ts'
import type { Exchange, Scene } from './scene.ts'
import { chapters } from './story.ts'
import type { ChapterKey, Play } from './story.ts'
import { shortName } from './store.ts'
import { judge } from './verdict.ts'
import { storageWords } from './words.ts'

const LARGEST_COOKIE = 4096

/** One page without any other file: styles and pictures are in it. */
export function renderReport(plays: Play[], madeAt: Date): string {
  const styles = readFileSync(new URL('report.css', import.meta.url), 'utf8')
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Where a session lives</title>
        <style>
          ${html.raw`${styles}`}
        </style>
      </head>
      <body data-columns="${plays.length}">
        <header class="masthead">
          <h1>Where a session lives</h1>
          <p>
            The same visitor in the same shop on the same code: only <code>SESSION_STORAGE</code>
            differs. What follows was seen in a real browser on
            ${madeAt.toISOString().slice(0, 10)}, in the answers of the shop and in its store.
          </p>
        </header>
        <main>
          ${comparison(plays)} ${contents()}
          <div class="names" aria-hidden="true">
            ${plays.map(({ storage }) => html`<p>${storageWords[storage].name}</p>`)}
          </div>
          ${chapters.map((chapter, index) => chapterSection(chapter, index, plays))}
        </main>
        <footer>
          <p>Made by <code>npm run demo</code>.</p>
        </footer>
      </body>
    </html>`
  return String(page)
}

function contents(): SafeHtml {
  return html`<nav aria-label="Chapters">
    <h2>The story</h2>
    <ol>
      ${chapters.map(({ key, title }) => html`<li><a href="#${key}">${title}</a></li>`)}
    </ol>
  </nav>`
}

function chapterSection(
  { key, title, text }: (typeof chapters)[number],
  index: number,
  plays: Play[],
): SafeHtml {
  return html`<section class="chapter" id="${key}">
    <h2><span>${index + 1}</span> ${title}</h2>
    <p class="lead">${text}</p>
    <div class="columns">${plays.map((play) => column(play, key))}</div>
  </section>`
}

function column({ storage, scenes }: Play, key: ChapterKey): SafeHtml {
  const scene = scenes[key]
  const { name } = storageWords[storage]
  return html`<article>
    <h3>${name}</h3>
    <div>
      <a
        class="picture"
        href="data:image/jpeg;base64,${scene.picture}"
        download="${storage}-${key}.jpg"
      >
        <img
          src="data:image/jpeg;base64,${scene.picture}"
          alt="The browser: ${pictureText(scene)}"
          width="1100"
          height="760"
        />
      </a>
      ${verdict(storage, key, scene)}
    </div>
    <div>
      <h4>Requests</h4>
      <ul class="exchanges">
        ${scene.exchanges.map(exchange)}
      </ul>
    </div>
    <div>
      <h4>In the browser</h4>
      ${jar(scene)}
    </div>
    <div>
      <h4>In the store</h4>
      ${store(storage, scene)} ${storage === 'cookie' && scene.session.id ? opened(scene) : null}
    </div>
  </article>`
}

function store(storage: Play['storage'], { store }: Scene): SafeHtml | SafeHtml[] {
  if (store.length === 0) {
    return html`<p class="none">${capitalize(storageWords[storage].emptyStore)}.</p>`
  }
  return store.map(
    ({ name, content }) =>
      html`<div class="entry">
        <p><code>${name}</code></p>
        <pre tabindex="0">${shortName(content)}</pre>
      </div>`,
  )
}

function opened({ session }: Scene): SafeHtml {
  return html`<h4>In the cookie, opened by the server</h4>
    <pre tabindex="0">${JSON.stringify(session.data, null, 2)}</pre>`
}

function exchange({ request, status, location, operations, setCookie }: Exchange): SafeHtml {
  return html`<li>
    <p class="request">
      <code>${request}</code> <span>${status} ${location ? `→ ${location}` : null}</span>
    </p>
    ${
      operations.length === 0
        ? null
        : html`<ol>
            ${operations.map((operation) => html`<li>${operation}</li>`)}
          </ol>`
    }
    ${
      setCookie === undefined
        ? null
        : html`<p class="set-cookie">
            <code>Set-Cookie: ${setCookie.text}</code> <span>${setCookie.bytes} bytes</span>
          </p>`
    }
  </li>`
}

function jar({ jar }: Scene): SafeHtml {
  if (!jar) return html`<p class="none">No session cookie.</p>`
  return html`<p class="jar">
    <code>session=${jar.value}</code>
    <span>
      <meter min="0" max="${LARGEST_COOKIE}" value="${jar.bytes}">${jar.bytes}</meter>
      ${jar.bytes} of 4,096 bytes
    </span>
  </p>`
}

// What the reader came for, where a chapter has one.
function verdict(storage: Play['storage'], key: ChapterKey, scene: Scene): SafeHtml | null {
  const verdict = judge(storage, key, scene)
  if (!verdict) return null
  return html`<p class="verdict verdict-${verdict.good ? 'good' : 'bad'}">
    ${verdict.short} ${verdict.why}
  </p>`
}

function pictureText({ session }: Scene): string {
  return session.id === null ? 'a visitor without a session' : 'the page after this step'
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
