// Passkeys, where they can be used: a button of app/passkeys/passkey-button.ts asks the browser for one
// and sends it with the form. On the login page the e-mail field offers them as well.

const { PublicKeyCredential } = globalThis
const usable =
  PublicKeyCredential?.parseCreationOptionsFromJSON !== undefined &&
  PublicKeyCredential.parseRequestOptionsFromJSON !== undefined

/** Before the challenge is too old. */
const REFRESH_MS = 4 * 60 * 1000

/** Ends what was begun with the browser: it asks for one passkey at a time. */
let current = new AbortController()

for (const place of document.querySelectorAll('[data-passkey]')) {
  if (usable && place.dataset.origin === location.origin) offer(place)
}

function offer(place) {
  const button = place.querySelector('button')
  place.hidden = false
  const { form } = button
  form.hidden = false
  for (const text of document.querySelectorAll('[data-passkeys-missing]')) text.hidden = true
  button.addEventListener('click', (event) => {
    event.preventDefault()
    askNow(place, button)
  })
  // A challenge that arrives late must not bring the session of before the form.
  form.addEventListener('submit', () => current.abort())
  if (place.dataset.passkey !== 'log in') return
  // A challenge begins a session: not for who only looks at the page, or has just logged out.
  const turnedTo = new AbortController()
  const turnTo = () => {
    turnedTo.abort()
    offerInField(place, button)
  }
  for (const type of ['pointermove', 'focusin']) {
    form.addEventListener(type, turnTo, { signal: turnedTo.signal })
  }
}

async function askNow(place, button) {
  place.querySelector('[role="alert"]')?.remove()
  const signal = begin()
  try {
    await ask(place, button, { signal })
  } catch (error) {
    if (current.signal !== signal) return
    const problem = document.createElement('p')
    problem.className = 'field-error'
    problem.role = 'alert'
    problem.textContent = problems[error.name] ?? 'That did not work. Please try again.'
    place.append(problem)
    if (place.dataset.passkey === 'log in') offerInField(place, button)
  }
}

function begin() {
  current.abort()
  current = new AbortController()
  return current.signal
}

const problems = {
  // Also where the visitor has closed the dialogue, who knows.
  NotAllowedError: 'No passkey was used.',
  AbortError: 'Please try again.',
  QuotaExceededError: 'Too many attempts. Please try again later.',
  InvalidStateError: 'This device has a passkey for your account already.',
}

async function offerInField(place, button) {
  const signal = begin()
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return
  while (!signal.aborted) {
    const tooOld = AbortSignal.timeout(REFRESH_MS)
    try {
      const both = AbortSignal.any([signal, tooOld])
      return await ask(place, button, { mediation: 'conditional', signal: both })
    } catch {
      if (!tooOld.aborted) return
    }
    if (document.hidden) await once(document, 'visibilitychange', signal)
  }
}

async function ask(place, button, { signal, mediation }) {
  const answer = await fetch(place.dataset.options, { method: 'POST', signal })
  if (answer.redirected || answer.status === 401 || answer.status === 403) {
    // Who was logged out meanwhile, or logged in long ago, is asked for it by the page.
    if (mediation === undefined) location.reload()
    throw new DOMException('There is no challenge', 'AbortError')
  }
  if (answer.status === 429) throw new DOMException('There were too many', 'QuotaExceededError')
  if (!answer.ok) throw new Error('There is no challenge')
  const options = await answer.json()
  const credential =
    place.dataset.passkey === 'add'
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
          signal,
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
          signal,
          ...(mediation && { mediation }),
        })
  send(button, JSON.stringify(credential))
}

/** Sends the form with the passkey, without what was typed in place of it. */
function send(button, credential) {
  const { form } = button
  const add = ({ formData }) => {
    for (const name of ['email', 'password', 'code']) formData.delete(name)
    formData.set('credential', credential)
  }
  form.addEventListener('formdata', add, { once: true })
  form.requestSubmit(button)
}

function once(target, type, signal) {
  return new Promise((resolve) => {
    target.addEventListener(type, resolve, { once: true, signal })
    signal.addEventListener('abort', resolve, { once: true })
  })
}
