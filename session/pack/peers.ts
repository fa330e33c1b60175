import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { run } from './package.ts'

/**
 * Installs packages that are compared or tested with, never depended on, in a folder of their own.
 *
 * @param packages Names and what npm takes for them, as `{ bun: '1', ts59: 'npm:typescript@5.9' }`
 * @returns The folder, to be removed when nobody needs it any more
 */
export function installPeers(packages: Record<string, string>): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'peers-'))
  const manifest = { private: true, type: 'module', dependencies: packages }
  fs.writeFileSync(path.join(directory, 'package.json'), JSON.stringify(manifest))
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], directory)
  return directory
}
