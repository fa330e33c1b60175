import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as argon2 from 'argon2'
import { BusyError } from './password-queue.ts'
import { createPasswordHasher } from './passwords.ts'

const password = 'a long and winding road'

/** Processor time, as the clock on the wall also counts what else the machine does. */
async function workOf(task: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage()
  for (let round = 0; round < 3; round += 1) await task()
  return process.cpuUsage(start).user
}

describe('createPasswordHasher', { timeout: 240_000 }, () => {
  const passwords = createPasswordHasher()

  it('hashes with argon2id and the parameters of OWASP, each time with another salt', async () => {
    const hash = await passwords.hash(password)
    assert.match(hash, /^\$argon2id\$v=19\$m=19456,p=1,t=2\$/)
    assert.notEqual(await passwords.hash(password), hash)
  })

  it('verifies a password exactly as it was typed', async () => {
    const typed = ' Pässwort mit 📚 \u0000 '
    const hash = await passwords.hash(typed)
    assert.equal(await passwords.verify(hash, typed), true)
    for (const other of [typed.trim(), typed.toLowerCase(), typed.normalize('NFD'), '']) {
      assert.equal(await passwords.verify(hash, other), false, other)
    }
  })

  it('says false for no hash and for every malformed one', async () => {
    const good = await passwords.hash(password)
    const malformed = [
      null,
      '',
      'plain',
      good.slice(0, 40),
      good.replace('argon2id', 'argon2i'),
      good.replace('m=19456', 'm=1'),
      good.replace('t=2', 't=0'),
      good.replace('p=1', 'p=x'),
      `${good}$`,
      '$2b$12$abcdefghijklmnopqrstuv',
    ]
    for (const hash of malformed) {
      assert.equal(await passwords.verify(hash, password), false, String(hash))
    }
  })

  it('works as hard without a hash, or with a malformed one, as with a real one', async () => {
    const hash = await passwords.hash(password)
    const real = await workOf(() => passwords.verify(hash, password))
    for (const other of [null, 'malformed', hash.replace('m=19456', 'm=1')]) {
      const work = await workOf(() => passwords.verify(other, password))
      assert.ok(work > real / 2, `${work} µs for ${other}, ${real} µs for a real hash`)
    }
  })

  it('asks for another hash when the parameters have changed', async () => {
    assert.equal(passwords.needsRehash(await passwords.hash(password)), false)
    const weaker = await argon2.hash(password, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
    assert.equal(passwords.needsRehash(weaker), true)
    assert.equal(await passwords.verify(weaker, password), true)
  })

  it('hashes two at once, lets 16 wait and refuses more, which can come again', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => passwords.verify(null, password)),
    )
    const refused = results.filter(({ status }) => status === 'rejected')
    assert.equal(refused.length, 2)
    for (const { reason } of refused as PromiseRejectedResult[]) {
      assert.ok(reason instanceof BusyError)
      assert.equal(reason.status, 503)
      assert.ok(reason.retryAfter > 0)
    }
    assert.equal(await passwords.verify(null, password), false)
  })

  it('lets a change of password wait in a flood of others, to verify and to hash', async () => {
    const short = createPasswordHasher({ concurrency: 1, queue: 16 })
    const flood = Array.from({ length: 17 }, () => short.verify(null, password))
    const changes = [short.verify(null, password, 'change'), short.hash(password, 'change')]
    const ended = await Promise.allSettled([...flood, ...changes])
    const lost = ended.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))
    assert.deepEqual(lost, [15, 16])
  })

  it('gives its turn on after a failure', async () => {
    const one = createPasswordHasher({ concurrency: 1, queue: 1 })
    const broken = one.hash(null as unknown as string)
    const waiting = one.verify(null, password)
    await assert.rejects(broken, TypeError)
    assert.equal(await waiting, false)
    assert.equal(await one.verify(null, password), false)
  })
})
