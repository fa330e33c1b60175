import type { Browser, Page } from 'playwright'
import { expect } from 'playwright/test'
import { chapters } from './demo/chapters.ts'
import { renderReport } from './demo/report.ts'
import type { ServersPlay, Play } from './demo/story.ts'
import type { Backend } from './demo/words.ts'

const MILLIMETRE = 72 / 25.4
/** Of a sheet of A4, as `@page` of the report has them. */
const MARGIN = 12 * MILLIMETRE
const BETWEEN_MARGINS = Math.floor(((210 - 2 * 12) / 25.4) * 96)

// A heading of the smallest kind and a line below it.
const LEAST_BELOW_HEADING = 22
// What a chapter begins with: title, text, and the first picture of the browser.
const LEAST_BELOW_TITLE = 180
const MOST_PAGES = 40

/** Looks at the report of a story as if it had been played on five storages, and on several servers. */
export async function expectReportToFit(browser: Browser, shop: string, told: Play): Promise<void> {
  const backends: Backend[] = ['cookie', 'fs', 'memory', 'redis', 'postgres']
  const plays = backends.map((backend) => ({ ...told, backend }))
  const servers = asOnServers(told)
  const page = await browser.newPage()
  try {
    await page.goto(shop)
    const fonts = await fontsOf(page)
    // The shop allows no page of its own the styles that the report has in itself.
    await page.goto('about:blank')
    await page.setContent(renderReport([...plays.slice(1), { ...plays[0]!, servers }], new Date()))
    expect.soft(await fontsOf(page), 'the fonts are those of the shop').toEqual(fonts)
    for (const width of [360, 768, 1024, 1280]) await expectToFit(page, width)

    await page.emulateMedia({ media: 'print' })
    await expectToFit(page, BETWEEN_MARGINS)
    const paper = readPaper(await page.pdf({ format: 'A4', outline: true, tagged: true }))
    expect.soft(paper.pages).toBeLessThan(MOST_PAGES)
    const titles = [...chapters, ...servers.chapters].map(({ title }) => title)
    expect(paper.headings.map(({ text }) => text)).toEqual(expect.arrayContaining(titles))
    const ofChapters = new Set<string>(chapters.map(({ title }) => title))
    for (const { text, y } of paper.headings) {
      const least = ofChapters.has(text) ? LEAST_BELOW_TITLE : LEAST_BELOW_HEADING
      expect.soft(y - MARGIN, `the room from the top of “${text}” down`).toBeGreaterThan(least)
    }
  } finally {
    await page.close()
  }
}

function asOnServers({ scenes }: Play): ServersPlay {
  const slices = Array.from({ length: 48 }, (_, index) => index % 7)
  return {
    about: 'Three processes of the shop behind a round-robin.',
    chapters: ['One visit', 'All restart', 'One is killed'].map((title, index) => ({
      key: `chapter-${index}`,
      title,
      text: 'Each page that the browser asks for goes to the next server.',
      steps: [scenes.login, scenes.cart, scenes.logout].map((scene) => ({ title: 'Step', scene })),
      timeline: { seconds: 3, rows: [{ label: 'server 1', server: 1, slices, notes: ['a note'] }] },
      verdict: { good: true, short: 'Nobody noticed.', why: 'No session was lost.' },
    })),
  }
}

function fontsOf(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    ['h1', 'h2', 'body'].map((name) => getComputedStyle(document.querySelector(name)!).fontFamily),
  )
}

async function expectToFit(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 1000 })
  expect.soft(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  expect.soft(await page.evaluate(findBarsOverText), `at ${width} pixels`).toEqual([])
}

function findBarsOverText(): string[] {
  const bars = [...document.querySelectorAll('meter, svg')].map((bar) =>
    bar.getBoundingClientRect(),
  )
  const found: string[] = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  while (texts.nextNode()) {
    const text = texts.currentNode as Text
    // What a reader without bars gets; and what is cut off on paper.
    if (text.parentElement!.closest('meter, pre') || text.data.trim() === '') continue
    range.selectNodeContents(text)
    for (const box of range.getClientRects()) {
      const isCovered = bars.some(
        (bar) =>
          box.left < bar.right - 1 &&
          box.right > bar.left + 1 &&
          box.top < bar.bottom - 1 &&
          box.bottom > bar.top + 1,
      )
      if (isCovered) found.push(text.data.trim())
    }
  }
  return found
}

/** The headings, without numbers, and where on a page their tops are: the PDF has an outline. */
function readPaper(pdf: Buffer): { pages: number; headings: { text: string; y: number }[] } {
  const source = pdf.toString('latin1')
  const entry = /<<\/Title \(\d*((?:\\.|[^\\)])*)\)[^>]*?\/Dest \[\d+ 0 R \/XYZ [\d.]+ ([\d.]+)/g
  return {
    pages: source.match(/\/Type\s*\/Page\b/g)!.length,
    headings: [...source.matchAll(entry)].map(([, text, y]) => ({ text: text!, y: Number(y) })),
  }
}
