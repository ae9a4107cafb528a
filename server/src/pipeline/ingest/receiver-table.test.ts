import { expect, it } from 'vitest'
import { Fault } from '../../kernel/fault.ts'
import type { IngestRequest } from './index.ts'
import { oneByPath, type SharingReceiver } from './receiver-table.ts'

const answering = (body: string, more: Partial<SharingReceiver> = {}): SharingReceiver => ({
  path: '/write',
  summary: `${body}.`,
  handle: async () => ({ status: 200, body }),
  ...more,
})
const request = (type: string) => ({ headers: { 'content-type': type } }) as unknown as IngestRequest

it('protocols that share a path share it by content type, whatever their order', async () => {
  const json = answering('json', {
    accepts: (headers) => headers['content-type'] === 'application/json',
    refuse: (fault) => ({ status: fault.status, body: 'json says no' }),
  })
  for (const table of [
    [json, answering('other')],
    [answering('other'), json],
  ]) {
    const [receiver, ...more] = oneByPath(table)
    expect(more).toEqual([])
    expect((await receiver?.handle(request('application/json')))?.body).toBe('json')
    expect((await receiver?.handle(request('text/plain')))?.body).toBe('other')
    const fault = new Fault('INVALID_REQUEST', 'No.')
    expect(receiver?.refuse?.(fault, { 'content-type': 'application/json' })?.body).toBe('json says no')
    expect(receiver?.refuse?.(fault, {})).toBeUndefined()
  }
})

it('other paths and methods stay apart, as they are', () => {
  const table = [answering('a'), answering('b', { path: '/read' }), answering('c', { method: 'GET' })]
  expect(oneByPath(table)).toEqual(table)
})
