import { permissions } from '@aiops/contract/api/operation'
import type { Client } from '@aiops/contract/client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { ObjectStore } from '../../../port/object-store.ts'
import type { Caller } from '../../../port/operation-client.ts'
import type { ReportRepository, StoredReport, StoredSchedule } from '../../../port/report-repository.ts'
import { builtinPersonas } from '../persona/index.ts'
import { ReportConfig } from './config.ts'
import { writeDocument } from './document.ts'
import { createReports, type Reports } from './reports.ts'

const startMs = Date.parse('2026-01-05T06:59:30Z')
const caller: Caller = { actor: 'dana', tenant: 'default', permissions }

function rig() {
  const clock = new ManualClock(startMs)
  const stored = new Map<string, StoredReport>()
  const schedules = new Map<string, StoredSchedule>()
  const objects = new Map<string, Uint8Array>()
  const told: string[] = []
  const repository = {
    save: async (report) => void stored.set(report.id, report),
    get: async (tenant, id) => (stored.get(id)?.tenant_id === tenant ? stored.get(id) : undefined),
    list: async () => ({ reports: [...stored.values()], total: stored.size }),
    delete: async (_tenant, id) => void stored.delete(id),
    pending: async () => [...stored.values()].filter(({ status }) => status === 'PENDING'),
    expired: async (timeMs) => [...stored.values()].filter((one) => Date.parse(one.expires_at) <= timeMs),
    saveSchedule: async (schedule) => void schedules.set(schedule.id, schedule),
    schedules: async () => [...schedules.values()],
    deleteSchedule: async (_tenant, id) => schedules.delete(id),
  } satisfies ReportRepository
  const store = {
    put: async (key, body) => void objects.set(key, body),
    get: async (key) => objects.get(key)!,
    delete: async (key) => void objects.delete(key),
    close: async () => undefined,
    list: () => (async function* () {})(),
  } satisfies ObjectStore
  const build = (): Reports =>
    createReports(
      {
        ...{
          repository,
          objects: store,
          clock,
          random: seededRandom(1),
          log: silentLog,
          metrics: createMetrics(),
        },
        printer: { print: async () => Buffer.from('%PDF-') },
        clientOf: () =>
          ({
            getIncident: async () => {
              throw new Fault('NOT_FOUND', 'There is no such incident.')
            },
          }) as unknown as Client,
        toolBox: {
          call: async (_caller, name) => ({
            call: {
              tool: name,
              arguments: {},
              status: 'FAILED',
              records: 0,
              ms: 1,
              sentence: 'AKIAIOSFODNN7EXAMPLE is down',
            },
            ...{ output: undefined, drafts: [], missing: [] },
          }),
        },
        ...{ personaOf: async () => builtinPersonas[0]!, writeDocument },
        bus: {
          publish: (_topic: string, event: { payload: { status: string } }) =>
            told.push(event.payload.status),
        } as never,
      },
      ReportConfig.parse({ retention: '2d' }),
    )
  return { clock, stored, schedules, objects, told, build }
}

describe('reports', () => {
  let made: ReturnType<typeof rig>
  let reports: Reports
  beforeEach(async () => {
    made = rig()
    reports = made.build()
    await reports.start()
  })
  afterEach(() => reports.stop())
  const ended = async (id: string) => {
    await vi.waitFor(() => expect(made.stored.get(id)?.status).not.toBe('PENDING'), { interval: 1 })
    await new Promise((resolve) => setImmediate(resolve))
    return reports.get('default', id)
  }
  const input = {
    report_type: 'EXECUTIVE_SUMMARY',
    format: 'MARKDOWN',
    cluster_scope: [],
    time_range: {},
  } as const

  test('are pending, then written, told of and readable, with a hash of what is stored', async () => {
    const begun = await reports.create(caller, { ...input, cluster_scope: [] })
    expect(begun).toMatchObject({ status: 'PENDING', title: 'Executive summary', generated_by: 'dana' })
    await expect(reports.file('default', begun.id)).rejects.toMatchObject({ code: 'CONFLICT' })
    const done = await ended(begun.id)
    expect(done).toMatchObject({ status: 'COMPLETED', error: null })
    const { name, mediaType, bytes } = await reports.file('default', begun.id)
    expect([name, mediaType]).toEqual(['executive-summary.md', 'text/markdown; charset=utf-8'])
    expect(bytes.length).toBe(done.size_bytes)
    expect(Buffer.from(bytes).toString()).toContain('What could not be looked at')
    expect(made.told).toEqual(['COMPLETED'])
  })

  test('hold no secret that was quoted on the way', async () => {
    const { id } = await reports.create(caller, { ...input, cluster_scope: [] })
    await ended(id)
    for (const body of made.objects.values())
      expect(Buffer.from(body).toString()).not.toContain('AKIAIOSFODNN7EXAMPLE')
  })

  test('of another tenant do not exist', async () => {
    const { id } = await reports.create(caller, { ...input, cluster_scope: [] })
    await expect(reports.get('other', id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('about an incident name it, and one that there is', async () => {
    const incident = { ...input, cluster_scope: [], report_type: 'INCIDENT_REPORT' as const }
    await expect(reports.create(caller, incident)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    await expect(reports.create(caller, { ...incident, incident_id: 'INC-9' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  test('that a restart left unwritten are written then', async () => {
    made.stored.set('left', {
      ...{ id: 'left', tenant_id: 'default', title: 'x', report_type: 'CAPACITY_PLAN', format: 'HTML' },
      ...{ cluster_scope: [], time_range: { start: '2026-01-01T00:00:00Z', end: '2026-01-02T00:00:00Z' } },
      ...{ incident_id: null, generated_by: 'dana', schedule_id: null, status: 'PENDING', error: null },
      ...{ storage_path: null, size_bytes: null, sha256: null },
      ...{ created_at: '2026-01-05T00:00:00Z', expires_at: '2026-03-05T00:00:00Z' },
    })
    const again = made.build()
    await again.start()
    expect((await ended('left')).status).toBe('COMPLETED')
    await again.stop()
  })

  test('are made again by their schedule, once each time, and forgotten when their time is over', async () => {
    const schedule = await reports.addSchedule(caller, {
      ...{ title: 'Weekly', report_type: 'CAPACITY_PLAN', format: 'JSON', cluster_scope: [] },
      ...{ lookback: '7d', cron: '0 7 * * 1', enabled: true },
    })
    expect(schedule.next_run_at).toBe('2026-01-05T07:00:00.000Z')
    await made.clock.advance(120_000)
    await ended([...made.stored.keys()][0] ?? '')
    expect([...made.stored.values()]).toMatchObject([
      { title: 'Weekly', generated_by: 'system', schedule_id: schedule.id, status: 'COMPLETED' },
    ])
    expect((await reports.schedules('default'))[0]!.next_run_at).toBe('2026-01-12T07:00:00.000Z')
    await made.clock.advance(3 * 86_400_000)
    await new Promise((resolve) => setImmediate(resolve))
    expect([...made.stored.keys()]).toEqual([])
    expect([...made.objects.keys()]).toEqual([])
  })

  const asked: Parameters<Reports['addSchedule']>[1] = {
    ...{ title: 'Weekly', report_type: 'CAPACITY_PLAN', format: 'JSON', cluster_scope: [] },
    ...{ lookback: '7d', cron: '0 7 * * 1', enabled: true },
  }

  test('have a schedule that can be changed, switched off and on again', async () => {
    const { id } = await reports.addSchedule(caller, asked)
    const daily = { ...asked, title: 'Daily', cron: '0 6 * * *', lookback: '1d' }
    expect(await reports.changeSchedule('default', id, daily)).toMatchObject({
      ...{ id, title: 'Daily', lookback: '1d', created_by: 'dana', next_run_at: '2026-01-06T06:00:00.000Z' },
    })
    expect((await reports.changeSchedule('default', id, { ...daily, enabled: false })).next_run_at).toBeNull()
    await made.clock.advance(3 * 86_400_000)
    await new Promise((resolve) => setImmediate(resolve))
    expect(made.stored.size).toBe(0)
    const on = await reports.changeSchedule('default', id, daily)
    expect(on).toMatchObject({
      created_at: '2026-01-05T06:59:30.000Z',
      next_run_at: '2026-01-09T06:00:00.000Z',
    })
    expect(await reports.schedules('default')).toEqual([on])
  })

  test('of a schedule are made on time although its title is changed as they fall due', async () => {
    const { id } = await reports.addSchedule(caller, asked)
    await made.clock.advance(35_000)
    await reports.changeSchedule('default', id, { ...asked, title: 'Monday' })
    await made.clock.advance(60_000)
    await vi.waitFor(() => expect([...made.stored.values()]).toMatchObject([{ title: 'Monday' }]), {
      interval: 1,
    })
    await ended([...made.stored.keys()][0] ?? '')
  })

  test('keep a schedule as it was when a change of it is refused, and know no change of one that is not there', async () => {
    const schedule = await reports.addSchedule(caller, asked)
    for (const wrong of [{ cron: '* * * * *' }, { lookback: '900d' }])
      await expect(
        reports.changeSchedule('default', schedule.id, { ...asked, ...wrong }),
      ).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    await expect(reports.changeSchedule('default', 'none', asked)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await reports.schedules('default')).toEqual([schedule])
  })

  test.each([
    { duration: '9999999d' },
    { duration: '99999999999999999999d' },
    { start: '0001-01-01T00:00:00Z', end: '9999-12-31T00:00:00Z' },
    { start: '2026-01-02T00:00:00Z', end: '2026-01-01T00:00:00Z' },
  ])('of %j are refused, and nothing is stored that lists could not show', async (time_range) => {
    await expect(reports.create(caller, { ...input, cluster_scope: [], time_range })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    })
    expect(made.stored.size).toBe(0)
  })

  test('have a title of one visible line', async () => {
    const title = 'Week\r\nx-evil: 1\u001b[2J \u202e1'
    const { id } = await reports.create(caller, { ...input, cluster_scope: [], title })
    expect((await reports.get('default', id)).title).toBe('Week x-evil: 1 [2J 1')
  })

  // Twice within an hour that comes once a day or a year, and never.
  const rare = ['0-59 3 * * *', '0,1 0 1 1 *', '0 0 30 2 *']
  test.each(['* * * * *', '61 7 * * 1', 'every monday', '0 0 7 * * 1', ...rare])(
    'refuse the schedule %s',
    async (cron) => {
      await expect(
        reports.addSchedule(caller, {
          ...{ title: 'x', report_type: 'CAPACITY_PLAN', format: 'JSON', cluster_scope: [], lookback: '7d' },
          ...{ cron, enabled: true },
        }),
      ).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    },
  )
})
