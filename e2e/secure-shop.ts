import { spawnSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { chromiumArgs } from './launch-browser.ts'
import { ShopServer } from './server.ts'
import type { ShopServerOptions, Storage } from './server.ts'
import { makeTemporaryFolder } from './shop-process.ts'

const bindingPath = '/device-binding'

/** Why there can be none, or false. */
export const skipWithoutOpenssl =
  spawnSync('openssl', ['version']).status !== 0 && 'openssl is not installed'

/** A shop behind https, as browsers need it to bind a login to their device. */
export class SecureShop {
  readonly shop: ShopServer
  readonly url: string
  /** How a browser is started that binds logins, with keys in software, and as often as it likes. */
  readonly browserArgs: string[]
  /** The same for one that knows nothing of it. */
  readonly plainBrowserArgs: string[]
  readonly #front: Front

  private constructor(shop: ShopServer, front: Front) {
    this.shop = shop
    this.url = front.url
    this.#front = front
    // Only by this flag a certificate of one's own is good enough to bind something.
    this.plainBrowserArgs = [
      ...chromiumArgs,
      `--ignore-certificate-errors-spki-list=${front.fingerprint}`,
    ]
    const features = [
      'DeviceBoundSessions:RefreshQuota/false',
      'EnableBoundSessionCredentialsSoftwareKeysForManualTesting',
    ]
    this.browserArgs = [...this.plainBrowserArgs, `--enable-features=${features.join(',')}`]
  }

  /** @param maxAge Seconds for which a copy of all cookies works */
  static async start(
    storage: Storage,
    maxAge: number,
    options: ShopServerOptions = {},
  ): Promise<SecureShop> {
    const front = await Front.start()
    const settings = {
      PUBLIC_URL: front.url,
      TRUST_PROXY: '1',
      DEVICE_BINDING_MAX_AGE: String(maxAge),
    }
    const shop = await ShopServer.start(storage, { ...options, settings })
    front.port = shop.port
    return new SecureShop(shop, front)
  }

  /** How often a browser has offered a key, or proved it: one that cannot bind a login does neither. */
  get bindingRequests(): number {
    return this.#front.bindingRequests
  }

  /** How often a browser has proved its key. */
  get proofs(): number {
    return this.#front.proofs
  }

  /** What becomes of the requests by which it does so: they are held, or answered 503. */
  set trouble(trouble: 'none' | 'slow' | 'down') {
    this.#front.trouble = trouble
  }

  /** What a program gets that has these cookies and no browser around them. */
  async fetch(path: string, cookies: { name: string; value: string }[]): Promise<Response> {
    const Cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    const headers = { Cookie, 'X-Forwarded-Host': new URL(this.url).host }
    return fetch(`${this.shop.url}${path}`, { headers, redirect: 'manual' })
  }

  async stop(): Promise<void> {
    await this.#front.stop()
    await this.shop.stop()
  }
}

/** Takes https and hands it on, as a reverse proxy does. */
class Front {
  readonly url: string
  /** Of the certificate's key, as Chromium wants it. */
  readonly fingerprint: string
  port = 0
  bindingRequests = 0
  proofs = 0
  trouble: 'none' | 'slow' | 'down' = 'none'
  readonly #server: https.Server

  private constructor(server: https.Server, fingerprint: string) {
    this.#server = server
    this.fingerprint = fingerprint
    this.url = `https://localhost:${(server.address() as AddressInfo).port}`
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      void this.#answer(request, response)
    })
  }

  static async start(): Promise<Front> {
    const { key, cert } = makeCertificate()
    const server = https.createServer({ key, cert }).listen(0, 'localhost')
    await once(server, 'listening')
    const publicKey = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })
    return new Front(server, createHash('sha256').update(publicKey).digest('base64'))
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const isBinding = request.url === bindingPath
    const isProof = isBinding && 'sec-secure-session-id' in request.headers
    if (isBinding) this.bindingRequests++
    if (isProof && this.trouble === 'down') {
      response.writeHead(503).end()
      return
    }
    if (isProof && this.trouble === 'slow') await new Promise((done) => setTimeout(done, 1500))
    const { url, method } = request
    const headers = {
      ...request.headers,
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-proto': 'https',
    }
    const inner = http.request({ host: '127.0.0.1', port: this.port, path: url, method, headers })
    inner.on('response', (answer) => {
      if (isProof && answer.statusCode === 200) this.proofs++
      response.writeHead(answer.statusCode!, answer.rawHeaders)
      answer.pipe(response)
    })
    inner.on('error', () => response.writeHead(502).end())
    request.pipe(inner)
  }

  async stop(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }
}

function makeCertificate(): { key: Buffer; cert: Buffer } {
  const folder = makeTemporaryFolder('certificate-')
  try {
    const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')]
    const args =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost'
    const { status, stderr } = spawnSync('openssl', [
      ...args.split(' '),
      '-keyout',
      key,
      '-out',
      cert,
    ])
    if (status !== 0) throw new Error(`openssl made no certificate: ${String(stderr)}`)
    return { key: readFileSync(key), cert: readFileSync(cert) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
