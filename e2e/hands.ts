import type { Locator, Page } from 'playwright'
import { anyStorage, everyStorage, expect, notOnFiles, test as base } from './fixtures.ts'
import { expectNoProblems } from './axe.ts'
import { findMisfits } from './misfits.ts'

// The most stops between two controls that anybody has to do with one after the other.
const FARTHEST = 40

/** How somebody works a page, who sees to it on the way that it can be worked so. */
interface Hands {
  press(control: Locator): Promise<void>
  /** Comes to where one press is left to do. */
  reach(control: Locator): Promise<void>
  /** Puts a text in the place of what a field has. */
  type(field: Locator, text: string): Promise<void>
}

/** Somebody with a phone. */
class Fingers implements Hands {
  async press(control: Locator): Promise<void> {
    await control.tap()
  }

  async reach(control: Locator): Promise<void> {
    await control.scrollIntoViewIfNeeded()
  }

  async type(field: Locator, text: string): Promise<void> {
    await field.tap()
    await field.fill(text)
  }
}

/** Somebody without a mouse, who sees where the focus is, and what comes next beside what was before. */
class Keys implements Hands {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  async press(control: Locator): Promise<void> {
    await this.reach(control)
    const isBox = (await control.getAttribute('type')) === 'checkbox'
    await this.#page.keyboard.press(isBox ? 'Space' : 'Enter')
  }

  async type(field: Locator, text: string): Promise<void> {
    await this.reach(field)
    // A field that was reached by Tab is selected; one that has the focus by itself is not.
    await this.#page.keyboard.press('ControlOrMeta+a')
    await this.#page.keyboard.insertText(text)
  }

  async reach(control: Locator): Promise<void> {
    await expect(control).toBeVisible()
    const begin = await control.evaluate(readFocus)
    if (begin.isThere) return
    const keyboard = this.#page.keyboard
    if (begin.isNowhere && begin.isInMain) {
      await keyboard.press('Tab')
      await expect(this.#page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
      await keyboard.press('Enter')
    }
    let before: Focus | undefined
    for (let stop = 0; stop < FARTHEST; stop++) {
      await keyboard.press('Tab')
      const focus = await control.evaluate(readFocus)
      expect(focus.problems, `${focus.what} of ${this.#page.url()}`).toEqual([])
      if (before && focus.area === before.area) {
        expect(focus.bottom, `${focus.what} comes after ${before.what}`).toBeGreaterThan(before.top)
      }
      if (focus.isThere) return
      before = focus
    }
    throw new Error(`No way by Tab leads to ${String(control)}`)
  }
}

type Focus = ReturnType<typeof readFocus>

/** Where the focus is, on the way to a control, and what is wrong with that place. Runs in the page. */
function readFocus(control: Element) {
  const isInMain = control.closest('main') !== null
  const focused = document.activeElement ?? document.body
  const isNowhere = focused === document.body
  const { top, bottom, left, width, height } = focused.getBoundingClientRect()
  const style = getComputedStyle(focused)
  const problems: string[] = []
  if (!isNowhere) {
    const isOutlined = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2
    if (!isOutlined) problems.push('nothing shows that it has the focus')
    const middle = document.elementFromPoint(
      left + width / 2,
      top + Math.min(height, innerHeight) / 2,
    )
    const isSeen = middle !== null && (focused.contains(middle) || middle.contains(focused))
    if (!isSeen) problems.push('it is not in sight')
  }
  const area = focused.closest('main, header, footer, aside')?.localName
  const what = focused.outerHTML.replaceAll(/\s+/g, ' ').slice(0, 80)
  const place = { top: top + scrollY, bottom: bottom + scrollY, area, what }
  return { ...place, isThere: focused === control, isNowhere, isInMain, problems }
}

/**
 * What is smaller than 44 pixels (WCAG 2.5.5), or 24 where a label beside it can be touched as well. Links
 * within a sentence may be as high as that. Runs in the page.
 */
function findSmallTargets(): string[] {
  const controls = document.querySelectorAll(
    'main :is(a, button, input, select, textarea, summary)',
  )
  return [...controls].flatMap((control) => {
    const { width, height } = control.getBoundingClientRect()
    const isShown = width > 1 && height > 1
    if (!isShown || getComputedStyle(control).display === 'inline') return []
    const least = control.matches('[type=checkbox]') ? 24 : 44
    if (Math.min(width, height) >= least) return []
    return [`${control.outerHTML.slice(0, 80)} is ${width} by ${height}`]
  })
}

interface AtAPage {
  hands: Hands
  /** Looks at the page that is open: with axe, whether all of it fits, and can be hit by a thumb. */
  look: () => Promise<void>
}

interface Ways extends AtAPage {
  way: 'touch' | 'keys'
  /** For another page than that of the test. */
  makeHands: (page: Page) => AtAPage
}

export const test = base.extend<Ways>({
  way: ['keys', { option: true }],
  makeHands: async ({ way, storage, javaScriptEnabled }, use) => {
    await use((page) => ({
      hands: way === 'touch' ? new Fingers() : new Keys(page),
      async look() {
        // Without scripts it is the same with less.
        if (javaScriptEnabled === false) return
        expect.soft(await page.evaluate(findMisfits), page.url()).toEqual([])
        // At each width once.
        if (way === 'touch' || storage === 'cookie') await expectNoProblems({ page })
        if (way !== 'touch') return
        expect.soft(await page.evaluate(findSmallTargets), page.url()).toEqual([])
      },
    }))
  },
  hands: async ({ page, makeHands }, use) => use(makeHands(page).hands),
  look: async ({ page, makeHands }, use) => use(makeHands(page).look),
})

export const phone = { viewport: { width: 360, height: 740 }, hasTouch: true }

/**
 * Has tests run by touch on a phone, with scripts, on files, and by keyboard alone, without scripts, in the
 * cookie; with `EVERY_STORAGE=1` by keyboard with scripts and without. Those for which the storage makes no
 * difference run on files both times.
 */
export function inEachWay(declare: () => void, { onBothKinds = true } = {}): void {
  inWay('touch', true, anyStorage, declare)
  if (everyStorage && onBothKinds) inWay('keys', true, notOnFiles, declare)
  const withoutScripts = everyStorage ? [] : notOnFiles
  inWay('keys', false, onBothKinds ? withoutScripts : anyStorage, declare)
}

function inWay(
  way: 'touch' | 'keys',
  javaScriptEnabled: boolean,
  tag: string | string[],
  declare: () => void,
): void {
  const title = way === 'touch' ? 'on a phone' : 'by keyboard'
  test.describe(`${title}, scripts ${javaScriptEnabled ? 'on' : 'off'}`, { tag }, () => {
    test.use({ way, javaScriptEnabled, ...(way === 'touch' && phone) })
    declare()
  })
}
