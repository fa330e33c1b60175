import { hash } from 'node:crypto'
import { normalizeEmail } from '../../db/users.ts'
import { createTurns } from '../forms/turns.ts'
import { GrowingDelay } from '../limits/growing-delay.ts'
import { isLeft, passAll, take } from '../limits/limiter.ts'
import type { CreateLimiter, Gate, Passage } from '../limits/limiter.ts'
import { LineLimit } from '../limits/line-limit.ts'
import { boundedMemory } from '../limits/memory-limiter.ts'
import { lineOf, networkOf } from '../limits/network.ts'
import { createMailLimits } from './mail-limits.ts'
import type { MailRequest } from './mail-limits.ts'

/** What `check` answered, if it was asked. */
type LoginAttempt<Right> =
  | { allowed: true; correct: Right | false }
  /** The guess was not looked at. `retryAfter` is in seconds. */
  | { allowed: false; retryAfter: number }

/**
 * What is guessed: the password of an address, as somebody typed it, or a code or a passkey, which no
 * address can be typed to stand for.
 */
type Guessed = string | { codeOf: string } | { passkey: string }

export interface LoginThrottle {
  /**
   * Lets `check` look at a guess, unless there were too many wrong ones for this account or from
   * this address. What `check` throws counts for nobody and is passed on.
   *
   * @param check Answers `false` for a wrong guess, and for a right one what came of it
   * @param device Proved to belong to somebody who was logged in to this account: it is counted by
   *   itself, whatever strangers do meanwhile
   */
  attempt<Right>(
    account: Guessed,
    address: string,
    check: () => Promise<Right | false>,
    device?: string,
  ): Promise<LoginAttempt<Right>>
  /**
   * The seconds until somebody who gave the right password may begin another login that waits for a
   * second factor, 0 for now; asking counts, until `finishPending`.
   *
   * @param form Sent a second time it does not count again, as by a double click; a third time it does
   */
  waitForPending(account: string, address: string, device?: string, form?: string): Promise<number>
  /** The second factor was given. */
  finishPending(account: string, address: string, device?: string): Promise<void>
  /** Forgets the wrong passwords for an account whose password is another one now. */
  forgive(account: string, address: string): Promise<void>
  /** The seconds until another mail with a link may be sent, 0 for now, which counts. */
  waitForMail(request: MailRequest, address: string): Promise<number>
  /** The seconds until somebody may register from this address, 0 for now; asking counts. */
  waitToRegister(address: string): Promise<number>
  /** Whether a form that is wrong anyhow may tell that there is an account; asking counts. */
  allowEmailQuestion(address: string): Promise<boolean>
  /** A registration told that there is an account: nobody shall ask that often. */
  countTakenEmail(address: string): Promise<void>
}

interface LoginThrottleOptions {
  /** Where the counters live; in the memory of this process by default. */
  createLimiter?: CreateLimiter
}

const hour = 60 * 60

/** What a registration costs that told of an account, beside those that did not. */
const TAKEN_EMAIL_COSTS = 4

/**
 * Slows down who guesses passwords, by account and by address. It delays and never locks out:
 *
 * - A device that was logged in to the account before is counted by itself.
 * - A network that has had its five free failures at an account waits for itself. Only those that have
 *   some left share the delay of the account, so who polls from one network keeps nobody else out,
 *   and many networks together guess hardly more than one.
 */
export function createLoginThrottle({
  createLimiter = boundedMemory(),
}: LoginThrottleOptions = {}): LoginThrottle {
  const accounts = new GrowingDelay(createLimiter, 'login')
  const networks = new GrowingDelay(createLimiter, 'login-network')
  const devices = new GrowingDelay(createLimiter, 'login-device')
  const limit = (keyPrefix: string, points: number, duration: number) =>
    createLimiter({ keyPrefix, points, duration })
  const addresses = new LineLimit(createLimiter, {
    keyPrefixes: { line: 'login-address', network: 'login-addresses' },
    points: 20,
    mostFromLine: 10,
    duration: 600,
  })
  const pendings = new LineLimit(createLimiter, {
    keyPrefixes: { line: 'pending-address', network: 'pending-addresses' },
    points: 10,
    mostFromLine: 5,
    duration: 600,
  })
  const pendingsOfDevice = limit('pending-device', 10, 600)
  // In this process alone, where one sending of a form can wait for the other.
  const pendingForms = boundedMemory()({ keyPrefix: 'pending-form', points: 1, duration: 600 })
  const takeTurn = createTurns()
  const registrations = limit('registration-address', 30, hour)
  const waitForMail = createMailLimits(createLimiter, keyOf)
  const emailQuestions = limit('registration-question', 5, hour)

  async function passAsStranger(account: Guessed, address: string): Promise<Passage | number> {
    const [own, all] = [keyOf(account, networkOf(address)), keyOf(account)]
    const sharesDelay = await networks.isFree(own)
    const wait = Math.max(await networks.waitOf(own), sharesDelay ? await accounts.waitOf(all) : 0)
    if (wait > 0) return wait
    const gates: Gate[] = [() => addresses.enter(address), () => networks.enter(own)]
    if (sharesDelay) gates.push(() => accounts.enter(all))
    return passAll(gates)
  }

  async function enterPending(account: string, address: string, device?: string): Promise<number> {
    const pending = { pendingOf: account }
    const passage =
      device === undefined
        ? await pendings.enter(address, (place) => keyOf(pending, place))
        : await take(pendingsOfDevice, keyOf(pending, device))
    return typeof passage === 'number' ? inSeconds(passage) : 0
  }

  return {
    async attempt(account, address, check, device) {
      const passage =
        device === undefined
          ? await passAsStranger(account, address)
          : await devices.enter(keyOf(account, device))
      if (typeof passage === 'number') return { allowed: false, retryAfter: inSeconds(passage) }

      let correct
      try {
        correct = await check()
      } catch (error) {
        await passage.takeBack()
        throw error
      }
      if (correct) await Promise.all([passage.forgive(), accounts.clear(keyOf(account))])
      return { allowed: true, correct }
    },

    async waitForPending(account, address, device, form) {
      if (form === undefined) return enterPending(account, address, device)
      return takeTurn(form, async () => {
        const counted = await pendingForms.get(form)
        if (counted && counted.consumedPoints % 2 === 1) {
          await pendingForms.penalty(form)
          return 0
        }
        const wait = await enterPending(account, address, device)
        if (wait === 0) await pendingForms.penalty(form)
        return wait
      })
    },

    async finishPending(account, address, device) {
      const pending = { pendingOf: account }
      await pendings.clear(address, (place) => keyOf(pending, place))
      if (device !== undefined) await pendingsOfDevice.delete(keyOf(pending, device))
    },

    async forgive(account, address) {
      await accounts.clear(keyOf(account))
      await networks.clear(keyOf(account, networkOf(address)))
    },

    async waitForMail(request, address) {
      const wait = await waitForMail(request, address)
      return wait === 0 ? 0 : inSeconds(wait)
    },

    async waitToRegister(address) {
      const taken = await take(registrations, lineOf(address))
      return typeof taken === 'number' ? inSeconds(taken) : 0
    },

    async allowEmailQuestion(address) {
      return isLeft(take(emailQuestions, lineOf(address)))
    },

    async countTakenEmail(address) {
      await registrations.penalty(lineOf(address), TAKEN_EMAIL_COSTS)
    },
  }
}

function inSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}

// Hashed, so that no address is kept where only a counter is needed and none is too long.
function keyOf(account: Guessed | { pendingOf: string }, party = ''): string {
  const [kind, name] =
    typeof account === 'string'
      ? ['password', normalizeEmail(account)]
      : Object.entries<string>(account)[0]!
  return hash('sha256', `${kind} ${name} ${party}`, 'base64url')
}
