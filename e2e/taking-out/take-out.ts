import { execFile } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { blockAt, caseAt, isComment, withoutBlocks } from './blocks.ts'
import type { Block } from './blocks.ts'
import type { Feature } from './feature-table.ts'

const run = promisify(execFile)
const project = 'tsconfig.shop.json'
// What has not changed since the last time is not looked at again. Several threads would each work out
// the same types of the libraries, for twice the CPU time.
const tsc = ['node_modules/typescript/bin/tsc', '-p', project, '--pretty', 'false'].concat([
  '--incremental',
  '--singleThreaded',
])

/** The files that git does not ignore, as they stand, and the packages, in a folder that is empty. */
export async function copyProject(root: string, folder: string): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 1e7,
  })
  for (const file of stdout.split('\0')) {
    if (file === '' || !existsSync(join(root, file))) continue
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(root, file), join(folder, file))
  }
  mkdirSync(join(folder, 'node_modules'))
  for (const name of globSync('node_modules/{*,@*/*,.bin}', { cwd: root })) {
    if (/^node_modules\/@[^/]+$/.test(name)) continue
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    symlinkSync(name === 'node_modules/remix' ? '../session' : join(root, name), join(folder, name))
  }
  // The tests of `session/` are most of it and import nothing of the shop: they compile as before.
  const { include } = JSON.parse(readFileSync(join(folder, 'tsconfig.json'), 'utf8'))
  const shop = include.filter((place: string) => place !== 'session')
  const config = { extends: './tsconfig.json', include: shop }
  writeFileSync(join(folder, project), JSON.stringify(config))
}

/**
 * Does what a row of the table says: a line goes with its block, and in a test with its case. Answers how
 * many lines went from each file that stays.
 */
export function takeOut(folder: string, feature: Feature): Map<string, number> {
  const removed = new Map<string, number>()
  for (const { patterns, words } of feature.places) {
    for (const pattern of patterns) {
      for (const file of globSync(pattern, { cwd: folder })) {
        if (words.length === 0) rmSync(join(folder, file), { recursive: true })
        else removeLines(file, words)
      }
    }
  }
  return removed

  function removeLines(file: string, words: string[]): void {
    const isTest = file.endsWith('.test.ts')
    const lines = readFileSync(join(folder, file), 'utf8').split('\n')
    const blocks = lines.flatMap((line, number) => {
      if (isComment(line)) return []
      if (!words.some((word) => line.includes(word))) return []
      return isTest ? caseAt(lines, number) : blockAt(lines, number)
    })
    if (blocks.length === 0) return
    removed.set(file, removeBlocks(join(folder, file), lines, blocks))
  }
}

/**
 * Removes the cases of tests that the compiler refuses, as they used what is gone, until there are none.
 * Answers what it has to say against anything else.
 */
export async function removeBrokenCases(folder: string): Promise<string[]> {
  for (;;) {
    const errors = await typeErrors(folder)
    const broken = new Map<string, number[]>()
    for (const { file, line } of errors) {
      if (file.endsWith('.test.ts')) broken.set(file, [...(broken.get(file) ?? []), line])
    }
    if (broken.size === 0) return errors.map(({ text }) => text)
    for (const [file, numbers] of broken) {
      const lines = readFileSync(join(folder, file), 'utf8').split('\n')
      removeBlocks(
        join(folder, file),
        lines,
        numbers.map((number) => caseAt(lines, number)),
      )
    }
  }
}

/** A requirement of `app/auth/README.md` goes with the test that it names. */
export function removeUntestedRequirements(folder: string): void {
  const readme = join(folder, 'app/auth/README.md')
  const lines = readFileSync(readme, 'utf8').split('\n')
  const kept = lines.filter((line) => {
    const [, file, name] = /\]\((\S+\.test\.ts)\) (.*\S) *\|$/.exec(line) ?? []
    if (file === undefined) return true
    const test = join(dirname(readme), file)
    return existsSync(test) && readFileSync(test, 'utf8').includes(name!)
  })
  writeFileSync(readme, kept.join('\n'))
}

function removeBlocks(path: string, lines: string[], blocks: Block[]): number {
  const kept = withoutBlocks(lines, blocks)
  const isEmptyTest = path.endsWith('.test.ts') && !kept.some((line) => /^\s*it\(/.test(line))
  if (isEmptyTest) rmSync(path)
  else writeFileSync(path, kept.join('\n'))
  const gone = blocks.flatMap(({ start, end }) =>
    Array.from({ length: end - start }, (_, index) => start + index),
  )
  return new Set(gone).size
}

interface TypeError {
  file: string
  line: number
  text: string
}

// What a case alone used may stay behind in a test.
const isUnused = /TS(6133|6192|6196|6198)/

async function typeErrors(folder: string): Promise<TypeError[]> {
  const output = await run(process.execPath, tsc, { cwd: folder, maxBuffer: 1e7 }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  )
  return [...output.matchAll(/^(\S+)\((\d+),\d+\): error .*$/gm)].flatMap(
    ([text, file = '', line]) => {
      if (file.endsWith('.test.ts') && isUnused.test(text)) return []
      return { file, line: Number(line) - 1, text }
    },
  )
}
