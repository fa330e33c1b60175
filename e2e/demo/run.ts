// Plays one story on each storage, tells it on the terminal and writes demo-report/index.html.
//
//   npm run demo
//   npm run demo -- fs
//   npm run demo -- redis           three servers behind a round-robin, restarted and killed
//   npm run demo -- postgres        the same, as on machines of their own, and PostgreSQL restarted
//   npm run demo -- fs --headed
//   npm run demo -- --pictures      also takes the pictures of the README anew

import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, LaunchOptions } from 'playwright'
import { launchBrowser } from '../launch-browser.ts'
import { readOptions } from '../options.ts'
import { skipWithoutPostgres } from 'remix/session/testing/postgres-server'
import { skipWithoutRedis } from 'remix/session/testing/redis-server'
import { ShopServer } from '../server.ts'
import type { Shop } from '../server.ts'
import { SeveralServers } from '../several-servers.ts'
import { createNarrator } from './narrator.ts'
import { takePictures } from './pictures.ts'
import { renderPeers } from './report-peers.ts'
import { renderReport } from './report.ts'
import type { ServersChapter } from './servers-chapter.ts'
import { aboutServers, playServers } from './servers-story.ts'
import { playStolenJars } from './stolen-jars.ts'
import type { StolenJars } from './stolen-jars.ts'
import { playStory } from './story.ts'
import type { Play } from './story.ts'
import { judgeStolenJars } from './verdict-jars.ts'
import { backendWords } from './words.ts'
import type { Backend } from './words.ts'

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
  const { values, positionals } = readOptions({
    allowPositionals: true,
    options: {
      headed: { type: 'boolean', default: false },
      pictures: { type: 'boolean', default: false },
    },
  })
  const { backends, leftOut } =
    positionals.length > 0 ? { backends: positionals.map(toBackend), leftOut: [] } : usual()
  for (const reason of leftOut) console.log(reason)

  const options: LaunchOptions = {
    ...(values.headed && { headless: false, slowMo: 600 }),
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
  }
  const browser = await launchBrowser(options)
  const plays: Play[] = []
  try {
    for (const backend of backends) plays.push(await play(backend, browser))
    const stolenJars = await playJars(options, leftOut)
    await mkdir(path.dirname(report), { recursive: true })
    await writeFile(report, renderReport(plays, new Date(), { leftOut, stolenJars }))
    await writeFile(path.join(path.dirname(report), 'comparison.html'), renderPeers())
    console.log(`\nThe whole story with pictures, side by side: ${path.relative('.', report)}`)
    const failed = plays.some(({ servers }) =>
      servers?.chapters.some(({ verdict }) => !verdict.good),
    )
    if (failed || (stolenJars && !judgeStolenJars(stolenJars).good)) process.exitCode = 1
    if (values.pictures) await takePictures(browser, report)
  } finally {
    await browser.close()
  }
}

async function play(backend: Backend, browser: Browser): Promise<Play> {
  const narrator = createNarrator()
  const shop = await start(backend)
  try {
    narrator.begin(backend, shop instanceof SeveralServers ? aboutServers(shop) : undefined)
    const told = await playStory(shop, browser, (key, scene) => narrator.tell(backend, key, scene))
    if (!(shop instanceof SeveralServers)) return told
    const tell = (chapter: ServersChapter): void => narrator.tellServers(backend, chapter)
    return { ...told, servers: await playServers(shop, browser, tell) }
  } finally {
    await shop.stop()
  }
}

/** It is the same on each storage, so it is played once. */
async function playJars(
  options: LaunchOptions,
  leftOut: string[],
): Promise<StolenJars | undefined> {
  const jars = await playStolenJars(options)
  if (typeof jars !== 'string') {
    createNarrator().tellStolenJars(jars)
    return jars
  }
  leftOut.push(jars)
  console.log(`\n${jars}`)
  return undefined
}

function start(backend: Backend): Promise<Shop> {
  if (backend === 'redis') return SeveralServers.start()
  return backend === 'postgres' ? SeveralServers.startOnMachines() : ShopServer.start(backend)
}

/** All that this machine has. SQLite and PostgreSQL have the same table: the larger one is shown. */
function usual(): { backends: Backend[]; leftOut: string[] } {
  const backends: Backend[] = ['cookie', 'fs', 'memory']
  const leftOut: string[] = []
  if (skipWithoutRedis === false) backends.push('redis')
  else leftOut.push(`Not on Redis: ${skipWithoutRedis}.`)
  if (skipWithoutPostgres === false) {
    backends.push('postgres')
    leftOut.push('Not on SQLite: it is the table of PostgreSQL; npm run demo -- database shows it.')
  } else {
    backends.push('database')
    leftOut.push(`Not on PostgreSQL: ${skipWithoutPostgres}.`)
  }
  return { backends, leftOut }
}

function toBackend(name: string): Backend {
  if (!Object.hasOwn(backendWords, name)) {
    throw new Error(`There is no backend "${name}": ${Object.keys(backendWords).join(', ')}`)
  }
  if (name === 'redis' && skipWithoutRedis !== false) throw new Error(skipWithoutRedis)
  if (name === 'postgres' && skipWithoutPostgres !== false) throw new Error(skipWithoutPostgres)
  return name as Backend
}
