import type { Database } from '../db/database.ts'
import { genreNav } from './books/genre-nav.ts'
import { homeShelves } from './books/home-shelves.ts'
import { searchForm } from './books/search-form.ts'
import { cartLink } from './cart/cart-link.ts'
import { cartMark } from './cart/cart-mark.ts'
import { cookiesNeeded } from './cart/first-cookie.ts'
import { cartJoined } from './cart/join-cart.ts'
import type { Config } from './config.ts'
import type { Frame } from './ui/page.ts'
import { routes } from './routes.ts'
import {
  buttonLink,
  forAdmins,
  forUnknown,
  forGuests,
  forUsers,
  nameLink,
  navLink,
  plainLink,
  postButton,
} from './ui/frame-links.ts'
import { shop } from './ui/shop.ts'

interface FrameOptions {
  db: Database
  config: Pick<Config, 'production'>
}

/** What the features add to every page, place by place. */
export function createFrame(options: FrameOptions): Frame {
  return {
    account: [
      forUnknown(navLink(routes.account.show.href(), 'Your account')),
      forGuests(navLink(routes.login.index.href(), 'Log in')),
      forGuests(navLink(routes.register.index.href(), 'Register')),
      forAdmins(navLink(routes.admin.index.href(), 'Admin')),
      forAdmins(navLink(routes.customers.show.href(), 'Customers')),
      forUsers(navLink(routes.orders.index.href(), 'Orders')),
      forUsers(nameLink(routes.account.show.href())),
      forUsers(postButton(routes.logout.href(), 'Log out')),
    ],
    masthead: [
      // From left to right.
      searchForm,
      cartLink(options.db),
    ],
    navigation: [genreNav(options.db)],
    footer: [
      plainLink(routes.books.index.href(), `All ${shop.items}`),
      plainLink(routes.cart.show.href(), 'Your cart'),
      forGuests(plainLink(routes.login.index.href(), 'Log in')),
      forGuests(plainLink(routes.register.index.href(), 'Register')),
      forUsers(plainLink(routes.orders.index.href(), 'Your orders')),
      forUsers(plainLink(routes.account.show.href(), 'Your account')),
    ],
    home: [homeShelves(options.db)],
    mailSent: options.config.production
      ? []
      : [buttonLink(routes.development.outbox.href(), 'Open the development outbox')],
    notices: [cookiesNeeded, cartJoined],
    marks: [cartMark(options.db)],
  }
}
