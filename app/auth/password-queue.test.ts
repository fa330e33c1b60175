import assert from 'node:assert/strict'
import { it } from 'node:test'
import { BusyError, PasswordQueue } from './password-queue.ts'
import type { PasswordPurpose } from './password-queue.ts'
import { openTestShop, passwords, reader } from '../testing/shop.ts'

/** A queue of work that lasts until it is told to end. */
function createQueue(concurrency = 2, length = 16) {
  const queue = new PasswordQueue(concurrency, length)
  const running: (() => void)[] = []
  const done: PasswordPurpose[] = []
  const refused: PasswordPurpose[] = []
  const servedFrom: string[] = []
  async function come(purpose: PasswordPurpose, address: string): Promise<void> {
    try {
      await queue.inTurn(
        purpose,
        () => new Promise<void>((resolve) => running.push(resolve)),
        address,
      )
      done.push(purpose)
      servedFrom.push(address)
    } catch (error) {
      assert.ok(error instanceof BusyError)
      refused.push(purpose)
    }
  }
  return {
    done,
    refused,
    servedFrom,
    comeTimes: (times: number, purpose: PasswordPurpose, address = '') =>
      Promise.race([
        Promise.all(Array.from({ length: times }, () => come(purpose, address))),
        settled(),
      ]),
    async endAll() {
      while (running.length > 0) {
        running.shift()!()
        await settled()
      }
    },
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function count(purposes: PasswordPurpose[], purpose: PasswordPurpose): number {
  return purposes.filter((other) => other === purpose).length
}

it('lets one purpose have the whole queue while nobody else comes', async () => {
  const queue = createQueue()
  await queue.comeTimes(20, 'registration')
  assert.equal(queue.refused.length, 2)
  await queue.endAll()
  assert.equal(queue.done.length, 18)
})

it('lets eight logins wait, two changes and two resets, in a flood of registrations', async () => {
  const queue = createQueue()
  await queue.comeTimes(40, 'registration')
  await queue.comeTimes(8, 'login')
  await queue.comeTimes(3, 'change')
  await queue.comeTimes(3, 'reset')
  await queue.comeTimes(40, 'registration')
  await queue.endAll()
  assert.equal(count(queue.refused, 'login'), 0)
  assert.equal(count(queue.refused, 'change'), 0)
  assert.equal(count(queue.refused, 'reset'), 0)
  assert.equal(count(queue.done, 'registration'), 2 + 2)
})

it('keeps two places for registrations in a flood of logins', async () => {
  const queue = createQueue()
  await queue.comeTimes(40, 'login')
  await queue.comeTimes(5, 'registration')
  await queue.endAll()
  assert.equal(count(queue.done, 'registration'), 2)
  assert.equal(count(queue.done, 'login'), 2 + 14)
})

it('leaves no network without a place that sends fewer than another one', async () => {
  const queue = createQueue()
  await queue.comeTimes(40, 'login', '192.0.2.1')
  for (let n = 1; n <= 3; n += 1) await queue.comeTimes(1, 'login', `198.51.${n}.1`)
  await queue.comeTimes(40, 'login', '192.0.2.9')
  await queue.comeTimes(40, 'registration', '203.0.113.1')
  await queue.comeTimes(1, 'login', '198.51.4.1')
  await queue.endAll()
  const own = queue.servedFrom.filter((address) => address.startsWith('198.51.'))
  assert.deepEqual(own, ['198.51.1.1', '198.51.2.1', '198.51.3.1', '198.51.4.1'])
  assert.equal(queue.done.length, 2 + 16)
})

it('gives two networks that flood it half of the places each', async () => {
  const queue = createQueue()
  await queue.comeTimes(40, 'login', '192.0.2.1')
  await queue.comeTimes(40, 'login', '2001:db8::1')
  await queue.endAll()
  assert.equal(queue.servedFrom.filter((address) => address === '2001:db8::1').length, 8)
  assert.equal(queue.done.length, 2 + 16)
})

it('sends away who came last', async () => {
  const queue = new PasswordQueue(1, 8)
  const ended: string[] = []
  const { promise: atWork, resolve: finish } = Promise.withResolvers<void>()
  const come = (purpose: PasswordPurpose, name: string) =>
    queue
      .inTurn(purpose, () => atWork)
      .then(
        () => ended.push(name),
        () => ended.push(`not ${name}`),
      )
  const all = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((number) => come('registration', `number ${number}`))
  all.push(come('login', 'the login'))
  await settled()
  assert.deepEqual(ended, ['not number 8'])
  finish()
  await Promise.all(all)
  assert.equal(ended.at(-1), 'the login')
})

it('knows what each password of the shop is for', async () => {
  const purposes: (PasswordPurpose | undefined)[] = []
  const addresses = new Set<string | undefined>()
  const shop = await openTestShop({
    passwords: {
      ...passwords,
      hash(password, purpose, address) {
        purposes.push(purpose)
        addresses.add(address)
        return passwords.hash(password, purpose)
      },
      verify(hash, password, purpose, address) {
        purposes.push(purpose ?? 'login')
        addresses.add(address)
        return passwords.verify(hash, password, purpose)
      },
    },
  })
  async function purposesOf(send: () => Promise<unknown>): Promise<typeof purposes> {
    purposes.length = 0
    await send()
    return [...new Set(purposes)]
  }
  const browser = shop.browser()
  assert.deepEqual(await purposesOf(() => browser.login(reader)), ['login'])
  const newPassword = 'an evening on the balcony'
  const change = { currentPassword: reader.password, newPassword }
  assert.deepEqual(await purposesOf(() => browser.post('/account/password', change)), ['change'])

  const newcomer = { name: 'Nora', email: 'nora@example.com', password: newPassword }
  const registering = () => shop.browser().post('/register', newcomer)
  assert.deepEqual(await purposesOf(registering), ['registration'])

  await browser.post('/reset-password', { email: reader.email })
  const path = new URL(/https?:\S+/.exec((await shop.mails())[0]!.text)![0]).pathname
  const password = 'a morning in the garden'
  assert.deepEqual(await purposesOf(() => browser.post(path, { password })), ['reset'])
  await browser.login({ ...reader, password })
  shop.pass(60 * 60)
  assert.deepEqual(await purposesOf(() => browser.post('/confirm', { password })), ['login'])
  assert.deepEqual([...addresses], ['192.0.2.1'])
})

it('refuses everybody alike where nobody may wait', async () => {
  const queue = createQueue(1, 0)
  await queue.comeTimes(1, 'registration')
  await queue.comeTimes(2, 'login')
  assert.deepEqual(queue.refused, ['login', 'login'])
  await queue.endAll()
  assert.deepEqual(queue.done, ['registration'])
})
