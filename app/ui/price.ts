const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' })

/** Prices are integer cents everywhere but here: `1250` is shown as `€12.50`. */
export function formatPrice(cents: number): string {
  // Where there is nothing to group, as Intl takes longer than all else of a line.
  return cents >= 0 && cents < 100_000 ? `€${(cents / 100).toFixed(2)}` : euros.format(cents / 100)
}
