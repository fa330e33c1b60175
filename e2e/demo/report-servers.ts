import { html, type SafeHtml } from '@remix-run/html-template'
import { sceneColumn, verdictBox } from './report-scene.ts'
import type { RollingRestart } from './rolling-restart.ts'
import type { ServersChapter } from './servers-story.ts'

/**
 * What only several servers have to show.
 *
 * @param before How many chapters come before these
 */
export function serversSection(chapters: ServersChapter[], before: number): SafeHtml {
  return html`<div class="several">
    <header>
      <h2>Several servers</h2>
      <p class="lead">
        Three processes of the shop behind a round-robin, with one Redis. The database is one SQLite
        file, so they are on one machine; for several machines its tables belong on a database
        server.
      </p>
    </header>
    ${chapters.map((chapter, index) => section(chapter, before + index + 1))}
  </div>`
}

function section(chapter: ServersChapter, number: number): SafeHtml {
  const { key, title, text, steps, restart, verdict } = chapter
  return html`<section class="chapter" id="${key}">
    <h2><span>${number}</span> ${title}</h2>
    <p class="lead">${text}</p>
    ${verdictBox(verdict)} ${restart ? timeline(restart) : null}
    <div class="columns" data-columns="${Math.max(steps.length, 2)}">
      ${steps.map(({ title, scene }, index) => {
        return sceneColumn(title, `${key}-${index + 1}`, 'redis', scene)
      })}
    </div>
  </section>`
}

const BAR = 10
const HEIGHT = 48

function timeline({ servers, seconds }: RollingRestart): SafeHtml {
  const most = Math.max(...servers.flatMap(({ slices }) => slices), 1)
  return html`<div class="timeline">
    ${servers.map(
      ({ number, at, requests, slices }) =>
        html`<div>
          <p><span class="server server-${number}">server ${number}</span></p>
          <svg
            viewBox="0 0 ${slices.length * BAR} ${HEIGHT}"
            preserveAspectRatio="none"
            role="img"
            aria-label="Requests that server ${number} answered over ${seconds.toFixed(1)} seconds"
          >
            ${slices.map((count, index) => bar(index, (count / most) * HEIGHT))}
          </svg>
          <p>
            ${requests.toLocaleString('en')} requests<br />
            ${`out at ${at['out of the balancer'].toFixed(1)}, ended at ${at.ended.toFixed(1)}, back at ${at.back.toFixed(1)} s`}
          </p>
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
