import assert from 'node:assert/strict'
import { it } from 'node:test'

import { formatPrice } from './price.ts'

it('shows cents as euros', () => {
  assert.equal(formatPrice(0), '€0.00')
  assert.equal(formatPrice(5), '€0.05')
  assert.equal(formatPrice(1250), '€12.50')
  assert.equal(formatPrice(99_999), '€999.99')
  assert.equal(formatPrice(100_000), '€1,000.00')
  assert.equal(formatPrice(123_456_789), '€1,234,567.89')
})
