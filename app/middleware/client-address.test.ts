import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRouter } from 'remix/fetch-router'
import { Client, clientAddress, setSocketAddress } from './client-address.ts'

async function see(trustProxy: number, headers: Record<string, string>): Promise<Client> {
  const router = createRouter({ middleware: [clientAddress(trustProxy)] })
  router.map('/', (context) => Response.json(context.get(Client)))
  const request = new Request('http://shop.example/', { headers })
  setSocketAddress(request, '10.0.0.9')
  return (await router.fetch(request)).json() as Promise<Client>
}

const forwarded = {
  Host: 'internal:8080',
  'X-Forwarded-For': '6.6.6.6, 192.0.2.1, 10.0.0.1',
  'X-Forwarded-Host': 'evil.example, shop.example',
  'X-Forwarded-Proto': 'http, https',
}

describe('clientAddress', () => {
  it('ignores what was forwarded where no proxy is trusted', async () => {
    assert.deepEqual(await see(0, forwarded), {
      address: '10.0.0.9',
      host: 'internal:8080',
      protocol: 'http:',
    })
  })

  it('believes what the nearest of the trusted proxies that saw the client appended', async () => {
    assert.deepEqual(await see(1, forwarded), {
      address: '10.0.0.1',
      host: 'shop.example',
      protocol: 'https:',
    })
    assert.equal((await see(2, forwarded)).address, '192.0.2.1')
  })

  it('never reads beyond the first entry', async () => {
    assert.equal((await see(5, forwarded)).address, '6.6.6.6')
  })

  it('falls back to the connection for headers that are missing or no address', async () => {
    assert.deepEqual(await see(1, { Host: 'shop.example' }), {
      address: '10.0.0.9',
      host: 'shop.example',
      protocol: 'http:',
    })
    for (const entry of ['unknown', '<script>', '', '1.2.3.4.5', '[::1', 'a:80']) {
      assert.equal((await see(1, { 'X-Forwarded-For': entry })).address, '10.0.0.9', entry)
    }
    assert.equal((await see(1, { 'X-Forwarded-Proto': 'gopher' })).protocol, 'http:')
  })

  it('takes addresses with a port and of version 6', async () => {
    const entries = {
      '192.0.2.1:5000': '192.0.2.1',
      '2001:db8::1': '2001:db8::1',
      '[2001:db8::1]': '2001:db8::1',
      '[2001:db8::1]:5000': '2001:db8::1',
    }
    for (const [entry, address] of Object.entries(entries)) {
      assert.equal((await see(1, { 'X-Forwarded-For': entry })).address, address)
    }
  })
})
