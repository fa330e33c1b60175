import assert from 'node:assert/strict'
import { createHmac, createPublicKey, sign } from 'node:crypto'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { Device, encode } from './fixtures/device.ts'
import { isSignedBy, readHeaderString, readProof } from './proof.ts'

const device = new Device()
const rsa = new Device('RS256')
const challenge = 'a-challenge'
const proof = device.register(challenge)
const [head, claims, signature] = proof.split('.') as [string, string, string]

// As a registration is checked.
async function isRight(header: string | null): Promise<boolean> {
  const read = readProof(header)
  return read?.publicKey !== undefined && isSignedBy(read, read.publicKey)
}

describe('a proof', () => {
  it('that Chromium sent is right', async () => {
    const sent =
      'eyJhbGciOiJFUzI1NiIsImp3ayI6eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImI2VEtlNlVIWThveDRKOEhERTVweHdRVXhLRVR5OWpLWXBvY3pEVER5bGsiLCJ5IjoiWUFoYUkyZDB0Uko2cTE5RVdsbU9XSGVLZXYzMWR2dnRhNlJrODh0M1BZUSJ9LCJ0eXAiOiJkYnNjK2p3dCJ9.eyJqdGkiOiI3NTU0NjFjMmI0NTQ0ZjY3In0.hqsxT93jhqjyu7elwsEJcwDKfB4KGELMXRwUjN5IaUotGmBH1qtnOsxBRamG91Wpl62TdQdUeMbZ1aF53dBCoA'
    assert.equal(readProof(sent)?.challenge, '755461c2b4544f67')
    assert.ok(await isRight(sent))
  })

  it('is right with either algorithm, and however the header and the key are written', async () => {
    for (const signer of [device, rsa]) {
      const registration = signer.register(challenge)
      const asClaim = signer.prove(challenge, { claims: { key: signer.jwk } })
      assert.ok(await isRight(registration), signer.algorithm)
      assert.ok(await isRight(asClaim), 'the key as a claim, as in the draft')
      assert.ok(await isRight(`"${registration}";more=1`), 'quoted, as in the draft')
    }
    assert.ok(await isRight(new Device('RS256', { bits: 4096 }).register(challenge)), 'the longest')
  })

  it('tells what was signed, the key without what is not needed, and whom it is for', () => {
    const read = readProof(
      device.register(challenge, {
        head: { jwk: { ...device.jwk, kid: 'x', ext: true } },
        claims: { sub: 'id' },
      }),
    )
    assert.equal(read?.challenge, challenge)
    assert.equal(read.bindingId, 'id')
    const { kty, crv, x, y } = device.jwk
    assert.deepEqual(JSON.parse(read.publicKey!), { kty, crv, x, y })
    assert.equal(readProof(device.prove(challenge))?.publicKey, undefined)
  })
})

const { d: _private, ...otherKey } = new Device().jwk
const der = sign('sha256', Buffer.from(`${head}.${claims}`), device.privateKey)
const pem = createPublicKey(device.privateKey).export({ type: 'spki', format: 'pem' })
const hs256 = `${encode({ alg: 'HS256', typ: 'dbsc+jwt', jwk: device.jwk })}.${claims}`
const offCurve = { ...device.jwk, y: Buffer.alloc(32, 1).toString('base64url') }
const headText = Buffer.from(head, 'base64url').toString()

function withKey(jwk: unknown): string {
  return device.prove(challenge, { head: { jwk } })
}

const malformed: Record<string, string | null> = {
  'no header': null,
  'an empty header': '',
  'alg none, with its signature': device.register(challenge, { head: { alg: 'none' } }),
  'alg none, without one': `${encode({ alg: 'none', typ: 'dbsc+jwt', jwk: device.jwk })}.${claims}.`,
  'HS256 with the public key as the secret': `${hs256}.${createHmac('sha256', pem).update(hs256).digest('base64url')}`,
  'another algorithm of the key': device.register(challenge, { head: { alg: 'ES384' } }),
  'an algorithm in other letters': device.register(challenge, { head: { alg: 'es256' } }),
  'no algorithm': device.register(challenge, { head: { alg: undefined } }),
  'the other algorithm': device.register(challenge, { head: { alg: 'RS256' } }),
  'a key of the other algorithm': withKey(rsa.jwk),
  'the key of another device': withKey(otherKey),
  'another typ': device.register(challenge, { head: { typ: 'JWT' } }),
  'a typ in other letters': device.register(challenge, { head: { typ: 'DBSC+JWT' } }),
  'no typ': device.register(challenge, { head: { typ: undefined } }),
  'critical extensions': device.register(challenge, { head: { crit: ['exp'], exp: 1 } }),
  'a payload that is not encoded': device.register(challenge, {
    head: { b64: false, crit: ['b64'] },
  }),
  'no challenge': device.register(challenge, { claims: { jti: undefined } }),
  'a challenge that is no text': device.register(challenge, { claims: { jti: [challenge] } }),
  'a binding that is no text': device.register(challenge, { claims: { sub: 1 } }),
  'a signature as DER': `${head}.${claims}.${der.toString('base64url')}`,
  'a signature of zeros': `${head}.${claims}.${Buffer.alloc(64).toString('base64url')}`,
  'no signature': `${head}.${claims}.`,
  'a signature that is cut': `${head}.${claims}.${signature.slice(0, -4)}`,
  'a signature with bytes after it': `${head}.${claims}.${signature}AAAA`,
  'the signature of another proof': `${head}.${claims}.${device.register('other').split('.')[2]}`,
  'a fourth part': `${proof}.AAAA`,
  'a fifth part, as of what is encrypted': `${proof}.AAAA.AAAA`,
  'two parts': `${head}.${claims}`,
  'two proofs, as of two headers': `${proof}, ${proof}`,
  'base64 in place of base64url': `${head}.${claims}.${Buffer.from(signature, 'base64url').toString('base64')}`,
  'base64url with padding': `${head}=.${claims}.${signature}`,
  'base64url with bits that mean nothing': `${head}.${claims}.${respell(signature)}`,
  'blanks in it': `${head}. ${claims}.${signature}`,
  'a quotation mark on one side': `"${proof}`,
  'a head that is no JSON': device.sign(`${Buffer.from('{').toString('base64url')}.${claims}`),
  'a head that is a list': device.sign(`${encode([])}.${claims}`),
  'claims that are null': device.sign(`${head}.${encode(null)}`),
  'text that is not UTF-8': device.sign(
    `${head}.${Buffer.from('{"jti":"\xff"}', 'latin1').toString('base64url')}`,
  ),
  'a member twice, the latter of which is wrong': device.sign(
    `${Buffer.from(headText.replace(/}$/, ',"alg":"none"}')).toString('base64url')}.${claims}`,
  ),
  'the key with its private part': withKey(device.privateKey.export({ format: 'jwk' })),
  'an RSA key with its private part': rsa.register(challenge, {
    head: { jwk: rsa.privateKey.export({ format: 'jwk' }) },
  }),
  'a symmetric key': withKey({ kty: 'oct', k: 'AAAA' }),
  'another curve': new Device('ES256', { curve: 'P-384' }).register(challenge),
  'a curve that Bitcoin has': new Device('ES256', { curve: 'secp256k1' }).register(challenge),
  'another curve under the right name': withKey({
    ...device.jwk,
    x: 'A'.repeat(64),
    y: 'A'.repeat(64),
  }),
  'a point that is not on the curve': withKey(offCurve),
  'a key without y': withKey({ ...device.jwk, y: undefined }),
  'a key whose x is a number': withKey({ ...device.jwk, x: 1 }),
  'a key that is text': withKey('key'),
  'a key that is null': withKey(null),
  'a short RSA key': new Device('RS256', { bits: 1024 }).register(challenge),
  'an RSA key that takes long': rsa.register(challenge, {
    head: { jwk: { ...rsa.jwk, n: Buffer.alloc(513, 255).toString('base64url') } },
  }),
  'an RSA key with the exponent 1': rsa.register(challenge, {
    head: { jwk: { ...rsa.jwk, e: 'AQ' } },
  }),
  'a huge header': device.register(challenge, { claims: { more: 'x'.repeat(4096) } }),
}

/** The same bytes in another spelling: the last of 86 characters has four bits that mean nothing. */
function respell(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)!) + 1]
}

describe('no proof is', () => {
  for (const [what, header] of Object.entries(malformed)) {
    it(what, async () => assert.equal(await isRight(header), false))
  }

  it('one with an RSA key that takes long or protects nothing, which is not even read', () => {
    for (const what of ['an RSA key that takes long', 'an RSA key with the exponent 1']) {
      assert.equal(readProof(malformed[what]!), undefined, what)
    }
  })

  it('whatever else there may be in a header', async () => {
    const anything = fc.oneof(fc.string(), fc.stringMatching(/^[\w-]*\.[\w-]*\.[\w-]*$/))
    await fc.assert(fc.asyncProperty(anything, async (text) => !(await isRight(text))))
  })

  it('one in which a letter was changed', async () => {
    const letters = fc.nat(proof.length - 1)
    await fc.assert(
      fc.asyncProperty(letters, fc.constantFrom('A', 'z', '.', '_'), async (at, letter) => {
        fc.pre(proof[at] !== letter)
        return !(await isRight(proof.slice(0, at) + letter + proof.slice(at + 1)))
      }),
    )
  })
})

it('is signed by the key that was kept, and by no other one', async () => {
  for (const signer of [device, rsa]) {
    const read = readProof(signer.prove(challenge))!
    const others = [device, rsa, new Device(), new Device('RS256')]
    for (const other of others) {
      const kept = readProof(other.register(challenge))!.publicKey!
      assert.equal(await isSignedBy(read, kept), other === signer)
    }
  }
})

it('reads the string of a header with quotation marks and without', () => {
  for (const header of ['s1', '"s1"', ' "s1" ', '"s1";a=1', 's1; a']) {
    assert.equal(readHeaderString(header), 's1', header)
  }
  for (const header of [null, '', '""', '"s1', 's1"', 's1, s2', '"s1", "s2"', 's 1', '"s\\"1"']) {
    assert.equal(readHeaderString(header), undefined, String(header))
  }
})
