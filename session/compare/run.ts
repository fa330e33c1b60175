// Plays the same promises with this library and with others, which are installed for that time.
//
//   npm run compare
//   npm run compare -- 'React Router, files'

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { installPeers } from '../pack/peers.ts'
import { fetchPeers } from './fetch-peers.ts'
import { httpPeers } from './http-peers.ts'
import { survivesCrashes } from './crash.ts'
import { loaderIn } from './peer.ts'
import type { Candidate } from './peer.ts'
import { PROMISES } from './promises.ts'
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

const wanted = process.argv[2]
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'compare-'))
const peers = installPeers(PACKAGES)
try {
  const load = await loaderIn(peers)
  const candidates = [...fetchPeers, ...httpPeers].filter(({ name }) => !wanted || name === wanted)
  const results = new Map<string, string[]>()
  for (const candidate of candidates) {
    const cells = []
    for (const check of Object.values(PROMISES)) cells.push(await play(candidate, check, load))
    cells.push(await play(candidate, crash, load))
    results.set(candidate.name, cells)
  }
  print(candidates, results)
  const ours = [...results].filter(([name]) => name === 'ours, files').flatMap(([, cells]) => cells)
  if (ours.some((cell) => cell !== 'yes')) process.exitCode = 1
} finally {
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
): Promise<string> {
  const opened: { close?: () => unknown }[] = []
  const directory = fs.mkdtempSync(path.join(folder, 'store-'))
  const open: Open = async (options = {}) => {
    const defaults = { cookieName: 'session', maxAge: 3600, directory }
    const peer = await candidate.open({ ...defaults, ...options }, load)
    opened.push(peer)
    return peer
  }
  try {
    const holds = await check(open, candidate, directory)
    return holds === null ? '–' : holds ? 'yes' : '**no**'
  } finally {
    for (const peer of opened) await peer.close?.()
  }
}

function print(candidates: Candidate[], results: Map<string, string[]>): void {
  console.log(`Node ${process.version}, ${new Date().toISOString().slice(0, 10)}\n`)
  const names = [...Object.keys(PROMISES), 'a crash loses nothing that was saved']
  console.log(`| | ${names.join(' | ')} |`)
  console.log(`| --- |${' --- |'.repeat(names.length)}`)
  for (const [name, cells] of results) console.log(`| ${name} | ${cells.join(' | ')} |`)
  const packages = new Set(candidates.flatMap((candidate) => candidate.packages))
  console.log(`\n${[...packages].map((name) => `${name} ${versionOf(name)}`).join(', ')}`)
}

function versionOf(name: string): string {
  const manifest = path.join(peers, 'node_modules', name, 'package.json')
  return (JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version: string }).version
}
