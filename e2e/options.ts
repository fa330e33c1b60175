import { parseArgs } from 'node:util'
import type { ParseArgsConfig } from 'node:util'

/** What a command was given; where it does not know that, it ends, and says so in a line. */
export function readOptions<const Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config)
  } catch (error) {
    console.error(`${(error as Error).message.split('. ')[0]}. See -- --help`)
    process.exit(1)
  }
}
