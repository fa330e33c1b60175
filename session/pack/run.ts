// Builds the tarball of the package, for others to install.
//
//   npm run pack
//   npm run pack -- --out ~/packages

import os from 'node:os'
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { buildPackage } from './package.ts'

const out = givenFolder() ?? fs.mkdtempSync(path.join(os.tmpdir(), 'packed-'))
const { tarball, bytes, files } = buildPackage(path.resolve(out))
console.log(`${tarball}\n${files.size} files, ${(bytes / 1024).toFixed(0)} KB`)

// As the commands of the shop read theirs, of which nothing is known here.
function givenFolder(): string | undefined {
  try {
    return parseArgs({ options: { out: { type: 'string' } } }).values.out
  } catch (error) {
    console.error(`${(error as Error).message}. See -- --help`)
    process.exit(1)
  }
}
