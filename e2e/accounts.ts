export interface Account {
  name: string
  email: string
  password: string
}

/** Seeded by the shop outside production. */
export const reader: Account = {
  name: 'Robin Reader',
  email: 'reader@example.com',
  password: 'reader-demo-password',
}
export const admin: Account = {
  name: 'Ada Admin',
  email: 'admin@example.com',
  password: 'admin-demo-password',
}

let accounts = 0

/** An account that nobody else uses: what a test does to it concerns no other test. */
export function newAccount(): Account {
  const number = `${process.pid}-${++accounts}`
  return {
    name: `Visitor ${number}`,
    email: `visitor-${number}@example.com`,
    password: `a password of ${number}`,
  }
}
