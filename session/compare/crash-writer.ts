// Changes a large session again and again, until it is killed:
// `crash-writer.ts <library> <folder of the packages> <directory of the sessions> <cookie>`.

import { candidates } from './candidates.ts'
import { loaderIn } from './peer.ts'

const [name, packages, directory, cookie] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
]
const candidate = candidates.find((each) => each.name === name)!
const options = { cookieName: 'session', maxAge: 3600, directory }
const peer = await candidate.open(options, await loaderIn(packages))
for (let round = 0; ; round++) {
  await peer.send(cookie, (visit) => visit.set('text', String(round % 10).repeat(900_000)))
  if (round === 0) process.stdout.write('ready')
}
