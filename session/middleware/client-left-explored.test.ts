import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Session } from 'remix/session'
import { openBrowser } from '../fixtures/browser.ts'
import { rounds } from '../fixtures/exploring.ts'
import { leaveDuring, slowDown, wait } from '../fixtures/leaving.ts'
import { createRandom } from '../testing/explorer/plays.ts'
import type { Random } from '../testing/explorer/plays.ts'

const COLOR: string = 'color'
const COUNT: string = 'count'

it('explored: what a handler sees whose client has left is stored in the end, whatever it does and however often the store fails', async () => {
  for (let seed = 1; seed <= rounds(60); seed++) await playLeft(createRandom(seed), seed)
})

const STEPS: ((session: Session, value: number) => void)[] = [
  (session, value) => session.set(COLOR, value),
  (session, value) => session.set('cart', { [value]: 1 }),
  (session, value) => session.merge('cart', { [value % 3]: value, 9: undefined }),
  (session, value) => session.increment(COUNT, value),
  (session) => session.unset(COUNT),
  (session) => session.unset('cart'),
  (session, value) => {
    const cart = session.get('cart')
    if (typeof cart === 'object') (cart as Record<string, number>)['inside'] = value
  },
  (session) => session.regenerateId(),
  (session) => session.regenerateId(false),
  (session) => session.reset(),
  (session) => session.destroy(),
]
const [RESET, DESTROY] = STEPS.slice(-2)

/** A handler of a client that left does this and that, with a store that is now well and now not. */
async function playLeft(random: Random, seed: number): Promise<void> {
  const { browser, store } = openBrowser()
  await browser.visit((session) => session.set('cart', { 0: 1 }))
  slowDown(store, 1)
  const done: string[] = []
  await leaveDuring(browser, async (session) => {
    await wait()
    let isOver = false
    for (let step = 0; step < 12; step++) {
      const draw = random(100)
      if (draw < 20) await wait(random(4))
      else if (draw < 30) store.failing = random(2) === 0 ? ['update', 'replace', 'delete'] : []
      else if (draw < 35) await session.save().catch(() => {})
      else {
        // What ends it comes seldom, or nothing else would ever be played.
        const index = random(random(8) === 0 ? STEPS.length : STEPS.length - 2)
        const change = STEPS[index]!
        done.push(`${index}`)
        change(session, step)
        isOver ||= change === RESET || change === DESTROY
        if (change === DESTROY) break
      }
    }
    store.failing = []
    await session.save()
    const living = [...store.records.values()].filter(({ successor }) => successor === undefined)
    const [latest] = living.slice(-1)
    const play = `seed ${seed}: ${done.join(' ')}`
    if (isOver) assert.deepEqual(living, [], play)
    else assert.deepEqual(latest!.values, session.data, play)
  })
}
