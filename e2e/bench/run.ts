// What a session costs a request, or the shop's pages over HTTP. Compare the figures of one run with
// each other, not with those of another machine.
//
//   npm run bench                      CPU time that a session adds to a request: about two minutes
//   npm run bench -- --quick           some seconds
//   npm run bench -- --growth          with 10,000 and 100,000 sessions in the store: some minutes
//   npm run bench -- --http            what pages do: about two minutes, with --quick some seconds
//   npm run bench -- --peers           beside other frameworks, installed for that time; --quick as well
//   npm run bench -- --http --databases    on SQLite and PostgreSQL, and sessions in both and in Redis
//   npm run bench -- --http --growth       with many books, orders and logins, beside a new shop, in
//                                          SQLite; with /orders, for one, that page alone

import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { readOptions } from '../options.ts'
import { measureGrowth } from './growth.ts'
import { measurePeers } from './peers.ts'
import { measureShop } from './shop.ts'

const options = readOptions({
  // A page of the shop, of which growth is to be measured alone.
  allowPositionals: ['--http', '--growth'].every((option) => process.argv.includes(option)),
  options: {
    quick: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
    http: { type: 'boolean', default: false },
    databases: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
  },
})
const given = options.values
const size = given.quick ? { rounds: 3, requests: 160 } : { rounds: 15, requests: 400 }
// At the end of each, servers that were measured are still there.
if (given.peers) {
  await measurePeers(size)
  process.exit()
}
if (given.http && given.growth) {
  await measureGrowth({ ...size, only: options.positionals[0] ?? '' })
  process.exit()
}
if (given.http || given.databases) {
  await measureShop({ ...size, databases: given.databases })
  process.exit()
}
measureSessions()

function measureSessions(): void {
  const file = path.join(import.meta.dirname, '../../session/bench/run.ts')
  const args = [...process.execArgv, file, ...process.argv.slice(2)]
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  process.exitCode = status ?? 1
}
