import { alertPreset } from '@aiops/contract/api/alert-preset'
import type { Alert } from '@aiops/contract/model/alert'
import { afterAll, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import type { SilenceDraft } from '../../../pipeline/correlate/index.ts'
import type { HandlerDeps } from '../handler-deps.ts'
import { alertPresetHandlers } from './alert-preset.ts'
import { searchThrough } from './alert-search-through.ts'

const records = await openSqliteRecordStore(':memory:')
afterAll(() => records.close())
const drafts: SilenceDraft[] = []
const correlate = {
  silences: {
    async putAll(_: string, given: readonly SilenceDraft[]) {
      drafts.push(...given)
      return given.map((_, at) => ({ id: `s${at}` }))
    },
  },
}
const handlers = alertPresetHandlers({
  records,
  correlate,
  clock: new ManualClock(),
} as unknown as HandlerDeps)
const anna = { actor: 'anna', tenant: 'default', permissions: ['incidents:read'] } as const
const boss = { actor: 'boss', tenant: 'default', permissions: ['incidents:read', 'incidents:write'] } as const
const bodyOf = (name: string, shared = false) => ({
  body: alertPreset.createAlertPreset.body.parse({ name, search: 'state=FIRING', shared }),
})
const alertAt = (i: number, labels: Record<string, string>): Alert => ({
  ...{ id: `a${i}`, tenant_id: 'default', fingerprint: `f${i}`, source: 'x', name: 'Disk', severity: 'LOW' },
  ...{ status: 'FIRING', message: '', labels, annotations: {}, ends_at: null, incident_id: null },
  ...{ starts_at: '2026-01-01T00:00:00.000Z', received_at: `2026-01-01T00:00:${10 + i}.000Z` },
})

it('lets everybody save searches of their own, and those with incidents:write share them and delete shared ones', async () => {
  const own = await handlers.createAlertPreset(bodyOf('mine'), anna)
  await expect(handlers.createAlertPreset(bodyOf('ours', true), anna)).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
  })
  const shared = await handlers.createAlertPreset(bodyOf('ours', true), boss)
  const namesOf = async (who: typeof anna | typeof boss) =>
    (await handlers.listAlertPresets({}, who)).presets.map(({ name }) => name)
  expect([await namesOf(anna), await namesOf(boss)]).toEqual([['mine', 'ours'], ['ours']])
  await expect(handlers.deleteAlertPreset({ params: own }, boss)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(handlers.deleteAlertPreset({ params: shared }, anna)).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
  })
  await handlers.deleteAlertPreset({ params: own }, anna)
  expect(await namesOf(anna)).toEqual(['ours'])
})

it('silences exactly a selection, one silence for each different set of labels', async () => {
  await records.alerts.upsertAll([
    alertAt(1, { pod: 'a' }),
    alertAt(2, { pod: 'a' }),
    alertAt(3, { pod: 'b' }),
  ])
  const body = alertPreset.bulkAlerts.body.parse({
    action: 'SILENCE',
    ids: ['a1', 'a2', 'a3', 'gone'],
    ends_at: '2026-01-02T00:00:00Z',
    comment: 'c',
  })
  expect(await handlers.bulkAlerts({ body }, boss)).toMatchObject({ covered: 3, missing: ['gone'] })
  expect(drafts.map(({ matchers }) => matchers.map(({ name, value }) => `${name}=${value}`))).toEqual([
    ['alertname=Disk', 'pod=a'],
    ['alertname=Disk', 'pod=b'],
  ])
})

it('reads through what only a test can tell, in order and by page, and says where it stopped', async () => {
  const store = Array.from({ length: 30_000 }, (_, i) => ({ ...alertAt(0, {}), id: `a${i}` }))
  const search = async (_: string, __: object, { limit, offset }: { limit: number; offset: number }) => ({
    ...{ alerts: store.slice(offset, offset + limit), total: store.length, facets: null },
  })
  const asked = { tenant: 'default', filter: {}, test: ({ id }: Alert) => id.endsWith('00') }
  const page = { sort: '-received_at', limit: 2, offset: 3, facets: false } as const
  const turn = { give: async () => undefined } as never
  const found = await searchThrough({ search }, turn, asked, page)
  expect(found).toMatchObject({ total: 199, incomplete: expect.stringContaining('first 20000 of 30000') })
  expect(found.alerts.map(({ id }) => id)).toEqual(['a400', 'a500'])
  store.length = 600
  expect(await searchThrough({ search }, turn, asked, page)).not.toHaveProperty('incomplete')
})
