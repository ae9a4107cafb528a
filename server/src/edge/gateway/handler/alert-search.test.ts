import { alertSearch } from '@aiops/contract/api/alert-search'
import { expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import type { AlertFiring, AlertSearchFilter } from '../../../port/alert-search-repository.ts'
import type { HandlerDeps } from '../handler-deps.ts'
import { alertSearchHandlers } from './alert-search.ts'

const principal = { actor: 'x', tenant: 'default', permissions: [] }

/** Handlers over records that hold so many firings of one rule; `asked` is what they were searched for. */
function handlersOver(firings: number) {
  const asked: { filter: AlertSearchFilter; offset: number }[] = []
  const firing = {
    source: 's',
    name: 'Slow',
    severity: 'LOW',
    startsMs: 0,
    endsMs: 1,
    incidentId: null,
  } as const
  const alertSearch = {
    search: async (_: string, filter: AlertSearchFilter, { offset }: { offset: number }) => {
      asked.push({ filter, offset })
      return { alerts: [], total: 41, facets: null }
    },
    firings: async (_: string, range: { offset: number; limit: number }): Promise<AlertFiring[]> =>
      Array.from({ length: Math.max(0, Math.min(range.limit, firings - range.offset)) }, (_, i) => ({
        ...{
          ...firing,
          fingerprint: `f${range.offset + i}`,
          receivedMs: firings - range.offset - i,
          silenced: false,
        },
      })),
    usedIncidents: async () => new Set<string>(),
  }
  const deps = { records: { alertSearch }, clock: new ManualClock() } as unknown as HandlerDeps
  return { ...alertSearchHandlers(deps), asked }
}

it('reads labels, words for yes and no, and the page', async () => {
  const { searchAlerts, asked } = handlersOver(0)
  const query = alertSearch.searchAlerts.query.parse({
    ...{ label: ['region=eu', 'path!=a=b', 'k8s.pod.name='], silenced: 'no', incident: 'i1', page: 3 },
  })
  expect(await searchAlerts({ query }, principal)).toMatchObject({ total: 41, page: 3, total_pages: 3 })
  expect(asked[0]).toMatchObject({ offset: 40, filter: { silenced: false, incident: 'i1' } })
  expect(asked[0]?.filter.labels).toEqual([
    { name: 'region', equal: true, value: 'eu' },
    { name: 'path', equal: false, value: 'a=b' },
    { name: 'k8s.pod.name', equal: true, value: '' },
  ])
  for (const label of ['a"b=c', '=x', 'nothing', 'a b=c'])
    expect(alertSearch.searchAlerts.query.safeParse({ label }).success).toBe(false)
})

it('counts noise of the newest alerts alone where there are too many, and says from when', async () => {
  const query = alertSearch.listRuleNoise.query.parse({})
  const { listRuleNoise } = handlersOver(5_000)
  expect(await listRuleNoise({ query }, principal)).toMatchObject({
    firings: 5_000,
    total: 1,
    truncated: false,
  })
  const found = await handlersOver(130_000).listRuleNoise({ query }, principal)
  expect(found).toMatchObject({ firings: 100_000, truncated: true, from: new Date(30_001).toISOString() })
})
