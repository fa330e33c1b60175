/** What does not fit into the window at the width that it has. Runs in the page. */
export function findMisfits(): string[] {
  const isScrolled = (element: Element): boolean =>
    /auto|scroll/.test(getComputedStyle(element).overflowX) ||
    (element.parentElement !== null && isScrolled(element.parentElement))
  const problems: string[] = []
  const note = (what: string, element: Element): void => {
    const text = element.textContent!.trim().slice(0, 40)
    problems.push(`${what}: <${element.localName} class="${element.className}"> ${text}`)
  }
  const { scrollWidth } = document.documentElement
  if (scrollWidth > innerWidth) problems.push(`the page is ${scrollWidth} wide`)
  for (const element of document.querySelectorAll('a, button, input, select, textarea, summary')) {
    // What is folded away is where it was when it was last laid out.
    if (!element.checkVisibility()) continue
    const { left, right, width } = element.getBoundingClientRect()
    if (width <= 1 || isScrolled(element)) continue
    if (left < -1 || right > innerWidth + 1) note('outside', element)
  }
  for (const element of document.querySelectorAll('button, .button')) {
    if (element.clientWidth <= 1) continue // nobody is to see it
    if (element.scrollWidth > element.clientWidth + 1) note('cut off', element)
  }
  // A column of single letters fits anywhere.
  for (const element of document.querySelectorAll('h1, h2, h3, .line-title, .receipt-title')) {
    const { width, height } = element.getBoundingClientRect()
    const fontSize = Number.parseFloat(getComputedStyle(element).fontSize)
    if (width > 1 && width < 3 * fontSize && height > 2 * fontSize) {
      note('squeezed', element)
    }
  }
  return problems
}
