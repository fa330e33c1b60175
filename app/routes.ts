import { form, get, post, route } from 'remix/fetch-router/routes'

export const routes = route({
  home: get('/'),
  books: {
    index: get('/books'),
    show: get('/books/:slug'),
  },
  cover: get('/covers/:slug.svg'),
  cart: {
    show: get('/cart'),
    add: post('/cart/items'),
    update: post('/cart'),
    remove: post('/cart/items/:bookId/remove'),
  },
  register: form('/register'),
  confirmRegistration: form('/register/:token'),
  login: form('/login'),
  loginCode: form('/login/code'),
  passkeyLogin: {
    options: post('/login/passkey/options'),
    action: post('/login/passkey'),
  },
  stepUp: form('/confirm'),
  passkeyStepUp: {
    options: post('/confirm/passkey/options'),
    action: post('/confirm/passkey'),
  },
  logout: post('/logout'),
  /** Where browsers prove that they are on the device to which a login is bound. */
  deviceBinding: post('/device-binding'),
  checkout: form('/checkout'),
  orders: { index: get('/orders'), show: get('/orders/:id') },
  guestOrder: {
    show: get('/orders/guest/:token'),
    keep: post('/orders/guest/:token/keep'),
  },
  /** Where password managers look for the page (W3C, "A Well-Known URL for Changing Passwords"). */
  changePassword: get('/.well-known/change-password'),
  account: {
    show: get('/account'),
    passwordForm: get('/account/password'),
    changePassword: post('/account/password'),
    removeOtherLogins: post('/account/logins/others/remove'),
    removeLogin: post('/account/logins/:id/remove'),
  },
  address: {
    change: form('/account/email'),
    confirm: form('/confirm-email/:token'),
  },
  secondFactor: {
    show: get('/account/second-factor'),
    add: post('/account/second-factor'),
    recoveryCodes: get('/account/second-factor/codes'),
    replaceRecoveryCodes: post('/account/second-factor/codes'),
    remove: post('/account/second-factor/remove'),
    forgetDevice: post('/account/second-factor/devices/:id/remove'),
  },
  passkeys: {
    show: get('/account/passkeys'),
    options: post('/account/passkeys/options'),
    add: post('/account/passkeys'),
    rename: post('/account/passkeys/:id/rename'),
    remove: post('/account/passkeys/:id/remove'),
  },
  resetPassword: {
    request: form('/reset-password'),
    confirm: form('/reset-password/:token'),
  },
  admin: {
    index: get('/admin/books'),
    new: form('/admin/books/new'),
    edit: form('/admin/books/:id'),
    retire: { ...form('/admin/books/:id/retire'), restore: post('/admin/books/:id/restore') },
  },
  customers: { show: get('/admin/customers'), endLogins: post('/admin/customers/:id/logins/end') },
  robots: get('/robots.txt'),
  sitemap: get('/sitemap.xml'),
  /** Outside production only. */
  development: {
    /** The messages that the shop would have sent. */
    outbox: get('/outbox'),
    /** What the visitor's own session holds. */
    session: get('/session'),
  },
  health: get('/healthz'),
})
