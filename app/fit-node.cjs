// Loaded before any TypeScript, by a Node that may be unable to run it: there the shop would end with
// a stack, and SQLite with a crash.

const needed = Number.parseInt(require('../package.json').engines.node.replace('>=', ''), 10)

if (Number.parseInt(process.versions.node, 10) < needed) {
  console.error(
    `The shop needs Node ${needed} or newer, and this is ${process.version}. npm install brings one ` +
      'along, unless it leaves out scripts or optional packages; or get it from https://nodejs.org',
  )
  process.exit(1)
}
