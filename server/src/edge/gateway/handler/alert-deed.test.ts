import { alertDeed } from '@aiops/contract/api/alert-deed'
import type { Alert } from '@aiops/contract/model/alert'
import { expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import type { HandlerDeps } from '../handler-deps.ts'
import { alertDeedHandlers } from './alert-deed.ts'

const principal = { actor: 'ann', tenant: 'default', permissions: [] }
const { body: schema } = alertDeed.actOnAlerts

/** Handlers over a store of so many alerts; `done` is what was asked of correlation. */
function handlersOver(stored: number) {
  const done: { ids: string[]; dryRun: boolean }[] = []
  const alerts = Array.from({ length: stored }, (_, i) => ({ id: `a${i}`, incident_id: null }) as Alert)
  const records = {
    alertSearch: {
      search: async (_: string, __: object, { limit, offset }: { limit: number; offset: number }) => ({
        ...{ alerts: alerts.slice(offset, offset + limit), total: stored, facets: null },
      }),
      byIds: async (_: string, ids: readonly string[]) => alerts.filter(({ id }) => ids.includes(id)),
    },
  }
  const deeds = {
    act: async (_: string, __: string, { dryRun }: { dryRun: boolean }, chosen: readonly Alert[]) => {
      const ids = chosen.map(({ id }) => id)
      done.push({ ids, dryRun })
      return [{ incident: null, outcome: 'FAILED', why: 'w', ids }]
    },
  }
  const deps = { records, correlate: { deeds }, clock: new ManualClock() } as unknown as HandlerDeps
  const { actOnAlerts } = alertDeedHandlers(deps)
  return { done, ask: (body: object) => actOnAlerts({ body: schema.parse(body) }, principal) }
}
const all = { action: 'ACKNOWLEDGE', filter: { state: ['FIRING'] } }

it('counts first, and does nothing where more fit than were seen', async () => {
  const { ask, done } = handlersOver(1_203)
  expect(await ask({ ...all, dry_run: true })).toMatchObject({ matched: 1_203, failed: 1_203, dry_run: true })
  await expect(ask({ ...all, count_max: 1_200 })).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(await ask({ ...all, count_max: 1_203 })).toMatchObject({ matched: 1_203 })
  expect(done.map(({ ids, dryRun }) => [ids.length, dryRun])).toEqual([
    [1_203, true],
    [1_203, false],
  ])
})

it('refuses what more than 5,000 alerts fit, and says how many', async () => {
  const { ask } = handlersOver(5_001)
  await expect(ask({ ...all, dry_run: true })).rejects.toThrow(/^5001 alerts fit; 5000 at once/)
})

it('names chosen alerts that are not there', async () => {
  const { ask } = handlersOver(2)
  const found = await ask({ action: 'TAKE_OUT', ids: ['a1', 'gone', 'a1'] })
  expect(found).toMatchObject({ matched: 1, missing: ['gone'] })
})

it.each([
  [{ action: 'ACKNOWLEDGE' }, 'ids'],
  [{ ...all, ids: ['a'] }, 'ids'],
  [all, 'count_max'],
  [{ action: 'JOIN', ids: ['a'] }, 'into'],
  [{ action: 'TAKE_OUT', ids: ['a'], into: '1' }, 'into'],
])('%j is refused for %s', async (body, path) => {
  const { ask, done } = handlersOver(2)
  await expect(ask(body)).rejects.toMatchObject({ code: 'VALIDATION_FAILED', details: [{ path }] })
  expect(done).toEqual([])
})

it('a condition that the filter does not have is refused rather than passed over', () => {
  const body = { action: 'ACKNOWLEDGE', filter: { stat: ['FIRING'] }, dry_run: true }
  expect(schema.safeParse(body).error?.issues[0]?.path).toEqual(['filter'])
})
