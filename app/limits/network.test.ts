import assert from 'node:assert/strict'
import { it } from 'node:test'
import { networkOf } from './network.ts'

it('groups IPv4 addresses by their first 24 bits', () => {
  assert.equal(networkOf('192.0.2.1'), networkOf('192.0.2.254'))
  assert.notEqual(networkOf('192.0.2.1'), networkOf('192.0.3.1'))
})

it('groups IPv6 addresses by their first 64 bits, in every spelling', () => {
  const same = [
    '2001:db8:0:1::1',
    '2001:0db8:0000:0001:ffff:ffff:ffff:ffff',
    '2001:DB8:0:1:a::',
    '2001:db8:0:1::192.0.2.1',
    '2001:db8:0:1::1%eth0',
  ]
  for (const address of same) assert.equal(networkOf(address), '2001:db8:0:1::/64', address)
  assert.equal(networkOf('2001:db8:0:2::1'), '2001:db8:0:2::/64')
  assert.equal(networkOf('::1'), '0:0:0:0::/64')
  assert.equal(networkOf('fe80::'), 'fe80:0:0:0::/64')
})

it('sees the IPv4 address in one mapped to IPv6', () => {
  for (const mapped of ['::ffff:192.0.2.7', '::FFFF:c000:207', '0:0:0:0:0:ffff:192.0.2.9']) {
    assert.equal(networkOf(mapped), networkOf('192.0.2.1'), mapped)
  }
  assert.notEqual(networkOf('::ffff:0:192.0.2.7'), networkOf('192.0.2.1'))
})

it('takes anything else for a network of its own', () => {
  assert.equal(networkOf('unknown'), 'unknown')
  assert.equal(networkOf(''), '')
})
