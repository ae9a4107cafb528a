import { usd } from '@aiops/contract/model/money'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Tally } from '../allocation/tally.ts'
import type { Grid } from '../allocation/window.ts'
import type { CostDeps, UnitCost } from '../index.ts'

/** Requests are counted in steps of this many parts of the window at most. */
const stepsMax = 300
const stepMsMin = 300_000

/**
 * Where requests are counted, in order: the first that knows a service counts. `rate`: a gauge of requests a second. The third is of spans that
 * a service served, which this product derives from traces.
 */
const sources = (span: string): { name: string; label: string; query: string }[] => [
  {
    name: 'http.server.request.duration (OpenTelemetry)',
    label: 'service.name',
    query: `sum by ("service.name") (rate({__name__=~"http[._]server[._]request[._]duration(_seconds)?_count"}[${span}]))`,
  },
  {
    name: 'traces_spanmetrics_calls_total',
    label: 'service',
    query: `sum by (service) (rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER"}[${span}]))`,
  },
  {
    name: 'traces.span.rate (spans served)',
    label: 'service.name',
    query: `sum by ("service.name") (avg_over_time({"traces.span.rate"}[${span}]))`,
  },
  {
    name: 'istio_requests_total',
    label: 'destination_service_name',
    query: `sum by (destination_service_name) (rate(istio_requests_total{reporter="destination"}[${span}]))`,
  },
  {
    name: 'http_requests_total',
    label: 'job',
    query: `sum by (job) (rate({__name__=~"http_requests_total|http_server_request_duration_seconds_count"}[${span}]))`,
  },
]

/** What a request of each service cost: its allocation by the requests that it served in the same time. */
export async function unitCosts(
  { queryRange }: Pick<CostDeps, 'queryRange'>,
  tenant: TenantId,
  { grid, byService }: { grid: Grid; byService: ReadonlyMap<string, Tally> },
): Promise<{ units: UnitCost[]; notices: string[] }> {
  const stepMs = Math.max(stepMsMin, Math.ceil((grid.endMs - grid.startMs) / stepsMax / 60_000) * 60_000)
  const requests = new Map<string, { count: number; source: string }>()
  for (const { name, label, query } of sources(`${stepMs / 1_000}s`)) {
    const answer = await queryRange(tenant, query, grid.startMs + stepMs, grid.endMs, stepMs)
    for (const { labels, values } of answer) {
      const service = labels[label] ?? ''
      if (service === '' || requests.has(service)) continue
      let count = 0
      for (let i = 0; i < values.length; i += 1) if (values[i]! > 0) count += (values[i]! * stepMs) / 1_000
      if (count > 0) requests.set(service, { count, source: name })
    }
  }
  const units: UnitCost[] = []
  const uncounted: string[] = []
  for (const [service, tally] of byService) {
    if (service.startsWith('__') || service.endsWith('__idle__')) continue
    const served = requests.get(service)
    if (!served) {
      uncounted.push(service)
      continue
    }
    const amount = tally.totalUsd
    units.push({
      ...{ service, usd: usd(amount), requests: served.count, source: served.source },
      thousandRequestsUsd: usd((amount / served.count) * 1_000),
    })
  }
  units.sort((a, b) => b.thousandRequestsUsd - a.thousandRequestsUsd)
  return { units, notices: noticesOf(uncounted, [...requests.keys()], byService) }
}

function noticesOf(
  uncounted: readonly string[],
  counted: readonly string[],
  byService: ReadonlyMap<string, Tally>,
): string[] {
  const free = counted.filter((service) => !byService.has(service))
  const some = (names: readonly string[]): string =>
    `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`
  return [
    ...(uncounted.length > 0 ? [`Nobody counts the requests of ${some(uncounted)}.`] : []),
    ...(free.length > 0 ? [`No cost is known of ${some(free)}, though requests are.`] : []),
  ]
}
