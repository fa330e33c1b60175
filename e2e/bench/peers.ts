import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { closeDatabase, openDatabase } from '../../db/connect.ts'
import { seedDatabase } from '../../db/seed.ts'
import { MeasuredServer } from './measured-server.ts'
import { fillCart } from './requests.ts'
import { compare } from './shop.ts'
import type { Size, Visitor } from './shop.ts'

const packages = {
  '@fastify/cookie': '11',
  '@fastify/formbody': '8',
  '@fastify/secure-session': '8',
  '@fastify/session': '11',
  '@hono/node-server': '2',
  'cookie-session': '2',
  express: '5',
  'express-session': '1',
  fastify: '5',
  hono: '4',
  'hono-sessions': '0',
  'session-file-store': '1',
}

const peers = ['Express', 'Fastify', 'Hono'].flatMap((framework) =>
  ['memory', 'cookie', ...(framework === 'Express' ? ['files'] : [])].map(
    (storage) => `${framework}, ${storage}`,
  ),
)

const pages = ['GET /books', 'GET /cart', 'POST /cart/items'] as const

/** The shop beside the same pages in other frameworks, which are installed for that time. */
export async function measurePeers(size: Size): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bookstore-peers-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  install(folder)
  const file = path.join(folder, 'bookstore.sqlite')
  const db = await openDatabase(file)
  await seedDatabase(db, { demoAccounts: false, hashPassword: async (password) => password })
  await closeDatabase(db)

  const visitors: Visitor[] = []
  for (const storage of ['fs', 'cookie', 'memory']) {
    const shop = await MeasuredServer.startShop(storage)
    visitors.push([`this shop, ${storage}`, shop, await fillCart(shop.origin)])
  }
  for (const name of peers) {
    const peer = await MeasuredServer.startPeer(name, folder, file)
    visitors.push([name, peer, await fillCart(peer.origin)])
  }
  await compare(visitors, pages, size, 'Express, memory')
  const memory = visitors.map(
    async ([name, server]) => `${name} ${((await server.usage()).memory / 1e6).toFixed(0)}`,
  )
  console.log(`\nMemory in MB at the end: ${(await Promise.all(memory)).join('; ')}`)
}

function install(folder: string): void {
  const manifest = { private: true, type: 'module', dependencies: packages }
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest))
  const npm = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = spawnSync('npm', npm, { cwd: folder, stdio: 'inherit' })
  if (status !== 0) throw new Error('The other frameworks cannot be installed')
}
