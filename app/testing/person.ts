import assert from 'node:assert/strict'

export interface Person {
  name: string
  email: string
  password: string
  street: string
}

let people = 0

/** Somebody whose name, address and street appear nowhere else. */
export function newPerson(password: string): Person {
  const number = `${++people}x`
  return {
    name: `Visitor ${number}`,
    email: `visitor-${number}@example.com`,
    password,
    street: `Street of ${number}`,
  }
}

/** Fails where a page shows anything that belongs to this person. */
export function assertNothingOf({ name, email, street }: Person, html: string): void {
  for (const text of [name, email, street]) assert.ok(!html.includes(text), `nobody sees ${text}`)
}
