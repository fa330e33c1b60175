import { anyStorage, expect, filesAtLeast, test } from './fixtures.ts'
import { chapters } from './demo/chapters.ts'
import { renderPeers } from './demo/report-peers.ts'
import { renderReport } from './demo/report.ts'
import { playStolenJars } from './demo/stolen-jars.ts'
import { playStory } from './demo/story.ts'
import { judgeStolenJars } from './demo/verdict-jars.ts'
import { judge } from './demo/verdict.ts'
import { expectReportToFit } from './report-layout.ts'
import { ShopServer } from './server.ts'
import { SeveralServers } from './several-servers.ts'

test.use({ images: true })
// One worker with images for all of them.
test.describe.configure({ mode: 'default' })

test(
  'the report has a page of the comparison, with a command for each library',
  { tag: anyStorage },
  async ({ page }) => {
    await page.setContent(renderPeers())
    const rows = page.locator('tbody tr')
    for (const row of await rows.all()) {
      const name = (await row.locator('code').textContent())!
      expect(name).toMatch(/^npm run compare -- '.+'$/)
      await expect(row.getByRole('cell')).toHaveCount(8)
    }
    await expect(rows.filter({ hasText: 'ours' }).locator('.bad')).toHaveCount(0)
    await expect(page.locator('.bad').first()).toBeVisible()
  },
)

test(
  'the demo plays its story to the end, with nothing in it that must not be',
  { tag: filesAtLeast },
  async ({ browser, storage }) => {
    test.skip(storage === 'cookie' || storage === 'memory', 'it is the same story')
    // As `npm run demo` does: on Redis with three servers, of which the story restarts some.
    const shop = await (storage === 'redis' ? SeveralServers.start() : ShopServer.start(storage))
    try {
      const told: string[] = []
      const play = await playStory(shop, browser, (key) => told.push(key))
      expect(told).toEqual(chapters.map(({ key }) => key))
      for (const key of told as (keyof typeof play.scenes)[]) {
        expect(judge(play.backend, key, play.scenes[key])?.good ?? true, key).toBe(true)
      }
      // The report looks the same on each.
      if (storage === 'fs') await expectReportToFit(browser, shop.url, play)
    } finally {
      await shop.stop()
    }
  },
)

test(
  'the demo shows that of two stolen jars the bound one dies',
  { tag: anyStorage },
  async ({ page }) => {
    const stolenJars = await playStolenJars()
    if (typeof stolenJars === 'string') throw new Error(stolenJars)
    expect(judgeStolenJars(stolenJars)).toMatchObject({ good: true })
    await page.setContent(renderReport([], new Date(), { stolenJars }))
    const chapter = page.locator('#stolen-jars')
    await expect(
      chapter.getByRole('row', { name: /^The copy, after/ }).getByRole('cell'),
    ).toHaveText([/303 → \/login.*nobody is logged in/, /200: logged in/])
    await expect(chapter.getByRole('img')).toHaveCount(4)
  },
)
