// Plays the same promises with this library and with others, which are installed for that time.
//
//   npm run compare
//   npm run compare -- 'React Router, files'

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { skipWithoutRedis, startRedisServer } from '../fixtures/redis-server.ts'
import { installPeers } from '../pack/peers.ts'
import { candidates as all } from './candidates.ts'
import { survivesCrashes } from './crash.ts'
import { REDIS_URL } from './ours.ts'
import { loaderIn } from './peer.ts'
import type { Candidate } from './peer.ts'
import { NEEDS_A_STORE, PROMISES } from './promises.ts'
import type { Open } from './promises.ts'

const PACKAGES = {
  '@fastify/cookie': '11',
  '@fastify/session': '11',
  '@react-router/node': '8',
  '@remix-run/cookie': '0.5.1', // the latest that can be installed
  '@remix-run/session': '0.4.2',
  'cookie-session': '2',
  express: '5',
  'express-session': '1',
  fastify: '5',
  h3: '2',
  'iron-session': '9',
  'react-router': '8',
  'session-file-store': '1',
}

const CRASH = 'a crash loses nothing that was saved'

const resultFile = path.join(import.meta.dirname, 'result.json')

const wanted = process.argv[2]
if (wanted && !all.some(({ name }) => name === wanted)) {
  console.error(
    `Nothing here is called ${wanted}. There are: ${all.map(({ name }) => name).join('; ')}`,
  )
  process.exit(1)
}
const redis = skipWithoutRedis === false ? await startRedisServer() : undefined
if (redis) process.env[REDIS_URL] = redis.url
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'compare-'))
const peers = installPeers(PACKAGES)
try {
  const load = await loaderIn(peers)
  const candidates = all.filter(({ name, needsRedis }) => {
    if (needsRedis && !redis) console.log(`Without ${name}: ${skipWithoutRedis}`)
    return (!wanted || name === wanted) && (redis || !needsRedis)
  })
  const results = new Map<string, string[]>()
  for (const candidate of candidates) {
    const cells = []
    for (const [promise, check] of [...Object.entries(PROMISES), [CRASH, crash] as const]) {
      const holds = await play(candidate, check, load)
      const isCookie = candidate.isStateless && NEEDS_A_STORE.has(promise)
      cells.push(holds === null ? '–' : holds ? 'yes' : isCookie ? 'cannot' : '**no**')
    }
    results.set(candidate.name, cells)
  }
  const result = describe(candidates, results)
  print(result)
  // For the table of the README and the page of the demo.
  if (candidates.length === all.length)
    fs.writeFileSync(resultFile, `${JSON.stringify(result, null, 2)}\n`)
  const ours = [...results].filter(([name]) => name.startsWith('ours'))
  if (ours.some(([, cells]) => cells.includes('**no**'))) process.exitCode = 1
} finally {
  await redis?.kill()
  fs.rmSync(peers, { recursive: true })
  fs.rmSync(folder, { recursive: true })
}
// Some of them keep timers.
process.exit()

function crash(open: Open, candidate: Candidate, directory: string): Promise<boolean | null> {
  return survivesCrashes(candidate, open, peers, directory)
}

async function play(
  candidate: Candidate,
  check: (open: Open, candidate: Candidate, directory: string) => Promise<boolean | null>,
  load: (name: string) => Promise<unknown>,
): Promise<boolean | null> {
  const opened: { close?: () => unknown }[] = []
  const directory = fs.mkdtempSync(path.join(folder, 'store-'))
  const open: Open = async (options = {}) => {
    const defaults = { cookieName: 'session', maxAge: 3600, directory }
    const peer = await candidate.open({ ...defaults, ...options }, load)
    opened.push(peer)
    return peer
  }
  try {
    return await check(open, candidate, directory)
  } finally {
    for (const peer of opened) await peer.close?.()
  }
}

interface Result {
  date: string
  node: string
  /** The versions of the packages. */
  packages: Record<string, string>
  promises: string[]
  rows: { name: string; cells: string[] }[]
}

function describe(candidates: Candidate[], results: Map<string, string[]>): Result {
  const names = new Set(candidates.flatMap(({ packages }) => packages))
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    packages: Object.fromEntries([...names].map((name) => [name, versionOf(name)])),
    promises: [...Object.keys(PROMISES), CRASH],
    rows: [...results].map(([name, cells]) => ({ name, cells })),
  }
}

function print({ date, node, packages, promises, rows }: Result): void {
  console.log(`Node ${node}, ${date}\n`)
  console.log(`| | ${promises.join(' | ')} |`)
  console.log(`| --- |${' --- |'.repeat(promises.length)}`)
  for (const { name, cells } of rows) console.log(`| ${name} | ${cells.join(' | ')} |`)
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`)
  console.log(`\n${versions.join(', ')}`)
}

function versionOf(name: string): string {
  const manifest = path.join(peers, 'node_modules', name, 'package.json')
  return (JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version: string }).version
}
