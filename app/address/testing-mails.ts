import type { TestShop } from '../testing/shop.ts'

/** The path of the link in the latest mail to an address, if there is one with a token. */
export async function linkTo(shop: TestShop, email: string): Promise<string | undefined> {
  const mail = (await shop.mails()).find(({ to }) => to === email)
  const link = /https?:\S+\/[\w-]{43}(?=\n)/.exec(mail?.text ?? '')?.[0]
  return link === undefined ? undefined : new URL(link).pathname
}

export async function subjectsTo(shop: TestShop, email: string): Promise<string[]> {
  return (await shop.mails()).filter(({ to }) => to === email).map(({ subject }) => subject)
}
