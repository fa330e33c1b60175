import type { FlashMode } from './flashes.ts'

/** What the middleware tells a storage about the request. */
export interface ReadOptions {
  /** The cookie's idle limit in seconds: the storage enforces it. Without it a session keeps its own. */
  maxAge?: number | undefined
  /**
   * What reading a flash does: `take` removes it; `keep` does not, for HEAD requests and onlookers;
   * `hide` shows none, for prefetched pages, which are looked at later or never. A function is asked
   * only if it matters.
   *
   * @default 'take'
   */
  flashes?: FlashMode | (() => FlashMode) | undefined
}
