import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { projectFolder } from '../config.ts'

const manifest = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'))

/** Does what an install by whoever calls itself `agent` does first. */
function install(agent?: string) {
  return spawnSync(process.execPath, [join(projectFolder, 'app/environment/fit-installer.cjs')], {
    encoding: 'utf8',
    env: agent === undefined ? {} : { npm_config_user_agent: agent },
  })
}

describe('an install', () => {
  it('is refused in one line to everybody but npm', () => {
    const agents = [
      'pnpm/10.34.9 npm/? node/v24.21.0 linux x64',
      'yarn/1.22.22 npm/? node/v24.21.0 linux x64',
      'bun/1.4.5 npm/? node/v24.3.0 linux x64',
      undefined, // yarn, which .yarnrc.yml sends there before it does anything
    ]
    for (const agent of agents) {
      const { status, stderr } = install(agent)
      assert.equal(status, 1, agent)
      assert.equal(stderr, 'This project can only be installed with npm: run npm install\n')
    }
  })

  it('says nothing to npm, unless it runs on an older Node and complains of that', () => {
    const silent = install(`npm/11.19.1 node/${process.version} linux x64 workspaces/false`)
    assert.deepEqual([silent.status, silent.stdout, silent.stderr], [0, '', ''])
    const { status, stdout } = install('npm/11.19.1 node/v20.20.2 linux x64 workspaces/false')
    assert.equal(status, 0)
    assert.match(stdout, /^npm runs on Node 20\.20\.2 here, .*\n$/)
  })

  it('asks for npm also where its scripts do not run, and brings a Node that is fit', () => {
    assert.deepEqual(manifest.devEngines.packageManager, { name: 'npm', onFail: 'error' })
    const [needed, brought] = [manifest.engines.node, manifest.optionalDependencies.node].map(
      (range) => Number(/\d+/.exec(range)![0]),
    )
    assert.ok(brought! >= needed!, `${brought} is not ${needed} or newer`)
  })

  it('works before the sources are there', () => {
    const [, option, code] = manifest.scripts.preinstall.match(/^node (-e) "(.*)"$/)
    const { status, stderr } = spawnSync(process.execPath, [option, code], {
      cwd: tmpdir(),
      encoding: 'utf8',
    })
    assert.deepEqual([status, stderr], [0, ''])
  })

  it('has no registry where session/ belongs, and none in the lock file', () => {
    assert.equal(manifest.dependencies.remix, 'file:./session')
    assert.equal(
      realpathSync(join(projectFolder, 'node_modules/remix')),
      realpathSync(join(projectFolder, 'session')),
    )
    const lock = JSON.parse(readFileSync(join(projectFolder, 'package-lock.json'), 'utf8'))
    const places = Object.values<{ resolved?: string }>(lock.packages).flatMap(
      ({ resolved }) => resolved ?? [],
    )
    assert.deepEqual(places, ['session'])
  })
})
