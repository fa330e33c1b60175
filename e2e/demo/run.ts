// Plays one story on each storage, tells it on the terminal and writes demo-report/index.html.
//
//   npm run demo
//   npm run demo -- fs
//   npm run demo -- redis           three servers behind a round-robin, restarted and killed
//   npm run demo -- fs --headed
//   npm run demo -- --pictures      also takes the pictures of the README anew

import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright'
import { launchBrowser } from '../launch-browser.ts'
import { skipWithoutRedis } from 'remix/session/testing/redis-server'
import { ShopServer } from '../server.ts'
import type { Storage } from '../server.ts'
import { SeveralServers } from '../several-servers.ts'
import { createNarrator } from './narrator.ts'
import { takePictures } from './pictures.ts'
import { renderPeers } from './report-peers.ts'
import { renderReport } from './report.ts'
import { playServers } from './servers-story.ts'
import { playStory } from './story.ts'
import type { Play } from './story.ts'
import { storageWords } from './words.ts'

const report = path.join(import.meta.dirname, '../../demo-report/index.html')

// What was started ends with this process, which a signal alone would not see to.
for (const [signal, number] of [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.once(signal, () => process.exit(128 + number))
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      headed: { type: 'boolean', default: false },
      pictures: { type: 'boolean', default: false },
    },
  })
  const storages = positionals.length > 0 ? positionals.map(toStorage) : usual()

  const browser = await launchBrowser({
    ...(values.headed && { headless: false, slowMo: 600 }),
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
  })
  const plays: Play[] = []
  try {
    for (const storage of storages) plays.push(await play(storage, browser))
    await mkdir(path.dirname(report), { recursive: true })
    await writeFile(report, renderReport(plays, new Date()))
    await writeFile(path.join(path.dirname(report), 'comparison.html'), renderPeers())
    console.log(`\nThe whole story with pictures, side by side: ${path.relative('.', report)}`)
    const failed = plays.some(({ servers }) => servers?.some(({ verdict }) => !verdict.good))
    if (failed) process.exitCode = 1
    if (values.pictures) await takePictures(browser, report)
  } finally {
    await browser.close()
  }
}

async function play(storage: Storage, browser: Browser): Promise<Play> {
  const narrator = createNarrator()
  narrator.begin(storage)
  const shop = await (storage === 'redis' ? SeveralServers.start() : ShopServer.start(storage))
  try {
    const told = await playStory(shop, browser, (key, scene) => narrator.tell(storage, key, scene))
    if (!(shop instanceof SeveralServers)) return told
    return { ...told, servers: await playServers(shop, browser, narrator.tellServers) }
  } finally {
    await shop.stop()
  }
}

function usual(): Storage[] {
  if (skipWithoutRedis === false) return ['cookie', 'fs', 'memory', 'redis']
  console.log(`Not on Redis: ${skipWithoutRedis}`)
  return ['cookie', 'fs', 'memory']
}

function toStorage(name: string): Storage {
  if (!Object.hasOwn(storageWords, name)) {
    throw new Error(`There is no storage "${name}": ${Object.keys(storageWords).join(', ')}`)
  }
  if (name === 'redis' && skipWithoutRedis !== false) throw new Error(skipWithoutRedis)
  return name as Storage
}
