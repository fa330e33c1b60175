import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type axe from 'axe-core'
import type { Page } from 'playwright'
import { expect } from 'playwright/test'
import type { Visitor } from './visitor.ts'

const source = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** The rules of axe that see colours. For all others a page is the same whatever colours it has. */
const colourRules = ['color-contrast', 'link-in-text-block']

/** What axe finds on the page that is open, in words that lead to it. */
async function findProblems(page: Page, runOnly?: string[]): Promise<string[]> {
  // Half a megabyte of script, so that a page gets it once.
  if (await page.evaluate('!globalThis.axe')) await page.evaluate(source)
  // What is right is told once a rule, because looking up where each of it stands is half of the work.
  const options: axe.RunOptions = { resultTypes: ['violations'], ...(runOnly && { runOnly }) }
  const { passed, problems } = await page.evaluate(runAxe, options)
  expect(passed).toContain('color-contrast')
  return problems
}

/** Runs in the page. */
async function runAxe(options: axe.RunOptions): Promise<{ passed: string[]; problems: string[] }> {
  const { run } = (globalThis as unknown as { axe: typeof axe }).axe
  const { passes, violations } = await run(document, options)
  return {
    passed: passes.map(({ id }) => id),
    problems: violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
    ),
  }
}

/** Has axe look at the page that is open, in both schemes. */
export async function expectNoProblems({ page }: Pick<Visitor, 'page'>): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, forcedColors: 'none' })
    const rules = colorScheme === 'light' ? undefined : colourRules
    expect.soft(await findProblems(page, rules), `${page.url()} in ${colorScheme}`).toEqual([])
  }
}

/** The same where the system chooses the colours, of which axe sees those that the styles name. */
export async function expectNoProblemsInForcedColours({
  page,
}: Pick<Visitor, 'page'>): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' })
  expect.soft(await findProblems(page, colourRules), `${page.url()} in forced colours`).toEqual([])
}
