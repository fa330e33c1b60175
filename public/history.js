// A browser that goes back may show a page as it was left: with the cart of then, or still logged in. It is
// loaded anew, unless nothing of that has changed and something would be lost: what somebody has typed, or,
// without a network, the page itself.

const shownTo = withStorage(noteVisitor)
let typed = false
let sent = false

addEventListener('input', ({ isTrusted }) => {
  typed ||= isTrusted
})

addEventListener('submit', ({ target, defaultPrevented }) => {
  if (target.method !== 'post' || defaultPrevented) return
  sent = true
  withStorage(() => sessionStorage.setItem('unanswered', 'yes'))
})

addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return
  const isKept = withStorage(keepPage)
  if (!isKept) location.reload()
})

function keepPage() {
  if (!isOfThisVisitor()) return false
  const unsaved = isUnsaved()
  if (!unsaved && navigator.onLine) return false
  // The sending is over, be it with an answer: what is typed from here on was not in it.
  typed = unsaved
  sent = false
  return true
}

/** Whoever is shown a page is known from then on, as far as app/ui/visitor-mark.ts tells visitors apart. */
function noteVisitor() {
  sessionStorage.removeItem('unanswered')
  const mark = document.documentElement.dataset.visitor
  if (mark === undefined) return undefined
  const last = localStorage.getItem('visitor')
  if (last?.split(' ')[0] === mark) return last
  // With a time, as somebody who is back after somebody else counts as another one.
  const visitor = `${mark} ${Date.now()}`
  localStorage.setItem('visitor', visitor)
  return visitor
}

function isOfThisVisitor() {
  return shownTo !== undefined && shownTo === localStorage.getItem('visitor')
}

/** What was sent and answered by a page has done its work; without an answer it may be sent again. */
function isUnsaved() {
  return typed && (!sent || sessionStorage.getItem('unanswered') !== null)
}

/** A browser may refuse to store anything. */
function withStorage(work) {
  try {
    return work()
  } catch {
    return undefined
  }
}

// The mark of first-cookie.ts has done its work, and a copied address should not carry it on.
const address = new URL(location.href)
if (address.searchParams.has('cookie-check')) {
  address.searchParams.delete('cookie-check')
  history.replaceState(history.state, '', address)
}
