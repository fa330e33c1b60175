/** The page of a list that an address asks for, from 1 on: what is no number asks for the first. */
export function readPageNumber(params: URLSearchParams): number {
  const page = params.get('page') ?? ''
  return /^[1-9]\d{0,4}$/.test(page) ? Number(page) : 1
}
