// What a session costs per request: CPU time in this process, minus that of the same server without
// sessions. Compare the figures of one run with each other, not with those of another machine.
//
//   npm run bench               about a minute
//   npm run bench -- --quick    a few seconds

import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { createCookieSessionStorage } from 'remix/session/cookie-storage'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import { createMemorySessionStorage } from 'remix/session/memory-storage'
import { createPlainServer, createSessionServer, workloads } from './workloads.ts'
import type { Send, Workload } from './workloads.ts'

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const rounds = options.quick ? 3 : 11
const milliseconds = options.quick ? 60 : 300
const IN_FLIGHT = 16

const directory = mkdtempSync(path.join(tmpdir(), 'session-bench-'))
try {
  const servers: [name: string, send: Send][] = [
    ['no session', await createPlainServer()],
    ['cookie', await createSessionServer((cookie) => createCookieSessionStorage(cookie))],
    ['memory', await createSessionServer(() => createMemorySessionStorage())],
    ['fs', await createSessionServer(() => createFsSessionStorage(directory))],
  ]
  print(await measure(servers))
} finally {
  rmSync(directory, { recursive: true, force: true })
}

/** Microseconds of CPU per request: one sample for each server, workload and round. */
async function measure(servers: [string, Send][]): Promise<Map<string, number[]>> {
  const samples = new Map<string, number[]>()
  for (let round = 0; round <= rounds; round++) {
    // Back and forth, so that a machine that slows down does not favour whoever comes first.
    const ordered = round % 2 === 0 ? servers : servers.toReversed()
    for (const workload of workloads) {
      for (const [name, send] of ordered) {
        const cost = await costOf(send, workload)
        if (round === 0) continue // warming up
        const key = `${name}/${workload}`
        samples.set(key, [...(samples.get(key) ?? []), cost])
      }
    }
  }
  return samples
}

async function costOf(send: Send, workload: Workload): Promise<number> {
  let requests = 0
  const before = process.cpuUsage()
  const end = performance.now() + milliseconds
  async function lane(): Promise<void> {
    while (performance.now() < end) {
      const response = await send(workload)
      if (!response.ok) throw new Error(`${workload} was answered with ${response.status}`)
      requests++
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requests
}

function print(samples: Map<string, number[]>): void {
  const names = [...new Set([...samples.keys()].map((key) => key.split('/')[0]!))].sort()
  console.log(`Node ${process.version}, ${cpus()[0]?.model.trim()}, ${rounds} rounds, medians\n`)
  console.log('CPU of a request in µs, and how many times that of the server without sessions\n')
  console.log(`| storage | ${workloads.join(' | ')} |`)
  console.log(`| --- |${' ---: |'.repeat(workloads.length)}`)
  for (const name of names) {
    const cells = workloads.map((workload) => {
      const cost = median(samples.get(`${name}/${workload}`)!)
      const ratio = cost / median(samples.get(`no session/${workload}`)!)
      return `${cost.toFixed(1)} (${ratio.toFixed(2)})`
    })
    console.log(`| ${name} | ${cells.join(' | ')} |`)
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
