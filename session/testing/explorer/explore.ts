import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Explorer } from './explorer.ts'
import type { Finding } from './explorer.ts'
import type { Promises } from './model-parts.ts'
import { anyPlay, createRandom, everyPlay, MOVES, FEW, programs, SMALL } from './plays.ts'
import type { Play } from './programs.ts'
import { anySchedule } from './schedule.ts'
import type { OpenStage } from './stage.ts'

export type { ExploredStorage, OpenStage, StageLimits } from './stage.ts'

export interface ExploreOptions {
  /** What this kind of storage cannot promise. */
  promises?: Partial<Promises> | undefined
  /** A line that was printed: only that is played again, and told step by step. */
  replay?: string | undefined
  /** How many plays by chance; 0 for none. */
  random?: number | undefined
  /** Where chance begins; another seed plays other plays. */
  seed?: number | undefined
  /** The requests of which two are played at once; the default is every small one. */
  pairs?: string[] | undefined
  /** The requests that are also played with a lost answer, a stop for ever, or time passing. */
  few?: string[] | undefined
  /** The requests of which three are played at once. */
  triples?: string[] | undefined
}

/**
 * Registers tests with `node:test` that look for faults of two or three requests at once: of all small
 * ones two, and of a few of them three, in every order of their steps, and larger ones by chance. They are
 * judged by the promises that the storages here give. Each operation of a store is one step: whether it is
 * atomic, `describeSessionStorage` tries.
 *
 * ```ts
 * import { createCustomSessionStorage } from 'remix/session/custom-storage'
 * import { exploreSessionStorage } from 'remix/session/testing'
 *
 * exploreSessionStorage('my storage', ({ stepped, ...limits }) =>
 *   createCustomSessionStorage(stepped(createMyStore()), limits),
 * )
 * ```
 *
 * @param name Names the storage in the report
 * @param open Called for each play; it must use the limits and the clock that it gets
 */
export function exploreSessionStorage(
  name: string,
  open: OpenStage,
  options: ExploreOptions = {},
): void {
  const { replay, random = 1000, seed = 1, pairs = SMALL, few = FEW, triples = FEW } = options
  const promises = {
    mergesChanges: true,
    endsSessions: true,
    readsFlashesOnce: true,
    ...options.promises,
  }
  const A = programs('A', pairs)
  const thief = programs('thief', pairs)
  const F = programs('A', few)
  const T = programs('A', triples)

  function explore(title: string, plays: Iterable<Play>): void {
    it(title, async (t) => {
      const explorer = new Explorer(open, promises)
      for (const play of plays) {
        const finding = await explorer.playAll(play)
        if (finding) fail(await explorer.shrink(play, finding))
      }
      report(t, explorer)
    })
  }

  describe(`${name}, explored`, () => {
    if (replay !== undefined) {
      it(replay, async () => {
        const finding = await new Explorer(open, promises).replay(replay)
        if (finding) fail(finding)
      })
      return
    }
    explore('one request, while time passes', everyPlay([A], MOVES))
    explore('two requests of one browser', everyPlay([A, A]))
    explore('a request of a browser and one with a cookie stolen from it', everyPlay([A, thief]))
    explore('two requests, while time passes', everyPlay([F, F], MOVES))
    explore('a request whose answer is lost', everyPlay([programs('A', few, 'lost'), A]))
    explore('a request that stops at a step for ever', everyStop(few, A))
    explore('three requests of one browser', everyPlay([T, T, T]))
    if (random === 0) return
    it(`${random} plays by chance, from seed ${seed}`, async (t) => {
      const explorer = new Explorer(open, promises)
      const chance = createRandom(seed)
      for (let i = 0; i < random; i++) {
        const play = anyPlay(chance)
        explorer.plays++
        const finding = await explorer.playOnce(play, anySchedule(chance))
        if (finding) fail(await explorer.shrink(play, finding))
      }
      report(t, explorer)
    })
  })
}

function* everyStop(words: string[], others: ReturnType<typeof programs>): Generator<Play> {
  for (let stopsAfter = 2; stopsAfter <= 4; stopsAfter++) {
    yield* everyPlay([programs('A', words, { stopsAfter }), others])
  }
}

function report(
  test: { diagnostic(text: string): void },
  { plays, orders, undecided }: Explorer,
): void {
  test.diagnostic(`${plays} plays, ${orders} orders of their steps, ${undecided} of them left open`)
}

function fail({ broken, line, story }: Finding): never {
  assert.fail(`${broken}\nPlay it again with REPLAY='${line}'\n${story}`)
}
