import type { CDPSession, Page } from 'playwright'
import { expect } from 'playwright/test'

/** A phone or laptop that keeps passkeys and knows its user, as far as this browser can tell. */
export class PasskeyDevice {
  readonly #page: Page
  readonly #client: CDPSession
  readonly #id: string

  private constructor(page: Page, client: CDPSession, id: string) {
    this.#page = page
    this.#client = client
    this.#id = id
  }

  static async plugInto(page: Page): Promise<PasskeyDevice> {
    const client = await page.context().newCDPSession(page)
    await client.send('WebAuthn.enable', { enableUI: false })
    const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        // Else it would answer the e-mail field by itself, as soon as that is asked for.
        automaticPresenceSimulation: false,
      },
    })
    return new PasskeyDevice(page, client, authenticatorId)
  }

  /** The user touches it, once a page asks for that. */
  async touch(during: () => Promise<unknown>): Promise<void> {
    await this.#setTouched(true)
    await during()
    await this.#setTouched(false)
  }

  /** Adds a passkey for who is logged in. */
  async addPasskey(): Promise<void> {
    await this.#page.goto('/account/passkeys')
    await this.touch(async () => {
      await this.#page.getByRole('button', { name: 'Add a passkey' }).click()
      await expect(this.#page.getByRole('status')).toContainText('was added')
    })
  }

  /** It does not recognize who touches it. */
  async forgetFace(): Promise<void> {
    await this.#client.send('WebAuthn.setUserVerified', {
      authenticatorId: this.#id,
      isUserVerified: false,
    })
  }

  async #setTouched(enabled: boolean): Promise<void> {
    await this.#client.send('WebAuthn.setAutomaticPresenceSimulation', {
      authenticatorId: this.#id,
      enabled,
    })
  }
}
