import { parentPort, workerData } from 'node:worker_threads'
import { createFileStore } from './store.ts'
import type { FileStore, FileStoreOptions } from './store.ts'

/** What is sent to the thread, and what it answers. */
export interface FileRequest {
  number: number
  method: keyof FileStore
  args: unknown[]
}
export type FileAnswer = { number: number } & ({ result: unknown } | { error: SentError })

/** An error without its class: a message between threads does not keep it. */
export interface SentError {
  name: string
  message: string
  [detail: string]: unknown
}

const store = createFileStore(workerData as FileStoreOptions)

parentPort!.on('message', async ({ number, method, args }: FileRequest) => {
  let answer: FileAnswer
  try {
    const call = store[method] as (...args: unknown[]) => unknown
    answer = { number, result: await call(...args) }
  } catch (error) {
    answer = { number, error: sendable(error as Error) }
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window
  parentPort!.postMessage(answer)
})

function sendable(error: Error): SentError {
  return { ...error, name: error.name, message: error.message, stack: error.stack }
}
