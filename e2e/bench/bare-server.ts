// The least that Node needs to answer: what is sent here as a message is what each path answers.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Answer {
  status: number
  headers: [name: string, value: string][]
  /** As base64. */
  body: string
}

const answers = new Map<string, { status: number; headers: string[]; body: Buffer }>()

const server = createServer((request, response) => {
  request.resume()
  const { status, headers, body } = answers.get(request.url!)!
  response.writeHead(status, headers).end(body)
})

process.on('message', (message) => {
  if (message === 'usage') return
  for (const [path, { status, headers, body }] of Object.entries(message as object)) {
    answers.set(path, { status, headers: headers.flat(), body: Buffer.from(body, 'base64') })
  }
  process.send!('answers')
})

server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
