import assert from 'node:assert/strict'
import { it } from 'node:test'
import { withHeaders } from './response-headers.ts'

function tag(response: Response, value: string): Response {
  return withHeaders(response, (headers) => headers.set('X-Tag', value))
}

it('changes a response with a body, which nobody else can be given', async () => {
  const page = new Response('page')
  assert.equal(tag(page, 'a'), page)
  assert.equal(page.headers.get('X-Tag'), 'a')
  assert.equal(await page.text(), 'page')
})

it('copies one without a body, which may be returned for others too', () => {
  const constant = new Response(null, { status: 204, headers: { Allow: 'GET' } })
  const answers = [tag(constant, 'a'), tag(constant, 'b')]
  assert.deepEqual(
    answers.map(({ headers }) => headers.get('X-Tag')),
    ['a', 'b'],
  )
  assert.equal(constant.headers.has('X-Tag'), false)
  assert.equal(answers[0]!.status, 204)
  assert.equal(answers[0]!.headers.get('Allow'), 'GET')
})

it('copies one whose headers cannot be changed', async () => {
  const fetched = tag(await fetch('data:text/plain,fetched'), 'a')
  assert.equal(fetched.headers.get('X-Tag'), 'a')
  assert.equal(fetched.headers.get('Content-Type'), 'text/plain')
  assert.equal(await fetched.text(), 'fetched')
})
