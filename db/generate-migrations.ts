// Makes the migrations of both databases from their schemas:
//
//   npm run db:generate

import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

if (process.argv.length > 2) {
  console.error(`It takes nothing, and was given ${process.argv.slice(2).join(' ')}`)
  process.exit(1)
}

const drizzleKit = path.join(
  path.dirname(fileURLToPath(import.meta.resolve('drizzle-kit'))),
  'bin.cjs',
)

for (const config of ['drizzle.config.ts', 'drizzle.postgres.config.ts']) {
  generate(config, 'inherit')
  // It ends with 0 also where it has made nothing of a change, so it is asked what is left of them.
  const { stdout, stderr } = generate(config, 'pipe')
  if (stdout.includes('No schema changes')) continue
  const reason = `${stdout}\n${stderr}`.split('\n').find((line) => line.startsWith('Error'))
  console.error(
    `\nThere is no migration for what changed in the schema that ${config} names. Where a column or a table ` +
      `may have been renamed, drizzle-kit asks, in a terminal only. ${reason ?? ''}`,
  )
  process.exit(1)
}

function generate(config: string, stdio: 'inherit' | 'pipe') {
  return spawnSync(process.execPath, [drizzleKit, 'generate', '--config', config], {
    encoding: 'utf8',
    stdio: stdio === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  })
}
