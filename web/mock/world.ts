/** State of the stand-in and what its operations answer. Answers are checked against the contract before they are sent. */
import type { OperationId } from '@aiops/contract/api/index'
import type { Event, EventType, PipelineStats } from '@aiops/contract/event'
import { type IncidentDetail, type IncidentStatus, incidentTransitions } from '@aiops/contract/model/incident'
import type { Remediation } from '@aiops/contract/model/remediation'
import { severities } from '@aiops/contract/model/severity'
import { alertHandlers } from './alert.ts'
import { anomalyHandlers } from './anomaly.ts'
import { auditHandlers } from './audit.ts'
import { chatMock } from './chat.ts'
import { clusterHandlers } from './cluster.ts'
import { correlationHandlers } from './correlation.ts'
import { costHandlers } from './cost.ts'
import { deploymentHandlers } from './deployment.ts'
import { detectionHandlers } from './detection.ts'
import { remediation } from './diagnosis.ts'
import { forecastHandlers } from './forecast.ts'
import { makeIncidents } from './incident.ts'
import { incidentEditHandlers } from './incident-edit.ts'
import { joinInfrastructure } from './infrastructure.ts'
import { knowledgeHandlers } from './knowledge.ts'
import { kubernetesHandlers } from './kubernetes.ts'
import { mergeRequestHandlers } from './merge-request.ts'
import { personaHandlers } from './persona.ts'
import { queryHandlers, traceOf } from './query.ts'
import { type Input, Refusal } from './refusal.ts'
import { reportHandlers } from './report.ts'
import {
  catalog,
  fits,
  type MockSeries,
  onsetMs,
  parseSelector,
  pointsOf,
  services,
  startMs,
} from './signal.ts'
import { sloHandlers } from './slo.ts'
import { sourceHandlers } from './source.ts'
import { logs, settings, stages, topology, traces } from './store.ts'
import { pastHandlers } from './topology-past.ts'

const processes =
  'node chromium postgres esbuild sshd systemd-journald a-process-with-a-very-long-name-indeed bash'.split(
    ' ',
  )
const iso = (ms = Date.now()): string => new Date(ms).toISOString()
const bare = ({ base: _, spread: __, fault: ___, ...series }: MockSeries) => series

export function createWorld(empty: boolean, publish: (event: Event) => void) {
  const incidents: IncidentDetail[] = empty ? [] : makeIncidents()
  const known = empty ? [] : catalog
  let events = 0
  const tell = (event_type: EventType, payload: unknown): void => {
    events += 1
    publish({
      event_id: String(events),
      event_type,
      source: 'mock',
      tenant_id: 'default',
      timestamp: iso(),
      payload,
    } as Event)
  }
  const isOpen = (one: IncidentDetail): boolean => !['RESOLVED', 'CLOSED'].includes(one.status)
  const stats = (): PipelineStats => ({
    samples_per_second: empty ? 0 : 412 + Math.round(60 * Math.sin(Date.now() / 7_000) + 30 * Math.random()),
    logs_per_second: empty ? 0 : 38 + Math.round(9 * Math.random()),
    spans_per_second: empty ? 0 : 164 + Math.round(25 * Math.random()),
    alerts_per_minute: 0,
    active_series: known.length,
    active_anomalies: incidents
      .filter(isOpen)
      .reduce((sum, one) => sum + one.anomalies.filter((a) => a.state === 'ACTIVE').length, 0),
    open_incidents: incidents.filter(isOpen).length,
  })
  const find = (id = ''): IncidentDetail => {
    const one = incidents.find((i) => i.id === id || String(i.number) === id)
    if (!one) throw new Refusal(404, 'NOT_FOUND', `There is no incident ${id}.`)
    return one
  }
  const summary = ({
    timeline: _,
    anomalies: __,
    alerts: ___,
    diagnosis: ____,
    remediations: _____,
    reasons: ______,
    ...one
  }: IncidentDetail) => one
  const changed = (
    one: IncidentDetail,
    type: IncidentDetail['timeline'][number]['type'],
    sentence: string,
    actor = 'you',
  ): void => {
    one.updated_at = iso()
    one.timeline.push({ at: iso(), type, actor, sentence })
    tell('INCIDENT_UPDATED', summary(one))
  }
  const setStatus = (one: IncidentDetail, status: IncidentStatus, actor: string, comment: string): void => {
    one.status = status
    if (status === 'RESOLVED')
      Object.assign(one, { resolved_at: iso(), ttr: (Date.now() - Date.parse(one.created_at)) / 1_000 })
    if (status === 'OPEN') Object.assign(one, { resolved_at: null, ttr: null })
    changed(
      one,
      status === 'RESOLVED' ? 'RESOLVED' : 'STATUS_CHANGED',
      `Status is now ${status}.${comment ? ` ${comment}` : ''}`,
      actor,
    )
  }
  const remediationOf = (id = ''): { one: IncidentDetail; rem: Remediation } => {
    const one = incidents.find((i) => i.remediations.some((r) => r.id === id))
    const rem = one?.remediations.find((r) => r.id === id)
    if (!one || !rem) throw new Refusal(404, 'NOT_FOUND', `There is no run ${id}.`)
    return { one, rem }
  }
  /** Each line is one second and a half of the run. */
  const run = (one: IncidentDetail, rem: Remediation, from = 0): void => {
    const steps = rem.plan.filter((step) => step.phase !== 'ROLLBACK')
    const at = (i: number): void => {
      const step = steps[i]
      if (!step) {
        Object.assign(rem, { status: 'COMPLETED', completed_at: iso() })
        tell('REMEDIATION_UPDATED', rem)
        changed(one, 'RUNBOOK_COMPLETED', 'The recovery was verified by the metrics.', 'system')
        setStatus(one, 'RESOLVED', 'system', '')
        return
      }
      const order = rem.plan.filter((s) => s.phase === step.phase).indexOf(step) + 1
      const result: Remediation['step_results'][number] = {
        phase: step.phase,
        order,
        name: step.name,
        status: 'STARTED',
        attempts: 1,
        started_at: iso(),
        ended_at: null,
      }
      rem.step_results.push(result)
      Object.assign(rem, { status: step.phase === 'VERIFY' ? 'VERIFYING' : 'RUNNING', current_step: i + 1 })
      tell('REMEDIATION_UPDATED', rem)
      setTimeout(() => {
        Object.assign(result, {
          status: 'SUCCESS',
          ended_at: iso(),
          output: i === 0 ? 'HTTP 200 {"reset":true}' : undefined,
        })
        tell('REMEDIATION_UPDATED', rem)
        changed(one, 'RUNBOOK_STEP', `${step.name}: done.`, 'system')
        at(i + 1)
      }, 1_500)
    }
    at(from)
  }
  const select = (input: Input): MockSeries[] => {
    const texts = input.query.match ?? []
    const words = (input.query.text?.[0] ?? '').toLowerCase().split(/\s+/).filter(Boolean)
    const lists = texts.map((text) => {
      const matchers = parseSelector(text)
      if (!matchers)
        throw new Refusal(
          400,
          'INVALID_REQUEST',
          `"${text.slice(0, 120)}" is not a series selector; write for example name{label="value"}.`,
        )
      return matchers
    })
    return known.filter(
      (s) =>
        (lists.length === 0 || lists.some((m) => fits(s, m))) &&
        words.every((w) => JSON.stringify([s.name, s.labels]).toLowerCase().includes(w)),
    )
  }
  const bounds = (input: Input): { from: number; to: number } => {
    const to = input.query.end ? Date.parse(input.query.end[0] ?? '') : Date.now()
    const [, n, unit] = /^(\d+)([smhdw])$/.exec(input.query.duration?.[0] ?? '1h') ?? []
    const span = Number(n) * ({ s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }[unit ?? 'h'] ?? 1) * 1_000
    return { from: input.query.start ? Date.parse(input.query.start[0] ?? '') : to - span, to }
  }
  const host = (name: string) => known.filter((s) => s.name.startsWith(name)).map(bare)

  const chat = chatMock(empty, tell)
  const handlers: Partial<Record<OperationId, (input: Input) => unknown>> = {
    getHealth: () => ({
      status: 'ok',
      version: '0.1.0',
      uptime_seconds: (Date.now() - startMs) / 1_000,
      checks: [
        { name: 'telemetry store', status: 'ok', message: '' },
        { name: 'record store', status: 'ok', message: '' },
        { name: 'disk', status: empty ? 'ok' : 'degraded', message: empty ? '' : '8 % free' },
      ],
    }),
    getReady: () => ({ ready: true }),
    getOverview: () => ({
      stats: stats(),
      funnel: empty
        ? { anomalies: 0, alerts: 0, incidents: 0, diagnosed: 0, remediated: 0 }
        : { anomalies: 1_284, alerts: 93, incidents: 9, diagnosed: 8, remediated: 3 },
      open_by_severity: Object.fromEntries(
        severities.map((s) => [s, incidents.filter((i) => isOpen(i) && i.severity === s).length]),
      ),
      entities: empty ? { total: 0, unhealthy: 0 } : { total: 9, unhealthy: 3 },
      host: empty
        ? null
        : {
            name: 'workbench',
            series: {
              cpu: host('system.cpu.utilization'),
              memory: host('system.memory'),
              load: host('system.cpu.load'),
              disk_io: host('system.disk'),
              network_io: host('system.network'),
              filesystem: host('system.filesystem'),
            },
            top_processes: processes.map((name, i) => ({
              name,
              cpu_ratio: (0.6 + 0.2 * Math.random()) / (i * 2 + 1),
              memory_bytes: 9e8 / (i + 1),
            })),
          },
    }),
    getPipeline: () => ({ stages: stages(empty ? 0 : Math.round((Date.now() - startMs) / 10)) }),
    getSettings: () => settings,
    listIncidents: ({ query }) => {
      const [status, severity] = [query.status ?? [], query.severity ?? []].map((list) =>
        list.flatMap((one) => one.split(',')).filter(Boolean),
      )
      const text = (query.text?.[0] ?? '').toLowerCase()
      const all = incidents.filter(
        (i) =>
          (status?.length ? status.includes(i.status) : true) &&
          (severity?.length ? severity.includes(i.severity) : true) &&
          `INC-${i.number} ${i.title} ${i.cause?.sentence ?? ''}`.toLowerCase().includes(text) &&
          (query.entity ? i.affected_entities.includes(query.entity[0] ?? '') : true),
      )
      const sort = query.sort?.[0] ?? '-created_at'
      const key = (i: IncidentDetail): number =>
        sort.endsWith('severity')
          ? -severities.indexOf(i.severity)
          : Date.parse(sort.endsWith('updated_at') ? i.updated_at : i.created_at)
      all.sort((a, b) => (sort.startsWith('-') ? key(b) - key(a) : key(a) - key(b)))
      const limit = Number(query.limit?.[0] ?? 50)
      const offset = Number(query.offset?.[0] ?? 0)
      return { incidents: all.slice(offset, offset + limit).map(summary), total: all.length, limit, offset }
    },
    getIncident: ({ params }) => find(params.id),
    setIncidentStatus: ({ params, body }) => {
      const one = find(params.id)
      const status = body.status as IncidentStatus
      if (!incidentTransitions[one.status].includes(status))
        throw new Refusal(409, 'CONFLICT', `INC-${one.number} is ${one.status} and cannot become ${status}.`)
      setStatus(one, status, 'you', String(body.comment ?? ''))
      return summary(one)
    },
    commentIncident: ({ params, body }) => {
      const one = find(params.id)
      changed(one, 'COMMENT_ADDED', String(body.comment))
      return one.timeline.at(-1)
    },
    diagnoseIncident: ({ params }) => {
      const one = find(params.id)
      if (!one.diagnosis)
        throw new Refusal(404, 'NOT_FOUND', 'There is too little to explain this incident with.')
      one.diagnosis = { ...one.diagnosis, revision: one.diagnosis.revision + 1, created_at: iso() }
      tell('RCA_COMPLETE', one.diagnosis)
      return one.diagnosis
    },
    listRunbooks: () => ({
      runbooks: empty
        ? []
        : [
            runbook('restore-service', 'Restore a service through its admin endpoint', [
              'LATENCY',
              'ERRORS',
              'POOL',
            ]),
            runbook('restart-service', 'Restart a service', ['MEMORY', 'DOWN', 'CPU']),
          ],
      problems: empty
        ? []
        : [{ file: 'runbooks/scale-out.yaml', message: 'steps.0.url: Invalid input: expected string' }],
    }),
    executeRunbook: ({ params, body }) => {
      const one = find(String(body.incident_id))
      const rem = {
        ...remediation(`rem-${Date.now()}`, one.id, 'PENDING_APPROVAL'),
        runbook_id: params.id ?? '',
        requested_by: 'you',
        requested_at: iso(),
      }
      one.remediations.push(rem)
      tell('REMEDIATION_UPDATED', rem)
      return rem
    },
    approveRemediation: ({ params, body }) => {
      const { one, rem } = remediationOf(params.id)
      if (rem.status !== 'PENDING_APPROVAL')
        throw new Refusal(409, 'CONFLICT', 'It has been decided already.')
      Object.assign(rem, {
        status: body.approved ? 'APPROVED' : 'REJECTED',
        decided_at: iso(),
        decided_by: 'you',
        comment: body.comment ?? null,
      })
      changed(
        one,
        body.approved ? 'RUNBOOK_APPROVED' : 'RUNBOOK_REJECTED',
        body.approved ? 'Approved.' : 'Rejected.',
      )
      if (body.approved) setTimeout(() => run(one, rem), 500)
      return rem
    },
    settleRemediation: ({ params }) => {
      const { one, rem } = remediationOf(params.id)
      rem.step_results = rem.step_results.map((r) => ({ ...r, status: 'SUCCESS', ended_at: iso() }))
      run(one, rem, 1)
      return rem
    },
    ...incidentEditHandlers({ incidents, find, changed }),
    ...correlationHandlers(empty),
    ...knowledgeHandlers(empty, () => incidents.filter((one) => !isOpen(one)).map(summary)),
    ...alertHandlers(empty, () => incidents.flatMap((i) => i.alerts)),
    ...auditHandlers(empty),
    ...anomalyHandlers(() => incidents.flatMap((i) => i.anomalies)),
    listAlerts: () => ({ alerts: incidents.flatMap((i) => i.alerts), total: 1, by_severity: {} }),
    listSeries: (input) => {
      const found = select(input)
      return { series: found.slice(0, Number(input.query.limit?.[0] ?? 500)).map(bare), total: found.length }
    },
    ...chat.handlers,
    ...reportHandlers(empty, tell),
    ...deploymentHandlers(empty, tell),
    ...mergeRequestHandlers(empty, tell),
    ...personaHandlers(empty),
    ...sloHandlers(empty),
    ...detectionHandlers(empty, known.map(bare)),
    ...forecastHandlers(empty),
    ...(empty ? { listModels: () => ({ policy: 'LOCAL_ONLY' as const, providers: [] }) } : {}),
    ...sourceHandlers(empty),
    ...costHandlers(empty, tell),
    ...clusterHandlers(empty, tell),
    ...kubernetesHandlers(empty, tell),
    ...queryHandlers(empty),
    listLabels: () => ({ labels: [...new Set(known.flatMap((s) => Object.keys(s.labels)))] }),
    listLabelValues: ({ params }) => ({
      values: [...new Set(known.flatMap((s) => s.labels[params.name ?? ''] ?? []))],
    }),
    getRange: (input) => {
      const { from, to } = bounds(input)
      const ids = (input.query.id ?? []).flatMap((one) => one.split(',')).map(Number)
      const found = ids.length > 0 ? known.filter((s) => ids.includes(s.id)) : select(input)
      const max = Number(input.query.max_points?.[0] ?? 1_000)
      return {
        results: found
          .slice(0, Number(input.query.limit?.[0] ?? 50))
          .map((s) => ({ series: bare(s), points: pointsOf(s, from, to, max) })),
        total: found.length,
        start: iso(from),
        end: iso(to),
      }
    },
    searchLogs: (input) => (empty ? { logs: [], truncated: false } : logs(bounds(input), input.query)),
    searchTraces: (input) => (empty ? { traces: [], total: 0 } : traces.search(bounds(input), input.query)),
    getTrace: ({ params }) => traceOf(params.trace_id ?? ''),
    ...pastHandlers(empty, () =>
      empty
        ? { entities: [], edges: [] }
        : topology(Date.now() > onsetMs && incidents.some((i) => i.number === 42 && isOpen(i)), services),
    ),
  }
  joinInfrastructure(handlers, empty, tell)
  return { handlers, stats, tell, chatStream: chat.stream }
}

const runbook = (id: string, name: string, categories: string[]) => ({
  id,
  name,
  description: 'Asks the service itself to go back to its last good state.',
  version: 2,
  match: { categories, entities: [], min_probability: 0.3 },
  parameters: {},
  approval: { required: true, timeout: '30m' },
  steps: [
    {
      name: 'Reset',
      type: 'http',
      on_failure: 'ABORT',
      method: 'POST',
      url: 'http://127.0.0.1:7005/admin/reset',
      headers: {},
      timeout: '30s',
      idempotent: true,
    },
  ],
  verify: { conditions: [], anomalies_ended: true, hold: '10s', within: '60s' },
  rollback: [],
})
