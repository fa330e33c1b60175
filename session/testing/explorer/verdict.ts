import { Broken, Undecided } from './model-parts.ts'
import type { Promises } from './model-parts.ts'
import { Model } from './model.ts'
import { verbsOf } from './programs.ts'
import type { Entry, Story, Visit } from './story.ts'

/** What is said of a story: nothing is wrong, a rule was broken, or the rules leave it open. */
export type Verdict = { broken: string } | 'kept' | 'undecided'

/** Tells the model what happened, step by step, and asks it whether it may be so. */
export function judge(story: Story, promises: Promises): Verdict {
  try {
    retell(story, new Model(promises), promises)
    return 'kept'
  } catch (error) {
    if (error instanceof Undecided) return 'undecided'
    if (error instanceof Broken) return { broken: error.message }
    throw error
  }
}

function retell(story: Story, model: Model, promises: Promises): void {
  const { visits, journal, looks } = story
  for (const visit of story.first) {
    const { time } = journal[0]!
    model.load(visit, time)
    model.handle(visit, time)
    model.commit(visit, time)
    model.answer(visit)
  }
  const milestones = visits.map((visit) => findMilestones(visit, journal))
  journal.forEach((entry, index) => {
    const visit = visits[entry.by]
    if (visit === undefined) return
    const { loaded, handled, committed, done } = milestones[entry.by]!
    if (index === loaded) model.load(visit, entry.time)
    if (index === handled) model.handle(visit, entry.time)
    if (index === committed) model.commit(visit, entry.time)
    if (index === done) model.answer(visit)
    if (entry.step === 'answer' && promises.mergesChanges) {
      const made = (cookie: string): number => madeAt(cookie, visits, milestones)
      checkArrival(visit, entry.held!, model, done, made)
    }
  })
  const last = looks.at(-1)!
  const stands = visits.some(({ done }) => !done)
  for (const { time, data, stored } of looks.slice(0, -1)) {
    for (const [cookie, each] of data) model.look(cookie, each, time)
    if (stored !== null && !stands) model.count(stored, time)
  }
  const outlives = [...last.data.values()].some((data) => Object.keys(data).length > 0)
  if (outlives || last.stored) throw new Broken('e: something outlives all limits')
}

/** The entries of the journal at which something of a request is decided. */
interface Milestones {
  loaded: number
  handled: number
  committed: number
  done: number
}

function findMilestones({ number, program, done }: Visit, journal: Entry[]): Milestones {
  const own = [...journal.keys()].filter((index) => journal[index]!.by === number)
  const isStep = (name: string) => (index: number) => journal[index]!.step === name
  const handled = own.findIndex(isStep('handle'))
  const answered = own.findIndex(isStep('answer'))
  const saving = handled < 0 ? [] : own.slice(handled + 1, answered < 0 ? undefined : answered)
  const wrote = saving.filter((index) => journal[index]!.wrote)
  const verbs = verbsOf(program)
  // `destroy` ends at its first step, and what `regenerateId(false)` copies is read at its first.
  const steps = new Set(saving.map((index) => journal[index]!.step))
  const copies = verbs.has('regenerateId(false)') && !verbs.has('regenerateId')
  const atFirst = verbs.has('destroy') || (copies && steps.has('create') && !steps.has('delete'))
  const last = wrote.at(-1) ?? (done ? saving.at(-1) : undefined)
  const committed =
    (atFirst && last !== undefined ? saving[0] : last) ?? (done ? own[handled]! : -1)
  return {
    loaded: handled < 0 ? -1 : own[handled - 1]!,
    handled: handled < 0 ? -1 : own[handled]!,
    committed,
    done: done ? (saving.at(-1) ?? own[handled]!) : -1,
  }
}

// An answer that was made before the newer cookie, and is overtaken by it, nobody can hold back.
function checkArrival(
  visit: Visit,
  held: string,
  model: Model,
  done: number,
  madeAt: (cookie: string) => number,
): void {
  if (visit.program.fate === 'lost' || visit.cookie === null || visit.cookie === held) return
  if (visit.program.by === 'thief' || held === visit.sent || model.mayReplace(visit, held)) return
  if (madeAt(held) < done) {
    throw new Broken(`b: the late answer of request ${visit.number} replaces a newer cookie`)
  }
}

function madeAt(cookie: string, visits: Visit[], milestones: Milestones[]): number {
  const maker = visits.find((visit) => visit.cookie === cookie && visit.sent !== cookie)
  return maker ? milestones[maker.number]!.committed : -1
}
