/** What the tests fill into the form of the checkout. */
export const address = {
  name: 'Robin Reader',
  address: '12 Window Seat',
  city: 'Lisbon',
  postcode: '1100-148',
  country: 'Portugal',
}
