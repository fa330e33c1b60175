import { staticFiles } from '@remix-run/static-middleware'
import type { Middleware } from 'remix/fetch-router'

/**
 * Serves the files of a directory at the root of the site.
 *
 * Their names carry no version, so browsers keep them but ask each time whether they are still
 * current: a 304 costs less than a page in yesterday's styles.
 */
export function publicFiles(directory: string): Middleware {
  return staticFiles(directory, {
    cacheControl: 'public, no-cache',
    filter: isServed,
    index: false,
  })
}

// Only names with an extension are looked for on the disk, which pages do not have, and nothing that
// begins with a dot is ever shown, such as .env or .git/config.
function isServed(path: string): boolean {
  return /^(?:[^./][^/]*\/)*[^./][^/]*\.\w+$/.test(path)
}
