import assert from 'node:assert/strict'
import { it } from 'node:test'
import { testDatabase, testDatabasePath, sqliteOf } from '../../db/testing.ts'
import { createDatabaseCheck } from './database-check.ts'

it('writes once, however many ask at the same moment, and again later', async () => {
  const path = testDatabasePath()
  let time = 0
  const check = createDatabaseCheck(await testDatabase(path), () => time)
  const observer = sqliteOf(await testDatabase(path))
  const commits = () => observer.pragma('data_version', { simple: true })

  const before = commits()
  await check()
  const written = commits()
  assert.notEqual(written, before)
  for (let asked = 0; asked < 100; asked++) await check()
  assert.equal(commits(), written)

  time += 1000
  await check()
  assert.notEqual(commits(), written)
  // The clock of a machine may be set back.
  const later = commits()
  time -= 3_600_000
  await check()
  assert.notEqual(commits(), later)
})

it('gives whoever asks meanwhile the answer that is under way, and none of before', async () => {
  let time = 0
  let isAway = false
  let tries = 0
  const check = createDatabaseCheck(
    await testDatabase(),
    () => time,
    async () => {
      tries++
      await new Promise(setImmediate)
      if (isAway) throw new Error('away')
    },
  )
  await check()
  isAway = true
  time += 1000
  const answers = await Promise.allSettled([check(), check(), check()])
  assert.deepEqual(
    answers.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  )
  assert.equal(tries, 2)
})
