import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import type { Series } from '@aiops/contract/model/series'
import { defaultTenant } from '@aiops/contract/model/tenant'
import { Fault } from '../../../kernel/fault.ts'
import { pipeline } from '../../../pipeline/pipeline.ts'
import type { Telemetry } from '../../../service/telemetry/index.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'

type SystemHandlers = {
  [K in 'getHealth' | 'getReady' | 'getOverview' | 'getPipeline' | 'getSettings']: Handler<K>
}
type Host = NonNullable<OperationOutput<Api['getOverview']>['host']>

const dayMs = 86_400_000
const topProcesses = 10

export function systemHandlers(deps: HandlerDeps): SystemHandlers {
  const { records, pulse } = deps
  return {
    getHealth: async () => deps.health(),
    async getReady() {
      if (deps.health().status === 'failing')
        throw new Fault('NOT_READY', 'The platform cannot serve now; GET /health says why.')
      return { ready: true }
    },
    async getOverview(_input, { tenant }) {
      const since = deps.clock.now() - dayMs
      const [anomalies, alerts, counted, open] = await Promise.all([
        records.anomalies.countSince(tenant, since),
        records.alerts.countSince(tenant, since),
        records.incidents.countSince(tenant, since),
        records.incidents.list(tenant, {
          statuses: ['OPEN', 'ACKNOWLEDGED', 'INVESTIGATING'],
          severities: [],
          sort: '-created_at',
          limit: 200,
          offset: 0,
        }),
      ])
      const open_by_severity = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, INFO: 0 }
      for (const incident of open.incidents) open_by_severity[incident.severity] += 1
      const { entities } = await deps.knowledge.wholeTopology(tenant)
      return {
        stats: pulse.stats(),
        funnel: { anomalies, alerts, ...counted },
        open_by_severity,
        entities: {
          total: entities.length,
          unhealthy: entities.filter((e) => e.health !== 'HEALTHY').length,
        },
        host: tenant === defaultTenant && deps.hostName ? hostOf(deps.telemetry, deps.hostName) : null,
      }
    },
    async getPipeline() {
      const counts = deps.bus.counts()
      const stages = pipeline.map((stage) => {
        const own = counts.filter((c) => c.subscriber === stage.stage)
        const sum = (of: 'handled' | 'failed'): number => own.reduce((total, c) => total + c[of], 0)
        const handled =
          stage.stage === 'ingest'
            ? Object.values(deps.ingest.totals()).reduce((a, b) => a + b, 0)
            : sum('handled')
        return { ...stage, takes: [...stage.takes], gives: [...stage.gives], handled, failed: sum('failed') }
      })
      return { stages }
    },
    getSettings: async () => deps.settings(),
  }
}

/** What the overview charts of the machine: the metric of each, and the label values that say nothing to a reader. */
const charted: Record<keyof Host['series'], { metric: string; skip?: (series: Series) => boolean }> = {
  cpu: { metric: 'system.cpu.utilization', skip: (s) => s.labels['cpu.mode'] === 'idle' },
  memory: { metric: 'system.memory.utilization' },
  load: { metric: 'system.cpu.load_average.1m' },
  disk_io: { metric: 'system.disk.io:rate' },
  network_io: { metric: 'system.network.io:rate', skip: (s) => s.labels['network.interface.name'] === 'lo' },
  filesystem: { metric: 'system.filesystem.utilization' },
}

function hostOf(telemetry: Telemetry, name: string): Host {
  const of = (metric: string): Series[] =>
    telemetry.series(defaultTenant, {
      matchers: [
        [
          { name: '__name__', op: '=', value: metric },
          { name: 'host.name', op: '=', value: name },
        ],
      ],
      text: '',
      limit: 200,
    }).series
  const series = Object.fromEntries(
    Object.entries(charted).map(([key, { metric, skip }]) => [
      key,
      of(metric)
        .filter((s) => !skip?.(s))
        .slice(0, 12),
    ]),
  ) as Host['series']
  return { name, series, top_processes: processesOf(telemetry, of) }
}

const nameOf = (s: Series): string => s.labels['process.executable.name'] ?? ''

function processesOf(telemetry: Telemetry, of: (metric: string) => Series[]): Host['top_processes'] {
  // Services on this machine report metrics of the same names about themselves; the receiver's name an executable.
  const isOwn = (s: Series): boolean => nameOf(s) !== '' && s.labels['service.name'] === undefined
  const cpu = of('process.cpu.utilization').filter(isOwn)
  const memory = of('process.memory.usage').filter(isOwn)
  const latest = telemetry.latest([...cpu, ...memory].map((s) => s.id))
  const newestMs = Math.max(0, ...cpu.map((s) => latest.get(s.id)?.timeMs ?? 0))
  return cpu
    .filter((s) => latest.get(s.id)?.timeMs === newestMs && newestMs > 0)
    .map((s) => {
      const resident = memory.find((m) => nameOf(m) === nameOf(s))
      return {
        name: nameOf(s),
        cpu_ratio: latest.get(s.id)?.value ?? 0,
        memory_bytes: resident ? (latest.get(resident.id)?.value ?? 0) : 0,
      }
    })
    .sort((a, b) => b.cpu_ratio - a.cpu_ratio)
    .slice(0, topProcesses)
}
