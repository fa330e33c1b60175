import assert from 'node:assert/strict'
import { it } from 'node:test'
import { networkOf } from '../limits/network.ts'
import { describeNetwork } from './describe-network.ts'

const places = {
  '127.0.0.1': ', from the computer of the shop',
  '::1': ', from the computer of the shop',
  '::ffff:127.0.0.1': ', from the computer of the shop',
  '10.1.2.3': ', from a private network',
  '172.31.255.1': ', from a private network',
  '192.168.178.20': ', from a private network',
  '100.127.0.1': ', from a private network',
  'fd12:3456::1': ', from a private network',
  'fe80::1%eth0': ', from a private network',
  '203.0.113.77': ', from an address that starts with 203.0.113',
  '172.32.0.1': ', from an address that starts with 172.32.0',
  '::ffff:198.51.100.0': ', from an address that starts with 198.51.100',
  '2001:db8:0:1:2:3:4:5': ', from an address that starts with 2001:db8:0:1',
  unknown: '',
  '': '',
}

for (const [address, words] of Object.entries(places)) {
  it(`says of ${address || 'nothing'}${words || ' nothing'}`, () => {
    assert.equal(describeNetwork(networkOf(address)), words)
  })
}
