import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { Middleware } from 'remix/fetch-router'
import { Asset } from './asset.ts'
import { joinStylesheet } from './stylesheet.ts'

/** The address of a file of `public/` with its version: `/styles.css` → `/styles.css?v=4kq…`. */
export type AssetHref = (path: string) => string

export interface PublicFiles {
  href: AssetHref
  serve: Middleware
}

/**
 * Reads the files of a directory, each stylesheet with those that it imports. They are few and small,
 * and so are served from memory: no address leads to any other file.
 *
 * @param options.watch Whether to look for changes each time, as is wanted in development
 */
export function openPublicFiles(directory: string, { watch = false } = {}): PublicFiles {
  let state = watch ? describeState(directory) : ''
  let assets = readAssets(directory)
  let isFresh = !watch

  function find(path: string): Asset | undefined {
    if (!isFresh) lookForChanges()
    return assets.get(path)
  }

  // Once for all addresses of a page.
  function lookForChanges(): void {
    const before = state
    state = describeState(directory)
    if (state !== before) assets = readAssets(directory)
    isFresh = true
    setImmediate(() => (isFresh = false))
  }

  return {
    href(path) {
      const asset = find(path)
      if (!asset) throw new Error(`A page links to ${path}, which is not in ${directory}`)
      return asset.href
    },
    serve(context, next) {
      const { method, url } = context
      const asset = method === 'GET' || method === 'HEAD' ? find(url.pathname) : undefined
      return asset ? asset.respond(context) : next()
    },
  }
}

function readAssets(directory: string): Map<string, Asset> {
  return new Map(
    listFiles(directory).map((file) => {
      const path = `/${relative(directory, file).replaceAll(sep, '/')}`
      const content = file.endsWith('.css') ? joinStylesheet(file) : readFileSync(file)
      return [path, new Asset(path, content)]
    }),
  )
}

function describeState(directory: string): string {
  return listFiles(directory)
    .map((file) => `${file} ${statSync(file).mtimeMs}`)
    .join('\n')
}

/** None of those that begin with a dot, such as `.env` or what is in `.git`. */
function listFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .flatMap((entry) => {
      const file = join(directory, entry.name)
      return entry.isDirectory() ? listFiles(file) : [file]
    })
}
