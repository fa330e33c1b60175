import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { createSessionId } from 'remix/session'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import type { FsSessionStorage, FsSessionStorageOptions } from 'remix/session/fs-storage'
import { playRequest } from 'remix/session/testing'
import { temporaryDirectory } from '../fixtures/temporary-directory.ts'

for (const ownThread of [false, true]) {
  describe(`the directory of sessions${ownThread ? ', in a thread' : ''}`, () => {
    const options = { purgeInterval: 0, ownThread }

    it('is closed where others can look into it', (t) => {
      const directory = openToOthers(t, [])
      open(t, directory, options)
      assert.equal(modeOf(directory), 0o700)
    })

    it('is closed also where a repository has it, with what keeps it there', (t) => {
      const directory = openToOthers(t, ['.gitkeep', '.gitignore', 'README.md', 'lost+found'])
      open(t, directory, options)
      assert.equal(modeOf(directory), 0o700)
    })

    it('is closed also with what a file system or a tool puts into an empty one', (t) => {
      for (const name of [
        'System Volume Information',
        '.snapshot',
        '.nfs000000000123abcd00000001',
        '.gitattributes',
        '.placeholder',
        '.empty',
      ]) {
        const directory = openToOthers(t, [name])
        open(t, directory, options)
        assert.equal(modeOf(directory), 0o700, name)
      }
    })

    it('is closed where sessions are in it, whatever else is', (t) => {
      for (const ending of ['json', 'gone', 'corrupt']) {
        const directory = openToOthers(t, ['index.html', `${createSessionId()}.${ending}`])
        open(t, directory, options)
        assert.equal(modeOf(directory), 0o700)
      }
    })

    it('is refused, and left as it is, where others can look into it and it holds something else', (t) => {
      for (const name of ['index.html', 'package.json', '.bashrc', 'id.json', '.nfs.txt']) {
        const directory = openToOthers(t, ['.gitkeep', name])
        assert.throws(() => open(t, directory, options), {
          name: 'SessionStoreError',
          message:
            `Cannot keep sessions in ${directory}: others can look into it (mode 0755), and it holds ` +
            `${name}, which is no session. Give sessions a directory of their own, as one below it, or ` +
            'close this one with mode 0700',
        })
        assert.equal(modeOf(directory), 0o755)
      }
    })

    it('may hold something else where others cannot look into it', async (t) => {
      const directory = openToOthers(t, ['index.html'])
      fs.chmodSync(directory, 0o700)
      const storage = open(t, directory, options)
      await playRequest(storage, '', (session) => session.set('color' as string, 'red'))
      assert.equal(fs.readdirSync(directory).length, 2)
    })

    it('that everybody shares, or that is none, is refused at the start', (t) => {
      const directory = openToOthers(t, [])
      fs.chmodSync(directory, 0o1777)
      assert.throws(() => open(t, directory, options), /everybody .* shares/)
      assert.equal(modeOf(directory), 0o1777)
      const file = path.join(directory, 'file')
      fs.writeFileSync(file, '')
      assert.throws(() => open(t, file, options), { name: 'SessionStoreError' })
    })

    it('that has no name is refused, and the working directory stays what it is', (t) => {
      const before = process.cwd()
      t.after(() => process.chdir(before))
      const directory = openToOthers(t, [])
      process.chdir(directory)
      for (const name of ['', ' ', undefined as never]) {
        assert.throws(() => open(t, name, options), {
          name: 'TypeError',
          message: /^The directory of sessions has no name/,
        })
      }
      for (const [given, what] of [
        [new URL('file:///tmp/sessions'), 'an instance of URL'],
        [5, 'a number'],
        [null, 'null'],
      ] as const) {
        assert.throws(() => open(t, given as never, options), {
          name: 'TypeError',
          message: `The directory of sessions is a path as a string, not ${what}`,
        })
      }
      assert.equal(modeOf(directory), 0o755)
      assert.deepEqual(fs.readdirSync(directory), [])
    })
  })
}

it('is told of where it is another user’s, and everybody may write into it', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root gives a directory away')
  const told: Error[] = []
  const listen = (warning: Error) => void told.push(warning)
  process.on('warning', listen)
  t.after(() => process.off('warning', listen))
  for (const [mode, isTold] of [
    [0o777, true],
    [0o770, false],
    [0o755, false],
  ] as const) {
    const directory = openToOthers(t, [])
    fs.chmodSync(directory, mode)
    fs.chownSync(directory, 1234, 1234)
    told.length = 0
    open(t, directory, { purgeInterval: 0 })
    await new Promise(setImmediate)
    assert.equal(modeOf(directory), mode)
    assert.deepEqual(
      told.map(({ name, message }) => [name, message.includes(directory), message.slice(-12)]),
      isTold ? [['SessionStorageWarning', true, '(mode 0777).']] : [],
    )
  }
})

function open(
  t: TestContext,
  directory: string,
  options: FsSessionStorageOptions,
): FsSessionStorage {
  const storage = createFsSessionStorage(directory, options)
  t.after(() => storage.close())
  return storage
}

function openToOthers(t: TestContext, files: string[]): string {
  const directory = temporaryDirectory(t)
  for (const name of files) fs.writeFileSync(path.join(directory, name), '')
  fs.chmodSync(directory, 0o755)
  return directory
}

function modeOf(directory: string): number {
  return fs.statSync(directory).mode & 0o7777
}
