import { shop } from './shop.ts'

// The shop of a process that sells records, before any page has read what it sells. Says what stands on
// its pages, by their addresses.
Object.assign(shop, {
  ...Object.fromEntries(Object.keys(shop).map((key) => [key, `its ${key}`])),
  kinds: [],
  item: 'record',
  anItem: 'a record',
  items: 'records',
})
const { admin, openTestShop } = await import('../testing/shop.ts')

const { browser } = await openTestShop()
const visitor = browser()
const texts: Record<string, string> = {}
async function look(path: string): Promise<void> {
  texts[path] = (await visitor.get(path)).text
}

for (const path of ['/', '/cart', '/orders', '/login', '/no-such-page']) await look(path)
await visitor.login(admin)
for (const path of ['/books', '/books?q=silver', '/books?q=silber', '/books?q=xyz'])
  await look(path)
for (const path of ['/books?genre=Nope', '/books?genre=Poetry&q=xyz', '/orders']) await look(path)
texts['an unknown item'] = (await visitor.submit('/cart/items', { bookId: 9999 })).text
texts['an item'] = (await visitor.submit('/cart/items', { bookId: 1, quantity: 2 })).text
for (const path of ['/books/pride-and-prejudice', '/cart', '/checkout', '/account'])
  await look(path)
for (const path of ['/admin/books', '/admin/books?q=xyz', '/admin/books/new']) await look(path)
for (const path of ['/admin/books/1', '/admin/books/1/retire']) await look(path)
process.send!(texts)
