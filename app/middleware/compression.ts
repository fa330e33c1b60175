import { constants } from 'node:zlib'
import { compression } from '@remix-run/compression-middleware'
import type { Middleware } from 'remix/fetch-router'

const compressText = compression({
  encodings: ['br', 'gzip'],
  // The default of 11 is for files compressed once; 4 is as fast as gzip and still smaller.
  brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
})

/** Compresses text where the client takes it. */
export function compressed(): Middleware {
  return async (context, next) => {
    // The package would copy all headers to find that there is nothing to do.
    if (!context.request.headers.get('Accept-Encoding')) return next()
    let original: Response | undefined
    const response = await compressText(context, async () => (original = await next()))
    // A client that refuses even an unchanged body gets it all the same, as RFC 9110 (12.5.3) allows:
    // the 406 of the package would drop the Set-Cookie of a session that is already saved.
    return response.status === 406 && original ? original : response
  }
}
