import type { Sales } from './checkout-kills.ts'
import type { Outage } from './outage.ts'
import type { RollingRestart } from './rolling-restart.ts'
import type { Scene } from './scene.ts'
import { isIntact } from './verdict.ts'
import type { Verdict } from './verdict.ts'

// A server waits three seconds for a connection at most.
const LONGEST_ANSWER_MS = 5000

export function judgeOutage(outage: Outage, scene: Scene): Verdict {
  const { customers, requests, refused, errors, lostSessions, slowestMs } = outage
  const good =
    refused > 0 &&
    refused < requests &&
    errors.length === 0 &&
    lostSessions === 0 &&
    slowestMs < LONGEST_ANSWER_MS &&
    isIntact(scene)
  const why =
    `${requests.toLocaleString('en')} requests of ${customers} customers: ${refused} were answered ` +
    `with 503, ${errors.length} in any other way that they should not be, none later than after ` +
    `${(slowestMs / 1000).toFixed(1)} s. ${lostSessions} lost sessions.`
  return good
    ? { good, short: 'A pause, and nothing lost.', why }
    : { good, short: 'Not as it should be!', why: [why, ...errors.slice(0, 3)].join(' ') }
}

/**
 * @param sales After the first kill, after the second one, and in the end
 * @param orders What was seen when a form was sent again
 */
export function judgeCheckoutKills(sales: [Sales, Sales, Sales], orders: Scene[]): Verdict {
  const told = orders.map(({ exchanges }) => {
    return exchanges.find(({ request }) => request === 'POST /checkout')?.location ?? ''
  })
  const [first, second, end] = sales.map(({ orders, copies }) =>
    orders === copies ? orders : Number.NaN,
  )
  const good =
    first === 0 &&
    second === 2 &&
    end === 2 &&
    new Set(told).size === 2 &&
    told.every((place) => /\/orders\/\d+$/.test(place))
  const [afterFirst, afterSecond, last] = sales.map(
    ({ orders, copies }) => `${orders} orders and ${copies} copies sold`,
  )
  const why =
    `After the first kill there were ${afterFirst}, as it was undone; after the second ` +
    `${afterSecond}, and when the form was sent again ${last}.`
  return { good, short: good ? 'No order lost, none doubled.' : 'Not as it should be!', why }
}

/** @param columns How many columns have the name of the new one */
export function judgeMigration(restart: RollingRestart, columns: number, scene: Scene): Verdict {
  const { customers, requests, errors, lostSessions, besideTheFirst, timeline } = restart
  const good =
    columns === 1 &&
    errors.length === 0 &&
    lostSessions === 0 &&
    besideTheFirst > 0 &&
    isIntact(scene)
  const why =
    `${requests.toLocaleString('en')} requests of ${customers} customers in ` +
    `${timeline.seconds.toFixed(1)} s: ${errors.length} errors, ${lostSessions} lost sessions. ` +
    `Old servers answered ${besideTheFirst} of them on the new tables.`
  return good
    ? { good, short: 'Old and new side by side.', why }
    : { good, short: 'Not as it should be!', why: [why, ...errors.slice(0, 3)].join(' ') }
}
