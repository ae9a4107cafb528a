import { expect, it } from 'vitest'
import { api } from './api/index.ts'
import { ApiError, createClient, pathOf } from './client.ts'

it('fills a path, repeats lists and leaves out what is undefined', () => {
  expect(pathOf('/a/{id}/b', { params: { id: 'x/y' }, query: { s: ['A', 'B'], n: 1, u: undefined } })).toBe(
    '/a/x%2Fy/b?s=A&s=B&n=1',
  )
})

it('reads lists of a query whether repeated, separated by commas or left out', () => {
  const read = (query: object) => api.listIncidents.query.parse(query).status
  expect(read({ status: 'OPEN,CLOSED' })).toEqual(['OPEN', 'CLOSED'])
  expect(read({ status: ['OPEN', 'CLOSED'] })).toEqual(['OPEN', 'CLOSED'])
  expect(read({})).toEqual([])
  expect(() => read({ status: 'BROKEN' })).toThrow()
})

it('does not split a selector at its commas', () => {
  expect(api.listSeries.query.parse({ match: 'a{b="1",c="2"}' }).match).toEqual(['a{b="1",c="2"}'])
})

it('throws the platform’s own error, and one that says so when the answer is not of its form', async () => {
  const answer = (body: string, status: number) =>
    createClient({ url: 'http://x', fetch: async () => new Response(body, { status }) }).getHealth()
  const own = JSON.stringify({
    error: { code: 'CONFLICT', message: 'no', trace_id: 't', timestamp: '2026-01-01T00:00:00Z' },
  })
  await expect(answer(own, 409)).rejects.toMatchObject({ code: 'CONFLICT', status: 409, message: 'no' })
  await expect(answer('<html>', 502)).rejects.toBeInstanceOf(ApiError)
})

it('gives every operation a path of its own and a permission unless it is open on purpose', () => {
  const operations = Object.values(api)
  expect(new Set(operations.map((o) => `${o.method} ${o.path}`)).size).toBe(operations.length)
  expect(operations.filter((o) => o.permission === null).map((o) => o.path)).toEqual(['/health', '/ready'])
})
