// On the way between a list and a book's page, the cover travels from the one place to the other.
// Browsers without cross-document view transitions never fire these events.

addEventListener('pageswap', ({ viewTransition, activation }) => {
  acceptSkipping(viewTransition)
  nameCover(viewTransition, activation?.entry.url)
})

addEventListener('pagereveal', ({ viewTransition }) => {
  acceptSkipping(viewTransition)
  // A book's page names its own cover, in the stylesheet.
  if (document.querySelector('.book-cover')) return
  nameCover(viewTransition, globalThis.navigation?.activation?.from?.url)
})

/** A browser skips a transition when the visitor is faster, for example, which is no error. */
function acceptSkipping(transition) {
  transition?.ready.catch(() => {})
}

/** Gives the cover of the book at `url` the name that the cover has on the book's own page. */
function nameCover(transition, url) {
  if (!transition || !url) return
  const { pathname } = new URL(url)
  const link = [...document.querySelectorAll('main a')].find((a) => a.pathname === pathname)
  const cover = link?.closest('.card, .line, .hero-covers a')?.querySelector('.cover')
  if (!cover) return
  const ownCover = document.querySelector('.book-cover .cover')
  // Two elements of one name would cancel the transition.
  ownCover?.style.setProperty('view-transition-name', 'none')
  cover.style.setProperty('view-transition-name', 'cover')
  const reset = () => {
    ownCover?.style.removeProperty('view-transition-name')
    cover.style.removeProperty('view-transition-name')
  }
  transition.finished.then(reset, reset)
}
