import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Contract } from './contract.ts'
import { beginRequest, lookInto, playRequest } from './request.ts'

const NOTE: string = 'note'
const COLOR: string = 'color'

/** Rules about flashes: read once, ever, and not lost unread. */
export function describeFlashes(contract: Contract): void {
  describe('flashes', () => {
    it('a flash is read in the next request and gone in the one after', async (t) => {
      const { storage } = await contract.open(t)
      let cookie = await playRequest(storage, '', (session) => session.flash(NOTE, 'Saved'))
      cookie = await playRequest(storage, cookie, (session) => {
        assert.equal(session.get(NOTE), 'Saved')
        assert.equal(session.get(NOTE), undefined)
        assert.equal(session.has(NOTE), false)
      })
      await playRequest(storage, cookie, (session) => assert.equal(session.get(NOTE), undefined))
    })

    it('unread it stays, and neither has nor data consumes it', async (t) => {
      const { storage } = await contract.open(t)
      let cookie = await playRequest(storage, '', (session) => session.flash(NOTE, { text: 'hi' }))
      for (let request = 0; request < 3; request++) {
        cookie = await playRequest(storage, cookie, (session) => {
          assert.equal(session.has(NOTE), true)
          assert.deepEqual(session.data, { [NOTE]: { text: 'hi' } })
        })
      }
      await playRequest(storage, cookie, (session) =>
        assert.deepEqual(session.get(NOTE), { text: 'hi' }),
      )
    })

    it('read in the request that made it, it is gone for later ones', async (t) => {
      const { storage } = await contract.open(t)
      const cookie = await playRequest(storage, '', (session) => {
        session.set(COLOR, 'red')
        session.flash(NOTE, 'Saved')
        assert.equal(session.get(NOTE), 'Saved')
      })
      assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'red' })
    })

    it('set and flash of one key replace each other, unset removes either', async (t) => {
      const { storage } = await contract.open(t)
      let cookie = await playRequest(storage, '', (session) => {
        session.set(NOTE, 'a value')
        session.flash(COLOR, 'a flash')
      })
      cookie = await playRequest(storage, cookie, (session) => {
        session.flash(NOTE, 'now a flash')
        session.set(COLOR, 'now a value')
        assert.deepEqual(session.data, { [NOTE]: 'now a flash', [COLOR]: 'now a value' })
      })
      cookie = await playRequest(storage, cookie, (session) => {
        assert.equal(session.get(NOTE), 'now a flash')
        assert.equal(session.get(NOTE), undefined)
        assert.equal(session.get(COLOR), 'now a value')
        assert.equal(session.get(COLOR), 'now a value')
        session.flash(NOTE, 'again')
      })
      cookie = await playRequest(storage, cookie, (session) => {
        session.unset(NOTE)
        session.unset(COLOR)
      })
      assert.deepEqual(await lookInto(storage, cookie), {})
    })

    it('a prefetched page shows no flash, and leaves it for the next one', async (t) => {
      const { storage } = await contract.open(t)
      const cookie = await playRequest(storage, '', (session) => session.flash(NOTE, 'Saved'))
      const hide = { flashes: 'hide' } as const
      const { session, finish } = await beginRequest(storage, cookie, hide)
      assert.equal(session.has(NOTE), false)
      assert.equal(session.get(NOTE), undefined)
      assert.deepEqual(session.data, {})
      assert.equal(await finish(), cookie)
      await playRequest(storage, cookie, (session) => assert.equal(session.get(NOTE), 'Saved'))
    })

    it('HEAD requests read a flash and leave it', async (t) => {
      const { storage } = await contract.open(t)
      const cookie = await playRequest(storage, '', (session) => session.flash(NOTE, 'Saved'))
      const read = (): Promise<string> =>
        playRequest(storage, cookie, (session) => assert.equal(session.get(NOTE), 'Saved'), {
          flashes: 'keep',
        })
      assert.equal(await read(), cookie)
      assert.equal(await read(), cookie)
      await playRequest(storage, cookie, (session) => assert.equal(session.get(NOTE), 'Saved'))
    })

    it('what a request does to an object that it got as a flash is not seen by others', async (t) => {
      const { storage } = await contract.open(t)
      const cookie = await playRequest(storage, '', (session) => session.flash(NOTE, ['Saved']))
      for (let request = 0; request < 2; request++) {
        const { session } = await beginRequest(storage, cookie, { flashes: 'keep' })
        const note = session.get(NOTE) as string[]
        assert.deepEqual(note, ['Saved'])
        note.push('never saved')
      }
    })

    it('an object that was got and is flashed stays one as it was then', async (t) => {
      const { storage } = await contract.open(t)
      let cookie = await playRequest(storage, '', (session) => session.set(NOTE, { text: 'hi' }))
      cookie = await playRequest(storage, cookie, (session) => {
        const note = session.get(NOTE) as { text: string }
        session.flash(NOTE, note)
        note.text = 'changed'
      })
      cookie = await playRequest(storage, cookie, (session) => {
        assert.deepEqual(session.get(NOTE), { text: 'hi' })
      })
      assert.deepEqual(await lookInto(storage, cookie), {})
    })

    it('a flash goes along with regenerateId and is still read once', async (t) => {
      const { storage } = await contract.open(t)
      let cookie = await playRequest(storage, '', (session) => {
        session.flash(NOTE, 'unread')
        session.flash(COLOR, 'read')
      })
      cookie = await playRequest(storage, cookie, (session) => {
        assert.equal(session.get(COLOR), 'read')
        session.regenerateId()
      })
      await playRequest(storage, cookie, (session) => {
        assert.deepEqual(session.data, { [NOTE]: 'unread' })
        assert.equal(session.get(NOTE), 'unread')
      })
    })

    if (contract.promises.readsFlashesOnce) describeReadingOnce(contract)
    else describeReadingInParallel(contract)
  })
}

function describeReadingOnce(contract: Contract): void {
  it('of two pages loaded at once only one shows a flash', async (t) => {
    const { storage } = await contract.open(t)
    const cookie = await playRequest(storage, '', (session) => session.flash(NOTE, 'Saved'))
    const requests = await Promise.all([
      beginRequest(storage, cookie),
      beginRequest(storage, cookie),
    ])
    const shown = requests.map(({ session }) => {
      assert.equal(session.has(NOTE), NOTE in session.data)
      return session.get(NOTE)
    })
    assert.deepEqual(shown.sort(), ['Saved', undefined])
    for (const { finish } of requests) await finish()
    assert.deepEqual(await lookInto(storage, cookie), {})
  })

  it('a page that shows a flash and ends the session keeps it from the others', async (t) => {
    const { storage } = await contract.open(t)
    for (const end of ['destroy', 'reset'] as const) {
      const cookie = await playRequest(storage, '', (session) => session.flash(NOTE, 'Saved'))
      const other = await beginRequest(storage, cookie)
      await playRequest(storage, cookie, (session) => {
        assert.equal(session.get(NOTE), 'Saved')
        session[end]()
      })
      assert.equal(other.session.get(NOTE), undefined)
    }
  })

  it('a slow request that does not ask for a flash hides it from nobody', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    for (const other of [storage, elsewhere]) {
      const cookie = await playRequest(storage, '', (session) => session.flash(NOTE, 'Saved'))
      const slow = await beginRequest(storage, cookie)
      slow.session.set(COLOR, 'red')
      await playRequest(other, cookie, (session) => assert.equal(session.get(NOTE), 'Saved'))
      await slow.finish()
      assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'red' })
    }
  })

  it('a session that is read and never saved hides nothing', async (t) => {
    const { storage } = await contract.open(t)
    const cookie = await playRequest(storage, '', (session) => session.flash(NOTE, 'Saved'))
    await storage.read(cookie)
    assert.deepEqual((await storage.read(cookie)).data, { [NOTE]: 'Saved' })
    await playRequest(storage, cookie, (session) => assert.equal(session.get(NOTE), 'Saved'))
  })

  it('a page under way shows no flash that another one has shown and forgotten', async (t) => {
    const { storage } = await contract.open(t)
    const cookie = await playRequest(storage, '', (session) => session.flash(NOTE, 'Saved'))
    const slow = await beginRequest(storage, cookie)
    await playRequest(storage, cookie, (session) => assert.equal(session.get(NOTE), 'Saved'))
    assert.equal(slow.session.has(NOTE), false)
    assert.equal(slow.session.get(NOTE), undefined)
    await slow.finish()
  })

  it('a flash that a crashed request held is shown two minutes later', async (t) => {
    const { storage, clock } = await contract.open(t)
    const cookie = await playRequest(storage, '', (session) => session.flash(NOTE, 'Saved'))
    const crashed = await beginRequest(storage, cookie)
    assert.equal(crashed.session.get(NOTE), 'Saved')
    await playRequest(storage, cookie, (session) => assert.equal(session.get(NOTE), undefined))
    clock.advance(120)
    await playRequest(storage, cookie, (session) => assert.equal(session.get(NOTE), 'Saved'))
  })

  it('a flash made while a page shows an older one of the same key is shown next', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    const cookie = await playRequest(storage, '', (session) => session.flash(NOTE, 'older'))
    const page = await beginRequest(storage, cookie)
    assert.equal(page.session.get(NOTE), 'older')
    await playRequest(elsewhere, cookie, (session) => session.flash(NOTE, 'newer'))
    await page.finish()
    await playRequest(storage, cookie, (session) => assert.equal(session.get(NOTE), 'newer'))
  })

  it('the same text flashed twice is two flashes', async (t) => {
    const { storage } = await contract.open(t)
    const cookie = await playRequest(storage, '', (session) => session.flash(NOTE, 'Added'))
    const page = await beginRequest(storage, cookie)
    assert.equal(page.session.get(NOTE), 'Added')
    await playRequest(storage, cookie, (session) => session.flash(NOTE, 'Added'))
    await page.finish()
    await playRequest(storage, cookie, (session) => assert.equal(session.get(NOTE), 'Added'))
  })

  it('unset removes a flash also while another request holds it', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    const cookie = await playRequest(storage, '', (session) => session.flash(NOTE, 'Saved'))
    const page = await beginRequest(storage, cookie)
    await playRequest(elsewhere, cookie, (session) => session.unset(NOTE))
    await page.finish()
    assert.deepEqual(await lookInto(storage, cookie), {})
  })

  it('regenerateId(false) leaves no flash that was read under the old id', async (t) => {
    const { storage, clock } = await contract.open(t)
    const cookie = await playRequest(storage, '', (session) => {
      session.set(COLOR, 'red')
      session.flash(NOTE, 'Saved')
    })
    await playRequest(storage, cookie, (session) => {
      assert.equal(session.get(NOTE), 'Saved')
      session.regenerateId(false)
    })
    clock.advance(120)
    await playRequest(storage, cookie, (session) =>
      assert.deepEqual(session.data, { [COLOR]: 'red' }),
    )
  })
}

function describeReadingInParallel(contract: Contract): void {
  it('two pages loaded at once may both show a flash: nobody remembers the first', async (t) => {
    const { storage } = await contract.open(t)
    const cookie = await playRequest(storage, '', (session) => session.flash(NOTE, 'Saved'))
    const first = await beginRequest(storage, cookie)
    const second = await beginRequest(storage, cookie)
    assert.equal(first.session.get(NOTE), 'Saved')
    assert.equal(second.session.get(NOTE), 'Saved')
    assert.deepEqual(await lookInto(storage, await first.finish()), {})
    assert.deepEqual(await lookInto(storage, await second.finish()), {})
  })
}
