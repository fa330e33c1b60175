// What a session costs per request: CPU time in this process, minus that of the same server without
// sessions. Compare the figures of one run with each other, not with those of another machine.
//
//   npm run bench               about two minutes
//   npm run bench -- --quick    a few seconds
//   npm run bench -- --growth   with 10,000 and 100,000 sessions in the store: some minutes

import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { measureGrowth } from './growth.ts'
import { costOf, median, table } from './measure.ts'
import { closeRooms, rooms } from '../fixtures/storages.ts'
import { createPlainServer, createSessionServer, workloads } from './workloads.ts'
import type { Send } from './workloads.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
  },
})
const rounds = options.quick ? 3 : 11
const milliseconds = options.quick ? 60 : 300
const PLAIN = 'no session'

const measured = rooms.filter(({ skip }) => !skip)
for (const { name, skip } of rooms) if (skip) console.log(`Not on ${name}: ${skip}\n`)
console.log(`Node ${process.version}, ${cpus()[0]?.model.trim()}\n`)
try {
  if (options.growth) {
    const growing = measured.filter(({ keptIn }) => keptIn !== 'cookie')
    await measureGrowth(growing, options.quick ? [0, 1000] : [0, 10_000, 100_000])
  } else {
    const servers: [name: string, send: Send][] = [[PLAIN, await createPlainServer()]]
    for (const { name, open } of measured) {
      servers.push([name, await createSessionServer((cookie) => open(cookie, {}, 'sessions'))])
    }
    print(await measure(servers))
  }
} finally {
  await closeRooms()
}

/** Microseconds of CPU per request: one sample for each server, workload and round. */
async function measure(servers: [string, Send][]): Promise<Map<string, number[]>> {
  const samples = new Map<string, number[]>()
  for (let round = 0; round <= rounds; round++) {
    // Back and forth, so that a machine that slows down does not favour whoever comes first.
    const ordered = round % 2 === 0 ? servers : servers.toReversed()
    for (const workload of workloads) {
      for (const [name, send] of ordered) {
        const cost = await costOf(send, workload, milliseconds)
        if (round === 0) continue // warming up
        const key = `${name}/${workload}`
        samples.set(key, [...(samples.get(key) ?? []), cost])
      }
    }
  }
  return samples
}

function print(samples: Map<string, number[]>): void {
  const plain = (workload: string): number => median(samples.get(`${PLAIN}/${workload}`)!)
  console.log(`What a session adds to a request: CPU in µs, medians of ${rounds} rounds; and in`)
  console.log('times of what the whole request costs without a session\n')
  const rows = measured.map(({ name }) => {
    const cells = workloads.map((workload) => {
      const added = median(samples.get(`${name}/${workload}`)!) - plain(workload)
      return `${added.toFixed(1)} (${(added / plain(workload)).toFixed(1)})`
    })
    return [name, ...cells]
  })
  console.log(table(['storage', ...workloads], rows))
}
