import { it } from 'node:test'
import * as fc from 'fast-check'
import { rounds } from 'remix/session/testing/exploring'
import { admin, onEachStorage, passwords } from './shop.ts'
import { SharedComputer } from './shared-computer.ts'
import type { Delivery } from './lossy-browser.ts'

type Step = [name: string, run: (computer: SharedComputer) => Promise<void> | void]

const delivery = fc.oneof(
  { arbitrary: fc.constant<Delivery>('answered'), weight: 4 },
  { arbitrary: fc.constantFrom<Delivery>('dropped', 'doubled', 'late'), weight: 3 },
)
const book = fc.nat(1)
const quantity = fc.integer({ min: 1, max: 3 })
const person = fc.nat(1)

function step<Args extends unknown[]>(
  name: string,
  args: { [index in keyof Args]: fc.Arbitrary<Args[index]> },
  run: (computer: SharedComputer, ...args: Args) => Promise<void> | void,
): fc.Arbitrary<Step> {
  return fc
    .tuple<Args>(...args)
    .map((values) => [`${name}(${values.join(', ')})`, (computer) => run(computer, ...values)])
}

const steps = fc.oneof(
  {
    weight: 4,
    arbitrary: step('add', [book, quantity, delivery], (it, ...args) => it.add(...args)),
  },
  {
    weight: 1,
    arbitrary: step('set', [book, fc.nat(3), delivery], (it, ...args) => it.set(...args)),
  },
  { weight: 3, arbitrary: step('open checkout', [], (it) => it.openCheckout()) },
  {
    weight: 4,
    arbitrary: step('send checkout', [fc.nat(2), delivery], (it, ...args) =>
      it.sendCheckout(...args),
    ),
  },
  {
    weight: 2,
    arbitrary: step('send checkout with the same', [fc.nat(1)], (it, age) =>
      it.sendCheckoutWithTheSame(age),
    ),
  },
  {
    weight: 2,
    // For which the same is paid: the total alone does not tell that.
    arbitrary: step('send checkout with another book', [delivery], async (it, how) => {
      await it.add(0, 1, 'answered')
      await it.set(0, 1, 'answered')
      await it.set(1, 0, 'answered')
      await it.openCheckout()
      await it.add(1, 1, 'answered')
      await it.set(0, 0, 'answered')
      await it.sendCheckout(0, how)
    }),
  },
  {
    weight: 1,
    arbitrary: step('send checkout from a copy', [fc.nat(2), fc.nat(2)], (it, ...args) =>
      it.sendCheckoutFromCopy(...args),
    ),
  },
  {
    weight: 2,
    arbitrary: step('keep order', [fc.nat(1), delivery], (it, ...args) => it.keepOrder(...args)),
  },
  {
    weight: 1,
    arbitrary: step('keep order elsewhere', [person, fc.nat(1)], (it, ...args) =>
      it.keepOrderElsewhere(...args),
    ),
  },
  {
    weight: 2,
    arbitrary: step('both keep an order', [fc.nat(1)], async (it, age) => {
      await it.keepOrderElsewhere(0, age)
      await it.keepOrderElsewhere(1, age)
    }),
  },
  {
    weight: 2,
    arbitrary: step('log in', [person, delivery], (it, ...args) => it.logIn(...args)),
  },
  {
    weight: 2,
    arbitrary: step('take a seat', [person], async (it, who) => {
      await it.logIn(who, 'answered')
      await it.add(0, 1, 'answered')
    }),
  },
  {
    weight: 2,
    arbitrary: step('add while logging in', [book, quantity, person], (it, which, copies, who) =>
      it.addSlowly(which, copies, () => it.logIn(who, 'answered')),
    ),
  },
  {
    weight: 2,
    arbitrary: step('log in while adding', [person, book, quantity], (it, ...args) =>
      it.logInWhileAdding(...args),
    ),
  },
  {
    weight: 1,
    arbitrary: step('send checkout while logging in', [fc.nat(1), person], (it, age, who) =>
      it.sendCheckoutSlowly(age, () => it.logIn(who, 'answered')),
    ),
  },
  {
    weight: 1,
    arbitrary: step('send checkout while adding', [fc.nat(1), book], (it, age, which) =>
      it.sendCheckoutSlowly(age, () => it.add(which, 1, 'answered')),
    ),
  },
  {
    weight: 1,
    arbitrary: step('add while logging out', [book, quantity], (it, which, copies) =>
      it.addSlowly(which, copies, () => it.logOut('answered')),
    ),
  },
  { weight: 1, arbitrary: step('register', [delivery], (it, ...args) => it.register(...args)) },
  { weight: 1, arbitrary: step('log out', [delivery], (it, ...args) => it.logOut(...args)) },
  {
    weight: 1,
    arbitrary: step('log out elsewhere', [person], (it, ...args) => it.signOutElsewhere(...args)),
  },
  {
    weight: 2,
    arbitrary: step('add elsewhere', [person, book, quantity], (it, ...args) =>
      it.addElsewhere(...args),
    ),
  },
  {
    weight: 2,
    // With a book that the account has from the time before.
    arbitrary: step(
      'come back as a guest',
      [person, quantity, delivery],
      async (it, who, copies, how) => {
        await it.logOut('answered')
        await it.add(0, copies, 'answered')
        await it.logIn(who, how)
      },
    ),
  },
  {
    weight: 2,
    // Who would order the same, and finds the form of the one before.
    arbitrary: step('come as another guest', [person], async (it, who) => {
      await it.logIn(who, 'answered')
      await it.logOut('answered')
      await it.add(0, 2, 'answered')
      await it.sendCheckout(0, 'answered')
    }),
  },
  { weight: 2, arbitrary: step('keep a copy', [], (it) => it.keepCopy()) },
  {
    weight: 2,
    arbitrary: step('bring a copy', [fc.nat(2), person], (it, ...args) => it.bringCopy(...args)),
  },
  {
    weight: 1,
    arbitrary: step('open stock form', [book], (it, ...args) => it.openStockForm(...args)),
  },
  {
    weight: 2,
    arbitrary: step('save stock', [fc.nat(1), fc.nat(2), delivery], (it, ...args) =>
      it.staff.save(...args),
    ),
  },
  {
    weight: 1,
    arbitrary: step('save stock that was sold meanwhile', [delivery], async (it, how) => {
      await it.add(0, 1, 'answered')
      await it.openCheckout()
      await it.openStockForm(0)
      await it.sendCheckout(0, 'answered')
      await it.staff.save(0, 0, how)
    }),
  },
)

// Most of what can go wrong needs somebody with a full cart and open forms.
const beginning: Step[] = [
  ['add', (it) => it.add(0, 2, 'answered')],
  ['open stock form', (it) => it.openStockForm(0)],
  ['keep a copy', (it) => it.keepCopy()],
  ['log in', (it) => it.logIn(0, 'answered')],
  ['open checkout', (it) => it.openCheckout()],
]
const guestsBeginning: Step[] = [
  ['add', (it) => it.add(0, 2, 'answered')],
  ['keep a copy', (it) => it.keepCopy()],
  ['open checkout', (it) => it.openCheckout()],
]
const guestsOrderBeforeAnAnswer: Step[] = [
  ...guestsBeginning,
  ['add', (it) => it.add(0, 1, 'late')],
  ['send checkout', (it) => it.sendCheckout(0, 'answered')],
]
const orders = fc
  .tuple(
    fc.constantFrom(beginning, guestsBeginning),
    fc.constantFrom<Delivery>('dropped', 'doubled', 'late'),
  )
  .map(([before, how]): Step[] => [
    ...before,
    [`send checkout(0, ${how})`, (it) => it.sendCheckout(0, how)],
  ])
const beginnings = fc.oneof(
  { arbitrary: orders, weight: 3 },
  {
    arbitrary: fc.constantFrom([], beginning, guestsBeginning, guestsOrderBeforeAnAnswer),
    weight: 2,
  },
)

onEachStorage('a computer that people share, explored', (open) => {
  it('keeps each order, cart and login right, whatever becomes of the answers', async () => {
    const shop = await open()
    const staff = shop.browser()
    const text = 'a password of visitors'
    const password = { text, hash: await passwords.hash(text) }
    const sequences = fc
      .tuple(beginnings, fc.array(steps, { minLength: 4, maxLength: 12 }))
      .map(([beginning, rest]) => [...beginning, ...rest])
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        // Anew, as time passes: who logged in long ago is asked for the password first.
        await staff.login(admin)
        const computer = await SharedComputer.open(shop, staff, password)
        for (const [, run] of sequence) {
          await run(computer)
          await computer.check()
        }
      }),
      { numRuns: rounds(15) },
    )
  })
})
