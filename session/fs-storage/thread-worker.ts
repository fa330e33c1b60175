import { parentPort, workerData } from 'node:worker_threads'
import { createFileStore } from './store.ts'
import type { FileStoreOptions } from './store.ts'
import type { FileAnswer, FileRequest, SentError } from './thread.ts'

const store = createFileStore(workerData as FileStoreOptions)

parentPort!.on('message', async ({ number, method, args }: FileRequest) => {
  let answer: FileAnswer
  try {
    const call = store[method] as (...args: unknown[]) => unknown
    answer = { number, result: await call(...args) }
  } catch (error) {
    answer = { number, error: describe(error as Error) }
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window
  parentPort!.postMessage(answer)
})

function describe(error: Error): SentError {
  return { ...error, name: error.name, message: error.message, stack: error.stack }
}
