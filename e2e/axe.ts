import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright'
import { expect } from 'playwright/test'
import type { Visitor } from './visitor.ts'

/** The rules of axe that see colours. For all others a page is the same whatever colours it has. */
const colourRules = ['color-contrast', 'link-in-text-block']

/** What axe finds on the page that is open, in words that lead to it. */
async function findProblems(page: Page, rules?: string[]): Promise<string[]> {
  // The mode that is not for frames, which the shop has none of: they take a blank page a time. What
  // is right is told once a rule, because looking up where each of it stands is half of the work.
  const axe = new AxeBuilder({ page }).setLegacyMode()
  axe.options({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) })
  const { violations, passes } = await axe.analyze()
  expect(passes.map(({ id }) => id)).toContain('color-contrast')
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  )
}

/** Has axe look at the page that is open, in both schemes. */
export async function expectNoProblems({ page }: Pick<Visitor, 'page'>): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    const rules = scheme === 'light' ? undefined : colourRules
    expect.soft(await findProblems(page, rules), `${page.url()} in ${scheme}`).toEqual([])
  }
}

/** The same where the system chooses the colours, of which axe sees those that the styles name. */
export async function expectNoProblemsInForcedColours({
  page,
}: Pick<Visitor, 'page'>): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' })
  expect.soft(await findProblems(page, colourRules), `${page.url()} in forced colours`).toEqual([])
}
