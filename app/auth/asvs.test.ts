import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'

const readme = new URL('README.md', import.meta.url)

/** The cells of each row of the table, its head left out. */
const rows = readFileSync(readme, 'utf8')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

it('each requirement names a test that there is, or says why there is none', () => {
  assert.ok(rows.length > 20)
  for (const [, requirement, level, met, test] of rows) {
    assert.match(level!, /^[123]$/, requirement)
    assert.notEqual(met, '', requirement)
    if (test === 'by design' || test === 'not met') continue
    const [, file, name] = /^\[[\w-]+\]\(([\w./-]+)\) (.+)$/.exec(test!) ?? []
    assert.ok(file !== undefined, `${requirement}: ${test}`)
    const source = readFileSync(new URL(file, readme), 'utf8')
    assert.ok(source.includes(name!), `${requirement}: ${file} has no test "${name}"`)
  }
})

it('the requirements stand in the order of their numbers', () => {
  const numbers = rows.map(([, requirement]) => {
    return requirement!.split(' ', 1)[0]!.split('.').map(Number)
  })
  const sorted = numbers.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!)
  assert.deepEqual(numbers, sorted)
})
