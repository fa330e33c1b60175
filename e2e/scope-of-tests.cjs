// Loaded before node:test in each process of tests. To know of which test an `after` or an error is, node:test
// has async_hooks follow every promise there is, which takes up to half of the time of a test that makes many.
// Here it gets what does the same by AsyncLocalStorage, which costs next to nothing.
// Where Node does so by itself, or in another way, this changes nothing.

const hooks = require('node:async_hooks')

const { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId } = hooks
const scope = new AsyncLocalStorage()
let noteResource

hooks.AsyncResource = class extends AsyncResource {
  constructor(type, options) {
    super(type, options)
    noteResource?.(this.asyncId(), type, 0, this)
  }

  runInAsyncScope(run, thisArg, ...args) {
    const inScope = () => scope.run(this.asyncId(), () => run.apply(thisArg, args))
    return super.runInAsyncScope(inScope)
  }
}
hooks.createHook = ({ init }) => ({
  enable: () => void (noteResource = init),
  disable: () => void (noteResource = undefined),
})
hooks.executionAsyncId = () => scope.getStore() ?? 0

process.getBuiltinModule('node:test')
Object.assign(hooks, { AsyncResource, createHook, executionAsyncId })
