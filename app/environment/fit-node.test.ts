import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { it } from 'node:test'
import { projectFolder } from '../config.ts'

const manifest = JSON.parse(readFileSync(path.join(projectFolder, 'package.json'), 'utf8'))
const scripts = Object.entries<string>(manifest.scripts)

function findUnfitNode(): string | undefined {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'node'))
    .find((node) => {
      if (!existsSync(node)) return false
      const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
      return Number.parseInt(stdout.slice(1), 10) < 24
    })
}

const unfit = findUnfitNode()

it('tells in one line which Node it needs', { skip: !unfit && 'every Node here is fit' }, () => {
  for (const [name, script] of scripts) {
    // A watching Node tells it as well, and then goes on watching.
    if (!script.includes('fit-node') || script.includes('--watch')) continue
    const [, ...args] = script.replace('exec ', '').split(' || ')[0]!.split(' ')
    const { status, stdout, stderr } = spawnSync(unfit!, args, {
      cwd: projectFolder,
      encoding: 'utf8',
    })
    assert.match(stderr, /^The shop needs Node 24 or newer, and this is v\d[^\n]*\n$/, name)
    assert.equal(status, 1, name)
    assert.equal(stdout, '', name)
  }
})

it('answers --help with what stands at the top of the file of a command', () => {
  const commands = scripts.filter(
    ([, script]) => /fit-node.*\.ts$/.test(script) && !/--test/.test(script),
  )
  for (const [name, script] of commands) {
    const source = readFileSync(path.join(projectFolder, script.split(' ').at(-1)!), 'utf8')
    const help = source.split('\n\n')[0]!
    assert.match(help, new RegExp(`^//   npm ${name === 'start' ? '' : 'run '}${name}\\b`, 'm'))
  }
  const args = ['-r', './app/environment/fit-node.cjs', 'e2e/bench/run.ts', '--help']
  const asked = spawnSync(process.execPath, args, { cwd: projectFolder, encoding: 'utf8' })
  assert.equal(asked.status, 0, asked.stderr)
  assert.match(asked.stdout, /^What a session costs[^]*\n {2}npm run bench -- --growth [^]*\n$/)
})

it('is loaded by every script that runs TypeScript', () => {
  for (const [name, script] of scripts) {
    for (const command of script.split(' || ')) {
      assert.equal(
        command.includes('-r ./app/environment/fit-node.cjs'),
        /\bnode .*\.ts\b/.test(command),
        name,
      )
    }
  }
})

it('stands in scripts that every shell understands, where exec has a way out', () => {
  for (const [name, script] of scripts) {
    const outsideOfQuotes = script.replaceAll(/"[^"]*"/g, '')
    assert.doesNotMatch(outsideOfQuotes, /['$;`*%^<>]/, name)
    const [first, second] = outsideOfQuotes.split(' || ')
    if (first!.startsWith('exec ')) assert.equal(first, `exec ${second}`, name)
  }
})

it('keeps what Node compiled where only this project looks for it', () => {
  const { NODE_COMPILE_CACHE: _, NODE_DISABLE_COMPILE_CACHE: __, ...env } = process.env
  const args = [
    '-r',
    './app/environment/fit-node.cjs',
    '-p',
    "require('module').getCompileCacheDir()",
  ]
  const { stdout } = spawnSync(process.execPath, args, {
    cwd: projectFolder,
    env,
    encoding: 'utf8',
  })
  assert.ok(stdout.startsWith(path.join(projectFolder, 'node_modules/.cache/node')), stdout)
})
