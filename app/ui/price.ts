const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' })

/** Prices are integer cents everywhere but here: `1250` is shown as `€12.50`. */
export function formatPrice(cents: number): string {
  return euros.format(cents / 100)
}
