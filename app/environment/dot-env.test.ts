import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { readDotEnv } from './dot-env.ts'

const folder = mkdtempSync(join(tmpdir(), 'dot-env-'))
after(() => rmSync(folder, { recursive: true }))
const file = join(folder, '.env')

function read(content: string | Uint8Array) {
  writeFileSync(file, content)
  return readDotEnv(file)
}

describe('readDotEnv', () => {
  it('takes no misspelt name for one of somebody else', () => {
    for (const name of ['node_env', 'NODEENV', 'NODE_EVN', 'export Node_Env']) {
      writeFileSync(file, `PORT=1\n${name}=production\n`)
      const { problems } = readDotEnv(file, ['PORT', 'NODE_ENV'])
      const given = name.replace('export ', '')
      assert.deepEqual(problems, [`.env, line 2, gives ${given}: did you mean NODE_ENV?`])
    }
    writeFileSync(file, 'NODE_ENV=production\nNODE_ENV2=a\nPORTS=1\nnode_env_file=a')
    assert.deepEqual(readDotEnv(file, ['PORT', 'NODE_ENV']).problems, [])
  })

  it('reads plain, quoted, exported and empty values, and skips comments', () => {
    const text = `
      # a comment
      PLAIN=value
      SPACED = a value with spaces   # and a comment
      DOUBLE="with # and 'quotes'"
      SINGLE='with "quotes"' # and a comment
      BACK=\`with both ' and "\`
      export EXPORTED=yes
      EQUALS=postgres://a?b=c
      BACKSLASH="C:\\new"
      EMPTY=
      NOTHING= # but a comment
    `
    for (const ending of ['\n', '\r\n', '\r']) {
      assert.deepEqual(read(text.replaceAll('\n', ending)), {
        values: {
          PLAIN: 'value',
          SPACED: 'a value with spaces',
          DOUBLE: "with # and 'quotes'",
          SINGLE: 'with "quotes"',
          BACK: `with both ' and "`,
          EXPORTED: 'yes',
          EQUALS: 'postgres://a?b=c',
          BACKSLASH: 'C:\\new',
          EMPTY: '',
          NOTHING: '',
        },
        problems: [],
      })
    }
  })

  it('reads a file with a byte-order mark', () => {
    assert.deepEqual(read('\uFEFFNODE_ENV=production').values, { NODE_ENV: 'production' })
  })

  it('refuses another encoding', () => {
    const text = 'NODE_ENV=production\n'
    const bigEndian = Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()
    for (const bytes of [
      Buffer.from(`\uFEFF${text}`, 'utf16le'),
      Buffer.from(text, 'utf16le'),
      bigEndian,
      Buffer.from('NAME=caf\u00e9', 'latin1'),
    ]) {
      const { values, problems } = read(bytes)
      assert.deepEqual(values, {})
      assert.deepEqual(problems, ['.env is not UTF-8 text: save it in that encoding'])
    }
  })

  it('refuses what could be understood in two ways, by its line and without its value', () => {
    for (const line of [
      'SESSION_SECRET=hunter2#hunter2',
      'SESSION_SECRET=#hunter2',
      'SESSION_SECRET="hunter2',
      'SESSION_SECRET="hunter2" hunter2',
      "SESSION_SECRET=hunter2's",
      'SESSION_SECRET: hunter2',
      'SESSION SECRET=hunter2',
      'hunter2',
    ]) {
      const { problems } = read(`\n${line}\n`)
      assert.equal(problems.length, 1, line)
      assert.match(problems[0]!, /^\.env, line 2, is not NAME=value/)
      assert.doesNotMatch(problems[0]!, /hunter2/)
    }
    assert.deepEqual(read('A=1\n__proto__=2\nA=3').problems, [
      '.env, line 3, gives A a second time: drop one of them',
    ])
  })

  it('is empty where there is no file, and complains of one that cannot be read', () => {
    assert.deepEqual(readDotEnv(join(folder, 'nothing')), { values: {}, problems: [] })
    mkdirSync(join(folder, 'directory'))
    symlinkSync('nowhere', join(folder, 'dangling'))
    for (const name of ['directory', 'dangling']) {
      assert.match(readDotEnv(join(folder, name)).problems[0]!, /^\.env cannot be read: /, name)
    }
  })
})
