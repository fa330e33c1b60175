import { html } from '@remix-run/html-template'

const name = 'One Sitting'
const tagline = 'Books worth sitting down for'

/** The words of the shop. A session is, by its Latin root, a sitting. */
export const shop = {
  name,
  tagline,
  /** What search engines are told of the home page. */
  description: `${name}, an independent bookshop. ${tagline}.`,
  heading: html`Books for one good <em>sitting</em>.`,
  welcome:
    'Every book here is measured in sittings: three hours, one chair, no telephone. Most take two or three. Nobody counts.',
  /** What is told of each list of books. */
  listing: `each measured in sittings. ${tagline}`,
  /** What else a careless password is made of. */
  kinds: ['bookstore', 'bookshop'],
  /** What it sells. */
  item: 'book',
  anItem: 'a book',
  items: 'books',
  /** What one buys of an item, one or several. */
  copy: 'copy',
  copies: 'copies',
  /** Beneath the name at the foot of each page. */
  closing: `${tagline}, whether that takes an evening or a winter.`,
  smallPrint:
    'An example shop: the covers are drawn by code, the books are not for sale, and no parcel will come.',
}
