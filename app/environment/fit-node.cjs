// Loaded before any TypeScript, by a Node that may be unable to run it: there the shop would end with
// a stack, and SQLite with a crash. It answers --help as well.

const needed = Number.parseInt(require('../../package.json').engines.node.replace('>=', ''), 10)

if (Number.parseInt(process.versions.node, 10) < needed) {
  console.error(
    `The shop needs Node ${needed} or newer, and this is ${process.version}. npm install brings one ` +
      'along, unless it leaves out scripts or optional packages; or get it from https://nodejs.org',
  )
  process.exit(1)
}

// What a command does stands at the top of its file.
if (process.argv.slice(2).includes('--help')) {
  const source = require('node:fs').readFileSync(process.argv[1], 'utf8')
  console.log(source.slice(0, source.search(/^(?!\/\/)/m)).replaceAll(/^\/\/ ?/gm, ''))
  process.exit()
}

// Modules are compiled once and kept for the next start. Not where Node keeps them by itself, in a
// folder that all users of the machine share: what is found there is run.
const { join } = require('node:path')
require('node:module').enableCompileCache(join(__dirname, '../../node_modules/.cache/node'))
