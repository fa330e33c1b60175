/**
 * Answers a response with other headers: the same one if it is of this request alone, else a copy. A
 * body can be sent once, but a response without one may be a constant that is returned again and again.
 */
export function withHeaders(answer: Response, change: (headers: Headers) => void): Response {
  if (answer.body !== null) {
    try {
      change(answer.headers)
      return answer
    } catch {
      // Those of a response that fetch() gave cannot be changed.
    }
  }
  const response = new Response(answer.body, answer)
  change(response.headers)
  return response
}
