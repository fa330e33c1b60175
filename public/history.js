// A browser that goes back may show a page as it was left: with the cart of then, or still logged in.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})

// The mark of first-cookie.ts has done its work, and a copied address should not carry it on.
const address = new URL(location.href)
if (address.searchParams.has('cookie-check')) {
  address.searchParams.delete('cookie-check')
  history.replaceState(history.state, '', address)
}
