// Makes an account one of the shop's administrators, or takes that back, also while the shop runs:
//
//   npm run admin -- ann@example.com
//   npm run admin -- ann@example.com --remove
//   npm run admin -- ann@example.com --unconfirmed    if nobody has confirmed the address, and
//                                                     it is you who can log in

import { parseArgs } from 'node:util'
import { closeDatabase } from '../../db/connect.ts'
import type { Database } from '../../db/database.ts'
import { findUserByEmail, normalizeEmail, setRole } from '../../db/users.ts'
import { loadConfig } from '../config.ts'
import { openExisting } from './open-existing.ts'

const USAGE = 'Usage: npm run admin -- EMAIL [--remove] [--unconfirmed]'

interface Options {
  email: string
  remove: boolean
  unconfirmed: boolean
}

try {
  const options = readOptions(process.argv.slice(2))
  const db = await openExisting(loadConfig())
  try {
    console.log(await (options.remove ? removeAdmin(db, options) : makeAdmin(db, options)))
  } finally {
    await closeDatabase(db)
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

function readOptions(args: string[]): Options {
  const { values, positionals } = parse(args)
  const [email, ...others] = positionals.map(normalizeEmail)
  if (!email || others.length > 0) throw new Error(USAGE)
  return { ...values, email }
}

function parse(args: string[]) {
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({
      args,
      options: { remove: flag, unconfirmed: flag },
      allowPositionals: true,
    })
  } catch {
    throw new Error(USAGE)
  }
}

async function makeAdmin(db: Database, { email, unconfirmed }: Options): Promise<string> {
  const user = await findAccount(db, email)
  // Else whoever was the first to register the address of somebody on the staff would be let in.
  if (user.emailConfirmedAt === null && !unconfirmed) {
    throw new Error(
      `Nobody has confirmed ${email} by the link in a mail: add --unconfirmed if you can log in to that account`,
    )
  }
  if (!(await setRole(db, user.id, 'admin')))
    throw new Error(`${email} is an administrator already`)
  return `${email} is an administrator now, and has been logged out: the next login has the new rights`
}

async function removeAdmin(db: Database, { email }: Options): Promise<string> {
  const { id } = await findAccount(db, email)
  if (!(await setRole(db, id, 'reader'))) throw new Error(`${email} is no administrator`)
  return `${email} is no administrator any more, and has been logged out`
}

async function findAccount(db: Database, email: string) {
  const user = await findUserByEmail(db, email)
  if (!user) {
    throw new Error(`There is no account with the address ${email}: open it in the shop first`)
  }
  return user
}
