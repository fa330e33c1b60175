/** What is used of the class of that name; its package is installed only for the tests of runtimes. */
export interface Miniflare {
  dispatchFetch(url: string, init: { headers: Record<string, string> }): Promise<Response>
  dispose(): Promise<void>
}
