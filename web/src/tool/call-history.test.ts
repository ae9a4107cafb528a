import { afterEach, expect, it, vi } from 'vitest'
import type { CallRecord } from './call-history.ts'

const call = (n: number): CallRecord => ({
  ...{
    id: String(n),
    tool: 'list_alerts',
    args: { limit: n },
    at: n,
    ms: 1,
    outcome: 'OK',
    sentence: 'none',
  },
  result: { text: 'secret', otherParts: 0, structured: undefined, isError: false, note: undefined },
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

it('calls are remembered through a reload without what they brought, and no more than thirty', async () => {
  const stored = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  })
  const before = await import('./call-history.ts')
  for (let n = 0; n < 40; n += 1) before.recordCall(call(n))
  expect(before.callHistory()).toHaveLength(30)
  expect(before.callHistory()[0]?.result).toBeDefined()
  expect(before.callHistory()[20]?.result).toBeUndefined()
  expect([...stored.values()].join()).not.toContain('secret')

  vi.resetModules()
  const after = await import('./call-history.ts')
  expect(after.callHistory().map(({ args }) => args.limit)).toEqual(
    Array.from({ length: 30 }, (_, i) => 39 - i),
  )
  expect(after.callHistory()[0]).not.toHaveProperty('result')
})

it('a page without storage, or with somebody else’s, begins empty', async () => {
  vi.stubGlobal('sessionStorage', { getItem: () => '[1, {"tool": 2}, null]', setItem: () => undefined })
  expect((await import('./call-history.ts')).callHistory()).toEqual([])
})
