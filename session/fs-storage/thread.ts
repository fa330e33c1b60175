import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { FileStore, FileStoreOptions } from './store.ts'
import type { FileAnswer, FileRequest, SentError } from './thread-worker.ts'
import { makePrivateDirectory } from './private-directory.ts'
import { SessionStoreError, SessionTooLargeError } from '../errors.ts'

type Method = keyof FileStore

interface Waiting {
  resolve(result: any): void
  reject(error: Error): void
}

const CLASSES: Record<string, { prototype: Error }> = { SessionStoreError, SessionTooLargeError }

/**
 * A store of session files in a thread of its own, so that a slow disk holds up only the requests
 * that wait for it. The thread starts with the first of them, and again if it died.
 */
export function createFileStoreInThread(options: FileStoreOptions): FileStore {
  makePrivateDirectory(options.directory) // what cannot be used is refused at once, not later
  const waiting = new Map<number, Waiting>()
  let worker: Worker | null = null
  let closing = false
  let number = 0

  function start(): Worker {
    const started = new Worker(workerModule(), {
      workerData: options,
      execArgv: [],
    })
    started.on('message', (answer: FileAnswer) => {
      const { resolve, reject } = waiting.get(answer.number)!
      waiting.delete(answer.number)
      if ('error' in answer) reject(revive(answer.error))
      else resolve(answer.result)
      if (waiting.size > 0) return
      started.unref() // it keeps no process alive, unless somebody waits for it
      if (closing) end()
    })
    let cause = 'it ended'
    started.on('error', (error) => (cause = error.message))
    started.on('exit', () => {
      if (worker !== started) return // it was ended when nobody waited for it
      worker = null
      const error = new SessionStoreError(`The thread of the session files is gone: ${cause}`)
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    })
    return started
  }

  function end(): void {
    void worker?.terminate()
    worker = null
  }

  function ask<method extends Method>(
    method: method,
    ...args: Parameters<FileStore[method]>
  ): Promise<Awaited<ReturnType<FileStore[method]>>> {
    worker ??= start()
    worker.ref()
    const request: FileRequest = { number: ++number, method, args }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window
    worker.postMessage(request)
    return new Promise((resolve, reject) => waiting.set(request.number, { resolve, reject }))
  }

  return {
    read: (id) => ask('read', id),
    create: (id, record) => ask('create', id, record),
    update: (id, changes) => ask('update', id, changes),
    replace: (id, newId, changes, left) => ask('replace', id, newId, changes, left),
    delete: (id) => ask('delete', id),
    purge: (now, cookieMaxAge) => ask('purge', now, cookieMaxAge),
    close() {
      closing = true
      if (waiting.size === 0) end()
      else void ask('close').catch(() => {}) // it is gone already
    },
  }
}

/** It has the ending of this module: `.ts` in its repository, `.js` where the package is installed. */
function workerModule(): URL {
  return new URL(`./thread-worker${path.extname(import.meta.url)}`, import.meta.url)
}

function revive({ name, message, ...details }: SentError): Error {
  const error = Object.assign(new Error(message), { name }, details)
  const kind = CLASSES[name]
  return kind ? Object.setPrototypeOf(error, kind.prototype) : error
}
