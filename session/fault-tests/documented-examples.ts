// The examples of the API's documentation as they are printed. They are checked as a program of
// their own, in which an application has declared the keys that they use.
export const EXAMPLES = {
  'create-empty': `
    import { createSession } from 'remix/session'

    // Empty session
    let session = createSession()

    export { session }
  `,
  'create-with-data': `
    import { createSession } from 'remix/session'

    // Session with initial data
    let session = createSession({
      userId: 42,
      theme: 'dark',
    })

    export { session }
  `,
  'create-id': `
    import { createSessionId } from 'remix/session'

    let id = createSessionId()
    // e.g. "a1b2c3d4e5f6..."

    export { id }
  `,
  set: inHandler(`
    session.set('userId', 42)
    session.set('theme', 'dark')
    session.set('cart', [{ productId: 1, quantity: 2 }])
  `),
  get: inHandler(`
    let userId = session.get('userId')   // number | undefined
    let theme = session.get('theme')     // string | undefined
    let flash = session.get('message')   // string | undefined (consumed on read)

    let types: [number | undefined, string | undefined, string | undefined]
    types = [userId, theme, flash]
    return types
  `),
  has: inHandler(`
    let loggedIn = false
    if (session.has('userId')) {
      // User is logged in
      loggedIn = true
    }
    return loggedIn
  `),
  unset: inHandler(`
    session.unset('cart')
    // session.get('cart') now returns undefined
    return session.get('cart')
  `),
  'flash-in-the-action': inHandler(`
    // In the action handler
    session.flash('message', 'Book created successfully!')
    return new Response(null, { status: 302, headers: { Location: '/books' } })
  `),
  'flash-in-the-next-request': inHandler(`
    // In the next request's handler
    let message = session.get('message')  // "Book created successfully!"
    return message
  `),
  'log-out': inHandler(`
    // Logout handler
    session.destroy()
    return new Response(null, { status: 302, headers: { Location: '/login' } })
  `),
  'log-in': inHandler(`
    let user = { id: 42 }
    // After a successful login
    session.set('userId', user.id)
    session.regenerateId()
    // The session now has a new ID, but the same data
  `),
  id: inHandler(`
    console.log(session.id)  // "a1b2c3d4e5f6..."
  `),
  data: inHandler(`
    console.log(session.data)  // { userId: 42, theme: 'dark' }
  `),
  'cookie-storage': `
    import { createCookie } from 'remix/cookie'
    import { createCookieSessionStorage } from 'remix/session/cookie-storage'

    let sessionCookie = createCookie('__session', {
      httpOnly: true,
      secure: process.env.NODE_ENV === 'production',
      sameSite: 'Lax',
      secrets: [process.env.SESSION_SECRET!],
      maxAge: 60 * 60 * 24 * 7,
    })

    let sessionStorage = createCookieSessionStorage(sessionCookie)

    export { sessionStorage }
  `,
  'fs-storage': `
    import { createFsSessionStorage } from 'remix/session/fs-storage'

    let sessionStorage = createFsSessionStorage('./sessions')

    export { sessionStorage }
  `,
  'memory-storage': `
    import { createMemorySessionStorage } from 'remix/session/memory-storage'

    let sessionStorage = createMemorySessionStorage()

    export { sessionStorage }
  `,
  'storage-interface': `
    import type { Session, SessionStorage } from 'remix/session'
    import { createSession } from 'remix/session'

    interface Printed {
      read(cookie: string): Promise<Session>
      save(session: Session): Promise<string>
    }

    let printed: Printed = {
      async read() { return createSession() },
      async save() { return '' },
    }
    let storage: SessionStorage = printed

    export { storage }
  `,
  'app/session': `
    // app/session.ts
    import { createCookie } from 'remix/cookie'
    import { createFsSessionStorage } from 'remix/session/fs-storage'

    export let sessionCookie = createCookie('__session', {
      httpOnly: true,
      secure: process.env.NODE_ENV === 'production',
      sameSite: 'Lax',
      secrets: [process.env.SESSION_SECRET!],
      maxAge: 60 * 60 * 24 * 7, // 1 week
    })

    export let sessionStorage = createFsSessionStorage('./sessions')
  `,
  'app/server': `
    // app/server.ts
    import { createRouter } from 'remix/fetch-router'
    import { session } from 'remix/session-middleware'
    import { Session } from 'remix/session'
    import { sessionCookie, sessionStorage } from './session.ts'
    import { route } from './route.ts'

    let router = createRouter({
      middleware: [
        session(sessionCookie, sessionStorage),
      ],
    })

    router.map(route, async ({ context }) => {
      let s = context.get(Session)

      // Read
      let userId = s.get('userId')

      // Write
      s.set('lastVisit', Date.now())

      // Flash (one-time read)
      let message = s.get('message')

      // Destroy (logout)
      // s.destroy()

      // Regenerate ID (after login)
      // s.regenerateId()
    })

    export { router }
  `,
  'app/route': `
    export const route = '/visit'
  `,
  'app/keys': `
    declare module 'remix/session' {
      interface SessionKeys {
        userId: number
        theme: string
        message: string
        cart: { productId: number; quantity: number }[]
        lastVisit: number
      }
    }

    export {}
  `,
}

export type Example = keyof typeof EXAMPLES

function inHandler(code: string): string {
  return `
    import type { Session } from 'remix/session'

    export function handler(session: Session): unknown {
      ${code.trim()}
      ${code.includes('return ') ? '' : 'return undefined'}
    }
  `
}
