import assert from 'node:assert/strict'
import { it } from 'node:test'
import { insertTestBook } from '../../db/testing.ts'
import { onEachStorage, reader } from '../testing/shop.ts'
import { holdNextSave } from '../testing/slow-save.ts'

onEachStorage('a book that a guest adds', (open) => {
  for (const again of [false, true]) {
    it(`while somebody logs in with the cart and goes on: ${again ? 'the same' : 'another one'}`, async () => {
      const shop = await open()
      const dunes = await insertTestBook(shop.db, { title: 'Dunes', stock: 9 })
      const tides = await insertTestBook(shop.db, { title: 'Tides', stock: 9 })
      const browser = shop.browser()
      await browser.submit('/cart/items', { bookId: dunes.id })

      const { held, release } = holdNextSave(shop.sessions.storage)
      const late = browser.copy().post('/cart/items', { bookId: (again ? dunes : tides).id })
      await held
      await browser.login(reader)
      assert.equal((await browser.get('/')).cart, 'Cart, 1 item')
      release()

      // There is no way from one cookie into another: it has to be sent again.
      const { status } = await late
      assert.equal(status, shop.config.sessionStorage === 'cookie' ? 409 : 303)
      const items = status === 303 ? '2 items' : '1 item'
      for (const path of ['/', '/cart'])
        assert.equal((await browser.get(path)).cart, `Cart, ${items}`)
    })
  }
})
