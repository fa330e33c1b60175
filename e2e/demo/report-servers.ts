import { html, type SafeHtml } from '@remix-run/html-template'
import { sceneColumn, verdictBox } from './report-scene.ts'
import type { ServersChapter } from './servers-chapter.ts'
import type { ServersPlay } from './story.ts'
import type { Timeline } from './timeline.ts'
import { backendWords } from './words.ts'
import type { Backend } from './words.ts'

/**
 * What only several servers have to show.
 *
 * @param before How many chapters come before these
 */
export function serversSection(
  backend: Backend,
  { about, chapters }: ServersPlay,
  before: number,
): SafeHtml {
  return html`<div class="several">
    <header>
      <h2>Several servers with ${backendWords[backend].name}</h2>
      <p class="lead">${about}</p>
    </header>
    ${chapters.map((chapter, index) => section(backend, chapter, before + index + 1))}
  </div>`
}

/** Where a chapter begins on the page. */
export function anchorOf(backend: Backend, { key }: ServersChapter): string {
  return `${backend}-${key}`
}

function section(backend: Backend, chapter: ServersChapter, number: number): SafeHtml {
  const { title, text, steps, timeline, verdict } = chapter
  const anchor = anchorOf(backend, chapter)
  return html`<section class="chapter" id="${anchor}">
    <h2><span>${number}</span> ${title}</h2>
    <p class="lead">${text}</p>
    ${verdictBox(verdict)} ${timeline ? rows(timeline) : null}
    <div class="columns" data-columns="${Math.max(steps.length, 2)}">
      ${steps.map(({ title, scene }, index) => {
        return sceneColumn(title, `${anchor}-${index + 1}`, backend, scene)
      })}
    </div>
  </section>`
}

const BAR = 10
const HEIGHT = 48

function rows({ rows, seconds }: Timeline): SafeHtml {
  const most = Math.max(...rows.flatMap(({ slices }) => slices), 1)
  return html`<div class="timeline">
    ${rows.map(
      ({ label, server, slices, notes }) =>
        html`<div>
          <p><span class="server ${server ? `server-${server}` : null}">${label}</span></p>
          <svg
            viewBox="0 0 ${slices.length * BAR} ${HEIGHT}"
            preserveAspectRatio="none"
            role="img"
            aria-label="Requests over ${seconds.toFixed(1)} seconds: ${label}"
          >
            ${slices.map((count, index) => bar(index, (count / most) * HEIGHT))}
          </svg>
          <p>${notes.map((note, index) => [index > 0 ? html`<br />` : '', note])}</p>
        </div>`,
    )}
  </div>`
}

function bar(index: number, height: number): SafeHtml {
  return html`<rect
    x="${index * BAR + 1}"
    y="${(HEIGHT - height).toFixed(1)}"
    width="${BAR - 2}"
    height="${height.toFixed(1)}"
  />`
}
