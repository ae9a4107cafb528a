import { ApiError } from '@aiops/contract/client'
import { expect, it } from 'vitest'
import { failureText } from './failure-text.ts'

const refusal = (
  status: number,
  code: 'NOT_FOUND' | 'VALIDATION_FAILED' | 'STORAGE_UNAVAILABLE',
  details: { path: string; message: string }[] = [],
) =>
  new ApiError(status, {
    code,
    message: 'As the server said.',
    details,
    trace_id: 'abc',
    timestamp: '2026-11-21T00:00:00Z',
  })

it("repeats the server's sentence and adds what to do, with the code and trace id", () => {
  expect(failureText(refusal(503, 'STORAGE_UNAVAILABLE'), 'http://x')).toEqual({
    title: 'As the server said.',
    advice: 'The server is busy or starting. Try again in a few seconds.',
    detail: 'STORAGE_UNAVAILABLE · 503 · trace abc',
  })
  expect(
    failureText(refusal(422, 'VALIDATION_FAILED', [{ path: 'limit', message: 'too big' }]), '').advice,
  ).toBe('limit: too big')
})

it('names the server that cannot be reached', () => {
  expect(failureText(new TypeError('Failed to fetch'), 'http://localhost:8080').title).toContain(
    'http://localhost:8080',
  )
})

it('asks to reload when a newer version has replaced a part of the page', () => {
  expect(
    failureText(new TypeError('Failed to fetch dynamically imported module: /assets/x.js'), '').advice,
  ).toContain('Reload')
})

it('tells to change a query that is wrong, and to narrow one that is too large', () => {
  const failure = (code: 'INVALID_LOGQL' | 'QUERY_TOO_LARGE', status: number) =>
    failureText(new ApiError(status, { code, message: 'm', trace_id: '', timestamp: '' }), '').advice
  expect(failure('INVALID_LOGQL', 400)).toBe('Change the query.')
  expect(failure('QUERY_TOO_LARGE', 422)).toContain('Narrow the query')
})
