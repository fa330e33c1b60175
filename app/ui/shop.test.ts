import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { it } from 'node:test'

it('what the shop sells stands in its words alone, and no page says it by itself', async () => {
  const recordShop = path.join(import.meta.dirname, 'testing-record-shop.ts')
  const child = fork(recordShop, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = once(child, 'exit').then(() => assert.fail('it says nothing of its pages'))
  const [texts] = await Promise.race([once(child, 'message'), ended])
  const pages = Object.entries(texts as Record<string, string>)
  assert.ok(pages.some(([, text]) => text.includes('records')))
  // Addresses and what is told to search engines are not read by people.
  const itself = /.{0,40}(?<![/"])\bbook(?! \d+ of the tests).{0,40}/i
  for (const [page, text] of pages) assert.doesNotMatch(text, itself, page)
})
