import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Candidate } from './peer.ts'
import type { Open } from './promises.ts'

const KILLS = 20

/** Whether a session can be read, with what it had, after each crash of a process that was changing it. */
export async function survivesCrashes(
  candidate: Candidate,
  open: Open,
  packages: string,
  directory: string,
): Promise<boolean | null> {
  if (!candidate.outlivesProcess) return null
  const peer = await open()
  const cookie = await peer.send('', (visit) => visit.set('user', 'alice'))
  const writer = path.join(import.meta.dirname, 'crash-writer.ts')
  for (let kill = 0; kill < KILLS; kill++) {
    const args = [writer, candidate.name, packages, directory, cookie]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    const exited = once(child, 'exit')
    await Promise.race([once(child.stdout, 'data'), exited])
    await new Promise((resolve) => setTimeout(resolve, kill))
    child.kill('SIGKILL')
    await exited
    let user: unknown
    await peer.send(cookie, (visit) => (user = visit.get('user'))).catch(() => {})
    if (user !== 'alice') return false
  }
  return true
}
