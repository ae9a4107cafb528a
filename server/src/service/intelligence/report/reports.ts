import { createHash } from 'node:crypto'
import type {
  Report,
  ReportDocument,
  ReportFormat,
  ReportSchedule,
  ReportType,
} from '@aiops/contract/model/report'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { Lifecycle } from '../../../kernel/lifecycle.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { Random } from '../../../kernel/random.ts'
import { Redaction } from '../../../kernel/redaction.ts'
import { createRepeated } from '../../../kernel/repeated.ts'
import { Semaphore } from '../../../kernel/semaphore.ts'
import type { EventBus } from '../../../port/event-bus.ts'
import type { ObjectStore } from '../../../port/object-store.ts'
import type { Caller, ClientOf } from '../../../port/operation-client.ts'
import type { ReportPrinter } from '../../../port/report-printer.ts'
import type { ReportRepository, StoredReport } from '../../../port/report-repository.ts'
import type { PersonaOf } from '../index.ts'
import type { ToolBox } from '../tool/tool-box.ts'
import type { ReportConfig } from './config.ts'
import type { writeDocument } from './document.ts'
import { bytesNameOf, documentPathOf, mediaTypeOf, pathOf, shown } from './report-file.ts'
import { incidentOf, type ReportInput, rangeOf, titleOf } from './report-request.ts'
import {
  addSchedule,
  changeSchedule,
  dueSchedules,
  noSchedule,
  type ScheduleInput,
  shown as shownSchedule,
} from './schedules.ts'

export type ReportFile = { name: string; mediaType: string; bytes: Uint8Array }

export interface Reports extends Lifecycle {
  create(caller: Caller, input: ReportInput): Promise<Report>
  list(
    tenant: TenantId,
    filter: { type?: ReportType | undefined; search: string; page: number; pageSize: number },
  ): Promise<{ reports: Report[]; total: number }>
  /** Throws NOT_FOUND. */
  get(tenant: TenantId, id: string): Promise<Report>
  /** Throws NOT_FOUND, and CONFLICT while it is being written or where that failed. */
  document(tenant: TenantId, id: string): Promise<ReportDocument>
  file(tenant: TenantId, id: string): Promise<ReportFile>
  delete(tenant: TenantId, id: string): Promise<void>
  schedules(tenant: TenantId): Promise<ReportSchedule[]>
  addSchedule(caller: Caller, input: ScheduleInput): Promise<ReportSchedule>
  /** Throws NOT_FOUND, and VALIDATION_FAILED as addSchedule does. */
  changeSchedule(tenant: TenantId, id: string, input: ScheduleInput): Promise<ReportSchedule>
  deleteSchedule(tenant: TenantId, id: string): Promise<void>
}

export type ReportsDeps = {
  repository: ReportRepository
  objects: ObjectStore
  printer: ReportPrinter
  clientOf: ClientOf
  toolBox: ToolBox
  personaOf: PersonaOf
  writeDocument: typeof writeDocument
  bus: EventBus
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

const upkeepMs = 60_000
const expiredAtOnce = 100
/** Rows of a list in a report. */
const depth = 'DEEP'

/** Reports: written one at a time, kept in the object store, forgotten when their time is over; what was asked for survives a restart. */
export function createReports(deps: ReportsDeps, config: ReportConfig): Reports {
  const { repository, objects, clock, random, bus, log } = deps
  const retentionMs = durationMs(config.retention)
  const written = deps.metrics.counter('aiops_reports_total', 'Reports by type and how they ended.', [
    'type',
    'status',
  ])
  const writing = new Semaphore(1)
  // A schedule is read and stored again: of two at once one would be lost, or a deleted one come back.
  const scheduling = new Semaphore(1)
  const running = new Set<Promise<void>>()
  let stopped = false

  async function write(stored: StoredReport, caller: Caller): Promise<void> {
    // It may have been deleted while it waited.
    if (stopped || !(await repository.get(stored.tenant_id, stored.id))) return
    let report: StoredReport
    try {
      report = { ...stored, ...(await made(stored, caller)), status: 'COMPLETED' }
    } catch (error) {
      log.warn({ report: stored.id, error: messageOf(error) }, 'a report could not be written')
      report = { ...stored, status: 'FAILED', error: messageOf(error).slice(0, 500) }
    }
    await repository.save(report)
    written.inc({ type: report.report_type, status: report.status })
    bus.publish('events', {
      ...{ event_id: random.uuid(clock.now()), event_type: 'REPORT_GENERATED', source: 'intelligence' },
      ...{ tenant_id: report.tenant_id, timestamp: isoTime(clock.now()), payload: shown(report) },
    })
  }

  async function made(stored: StoredReport, caller: Caller): Promise<Partial<StoredReport>> {
    const client = deps.clientOf(caller)
    const incident =
      stored.incident_id === null
        ? undefined
        : await client.getIncident({ params: { id: stored.incident_id } })
    const persona = { ...(await deps.personaOf(caller, 'default')), depth } as const
    const call = (tool: string, input: unknown) =>
      deps.toolBox.call(caller, tool, input, { clusterIds: stored.cluster_scope })
    // It leaves the platform, and is kept for months.
    const document = new Redaction().value(
      await deps.writeDocument(
        client,
        call,
        {
          ...{ id: stored.id, title: stored.title, type: stored.report_type, incident, persona },
          ...{ clusterScope: stored.cluster_scope, generatedBy: stored.generated_by },
          range: { startMs: Date.parse(stored.time_range.start), endMs: Date.parse(stored.time_range.end) },
        },
        clock,
      ),
    ) as ReportDocument
    const bytes = await rendered(document, stored.format)
    const path = pathOf(stored)
    await objects.put(documentPathOf(stored), Buffer.from(JSON.stringify(document)))
    await objects.put(path, bytes)
    return {
      ...{ storage_path: path, size_bytes: bytes.length },
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }
  }

  async function rendered(document: ReportDocument, format: ReportFormat): Promise<Uint8Array> {
    if (format === 'PDF') return deps.printer.print(document)
    if (format === 'HTML') {
      const { reportHtml } = await import('./render/html.ts')
      return Buffer.from(reportHtml(document))
    }
    if (format === 'JSON') return Buffer.from(JSON.stringify(document, null, 2))
    const { reportMarkdown } = await import('./render/markdown.ts')
    return Buffer.from(reportMarkdown(document))
  }

  function begin(stored: StoredReport, caller: Caller): void {
    const work = writing
      .run(() => write(stored, caller))
      .catch((error) => log.error({ report: stored.id, error: messageOf(error) }, 'a report was lost'))
      .finally(() => running.delete(work))
    running.add(work)
  }

  async function found(tenant: TenantId, id: string): Promise<StoredReport> {
    const report = await repository.get(tenant, id)
    if (!report) throw new Fault('NOT_FOUND', `There is no report ${id.slice(0, 64)}.`)
    return report
  }

  async function whole(tenant: TenantId, id: string): Promise<StoredReport> {
    const report = await found(tenant, id)
    if (report.status === 'PENDING') throw new Fault('CONFLICT', 'The report is still being written.')
    if (report.status === 'FAILED')
      throw new Fault('CONFLICT', `The report could not be written: ${report.error}`)
    return report
  }

  async function remove(report: StoredReport): Promise<void> {
    await repository.delete(report.tenant_id, report.id)
    await objects.delete(pathOf(report))
    await objects.delete(documentPathOf(report))
  }

  async function create(
    caller: Caller,
    input: ReportInput,
    scheduleId: string | null = null,
  ): Promise<Report> {
    if (!config.formats.includes(input.format))
      throw new Fault('INVALID_REQUEST', `Reports as ${input.format} are switched off here.`)
    if (running.size >= config.pending_max)
      throw new Fault('RATE_LIMITED', `${running.size} reports wait to be written; try again later.`, {
        retryAfterSeconds: 30,
      })
    const incident = await incidentOf(deps.clientOf(caller), input)
    const nowMs = clock.now()
    const report: StoredReport = {
      ...{
        id: random.uuid(nowMs),
        tenant_id: caller.tenant,
        report_type: input.report_type,
        format: input.format,
      },
      title: titleOf(input, incident),
      ...{ cluster_scope: input.cluster_scope, time_range: rangeOf(input, nowMs, incident?.started_at) },
      ...{ incident_id: incident?.id ?? null, generated_by: caller.actor, schedule_id: scheduleId },
      ...{ status: 'PENDING', error: null, storage_path: null, size_bytes: null, sha256: null },
      ...{ created_at: isoTime(nowMs), expires_at: isoTime(nowMs + retentionMs) },
    }
    await repository.save(report)
    begin(report, caller)
    return shown(report)
  }

  const upkeep = createRepeated(
    clock,
    upkeepMs,
    async () => {
      for (const { id, tenant_id, ...schedule } of await scheduling.run(() =>
        dueSchedules(repository, clock.now()),
      ))
        await create(
          systemCaller(tenant_id),
          {
            ...{ report_type: schedule.report_type, format: schedule.format, title: schedule.title },
            ...{ cluster_scope: schedule.cluster_scope, time_range: { duration: schedule.lookback } },
          },
          id,
        )
      for (const report of await repository.expired(clock.now(), expiredAtOnce)) await remove(report)
    },
    (error) => log.warn({ error: messageOf(error) }, 'upkeep of reports failed'),
  )

  return {
    create: (caller, input) => create(caller, input),
    async list(tenant, { type, search, page, pageSize }) {
      const offset = (page - 1) * pageSize
      const { reports, total } = await repository.list(tenant, { type, search, limit: pageSize, offset })
      return { reports: reports.map(shown), total }
    },
    get: async (tenant, id) => shown(await found(tenant, id)),
    async document(tenant, id) {
      const body = await objects.get(documentPathOf(await whole(tenant, id)))
      return JSON.parse(Buffer.from(body).toString()) as ReportDocument
    },
    async file(tenant, id) {
      const report = await whole(tenant, id)
      const bytes = await objects.get(pathOf(report))
      return { name: bytesNameOf(report), mediaType: mediaTypeOf(report), bytes }
    },
    delete: async (tenant, id) => remove(await found(tenant, id)),
    schedules: async (tenant) => (await repository.schedules(tenant)).map(shownSchedule),
    // Counted and added in one go, so that two at once do not pass the bound.
    addSchedule: (caller, input) =>
      scheduling.run(() =>
        addSchedule({ repository, clock, random, schedulesMax: config.schedules_max }, caller, input),
      ),
    changeSchedule: (tenant, id, input) =>
      scheduling.run(() => changeSchedule({ repository, clock }, tenant, id, input)),
    deleteSchedule: (tenant, id) =>
      scheduling.run(async () => {
        if (!(await repository.deleteSchedule(tenant, id))) throw noSchedule(id)
      }),
    async start() {
      for (const report of await repository.pending()) begin(report, systemCaller(report.tenant_id))
      await upkeep.start()
    },
    async stop() {
      stopped = true
      await upkeep.stop()
      await Promise.all(running)
    },
  }
}

/** For schedules, and what a restart left unwritten: it sees what everybody of the tenant may see. */
const systemCaller = (tenant: TenantId): Caller => ({
  ...{ actor: 'system', tenant },
  permissions: [
    'system:read',
    'telemetry:read',
    'incidents:read',
    'runbooks:read',
    'topology:read',
    'clusters:read',
    'chat:read',
    'reports:read',
  ],
})
