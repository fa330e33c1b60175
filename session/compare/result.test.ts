import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { it } from 'node:test'
import { candidates } from './candidates.ts'
import { NEEDS_A_STORE, PROMISES } from './promises.ts'

const read = (file: string) => fs.readFileSync(path.join(import.meta.dirname, file), 'utf8')
const result = JSON.parse(read('result.json')) as {
  promises: string[]
  rows: { name: string; cells: string[] }[]
}

it('the table of the README is the last comparison', () => {
  const lines = read('../README.md').replaceAll(/ +/g, ' ').split('\n')
  for (const { name, cells } of result.rows) {
    assert.ok(lines.includes(`| ${name} | ${cells.join(' | ')} |`), name)
  }
  assert.deepEqual(
    result.rows.map(({ name }) => name),
    candidates.map(({ name }) => name),
  )
})

it('tells what a cookie cannot apart from what a library does not, for everybody alike', () => {
  const stateless = candidates.filter(({ isStateless }) => isStateless)
  assert.ok(stateless.some(({ name }) => name === 'ours, cookie'))
  const names = new Set(stateless.map(({ name }) => name))
  for (const promise of NEEDS_A_STORE) assert.ok(promise in PROMISES, promise)
  for (const { name, cells } of result.rows) {
    for (const [index, cell] of cells.entries()) {
      const needsStore = NEEDS_A_STORE.has(result.promises[index]!) && names.has(name)
      assert.ok(cell !== (needsStore ? '**no**' : 'cannot'), `${name}: ${result.promises[index]}`)
    }
  }
  const ours = result.rows.filter(({ name }) => name.startsWith('ours'))
  assert.ok(!ours.flatMap(({ cells }) => cells).includes('**no**'))
})
