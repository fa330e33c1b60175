import { html, type SafeHtml } from '@remix-run/html-template'
import type { Exchange, Scene } from './scene.ts'
import { shortName } from './store.ts'
import type { Verdict } from './verdict.ts'
import { backendWords } from './words.ts'
import type { Backend } from './words.ts'

const LARGEST_COOKIE = 4096

/** Everything that a scene has to show, below a title. */
export function sceneColumn(
  title: string,
  file: string,
  backend: Backend,
  scene: Scene,
  verdict: Verdict | null = null,
): SafeHtml {
  return html`<article>
    <h3>${title}</h3>
    <div>
      <a class="picture" href="data:image/jpeg;base64,${scene.picture}" download="${file}.jpg">
        <img
          src="data:image/jpeg;base64,${scene.picture}"
          alt="The browser: ${pictureText(scene)}"
          width="1100"
          height="760"
        />
      </a>
      ${verdict && verdictBox(verdict)}
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
      ${store(backend, scene)} ${backend === 'cookie' && scene.session.id ? opened(scene) : null}
    </div>
  </article>`
}

/** What the reader came for. */
export function verdictBox({ good, short, why }: Verdict): SafeHtml {
  return html`<p class="verdict verdict-${good ? 'good' : 'bad'}">${short} ${why}</p>`
}

function store(backend: Backend, { store }: Scene): SafeHtml | SafeHtml[] {
  if (store.length === 0) {
    return html`<p class="none">${capitalize(backendWords[backend].emptyStore)}.</p>`
  }
  return store.map(
    ({ name, note, content }) =>
      html`<div class="entry">
        <p><code>${name}</code> ${note ? html`<span>${note}</span>` : null}</p>
        <pre tabindex="0">${shortName(content)}</pre>
      </div>`,
  )
}

function opened({ session }: Scene): SafeHtml {
  return html`<h4>In the cookie, opened by the server</h4>
    <pre tabindex="0">${JSON.stringify(session.data, null, 2)}</pre>`
}

function exchange({
  request,
  status,
  server,
  location,
  operations,
  setCookie,
}: Exchange): SafeHtml {
  return html`<li>
    <p class="request">
      <code>${request}</code> <span>${status} ${location ? `→ ${location}` : null}</span>
      ${server ? html`<span class="server server-${server}">server ${server}</span>` : null}
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
    <code>${jar.name}=${jar.value}</code>
    <span>
      <meter min="0" max="${LARGEST_COOKIE}" value="${jar.bytes}">${jar.bytes}</meter>
      ${jar.bytes} of 4,096 bytes
    </span>
  </p>`
}

function pictureText({ session }: Scene): string {
  return session.id === null ? 'a visitor without a session' : 'the page after this step'
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
