import type { Labels } from '@aiops/contract/model/label'
import type { SeriesDescription, SeriesMeta } from '../../port/metric-store.ts'

/**
 * What a raw series is to the stream. PASS: watched as it is. COUNTER: watched as its rate. BUCKET, SUM, COUNT, NATIVE: a part
 * of a group that is folded. IGNORE: not watched. UNDECIDED: to be asked again.
 */
export type SeriesRole = {
  kind: 'PASS' | 'COUNTER' | 'BUCKET' | 'SUM' | 'COUNT' | 'NATIVE' | 'IGNORE' | 'UNDECIDED'
  /** Name of the family, without `_bucket`, `_sum`, `_count`. */
  base: string
  /** Upper bound of a bucket. */
  bound: number
  /** The series counts failures. */
  error: boolean
  /** The series tells failures and successes apart. */
  tellsErrors: boolean
}

/** Labels that a folded group keeps: who serves, who is called. Route, method, status and instance go. */
const groupLabels = [
  'service.name',
  'service.namespace',
  'service',
  'namespace',
  'k8s.cluster.name',
  'k8s.namespace.name',
  'cluster',
  'job',
  'server.address',
  'server.port',
  'peer.service',
  'db.client.connection.pool.name',
  'messaging.destination.name',
] as const
/** Kept where nothing above names who speaks. */
const hostLabels = ['host.name', 'node', 'k8s.node.name', 'instance'] as const
const instanceLabels = [
  'service.instance.id',
  'k8s.pod.name',
  'k8s.pod.uid',
  'pod',
  'container.id',
  'instance',
  'process.pid',
  'host.name',
  'service.version',
] as const
const statusLabels = [
  'http.response.status_code',
  'http.status_code',
  'status_code',
  'status',
  'code',
  'http_status_code',
  'rpc.grpc.status_code',
  'grpc_code',
] as const

const failureLabels = [...statusLabels, 'error.type']

/**
 * By kind, and where a sender gives none (Prometheus remote write), by Prometheus' naming: `_total` counts, and `_sum` with
 * its `_count` make a histogram or summary. `exists` tells whether the tenant has a metric of that name;
 * `decide` asks for an answer though the other half of a family has not been seen.
 */
export function roleOf(
  series: SeriesDescription,
  exists: (name: string) => boolean,
  decide = true,
): SeriesRole {
  const name = series.labels.__name__ ?? ''
  const { kind, derived } = series.meta
  const role = (of: SeriesRole['kind'], base = name): SeriesRole => ({
    kind: of,
    base,
    bound: of === 'BUCKET' ? boundOf(series.labels.le) : Number.NaN,
    ...errorOf(series.labels),
  })
  if (derived || name === '' || isObjective(name)) return role('IGNORE')
  if (kind === 'GAUGE') return role('PASS')
  if (name.endsWith('_bucket') && series.labels.le !== undefined) return role('BUCKET', name.slice(0, -7))
  const family = kind === 'HISTOGRAM' || kind === 'SUMMARY'
  if (name.endsWith('_sum')) {
    const base = name.slice(0, -4)
    if (family || exists(`${base}_count`)) return role('SUM', base)
  }
  if (name.endsWith('_count')) {
    const base = name.slice(0, -6)
    if (family || exists(`${base}_sum`)) return role('COUNT', base)
  }
  if (kind === 'SUMMARY') return role('PASS')
  if (kind === 'HISTOGRAM' || name.endsWith('_created')) return role('IGNORE')
  // A sum or count alone: the other half may come with the next request.
  if (kind === 'COUNTER' && /_(sum|count)$/.test(name) && !decide) return role('UNDECIDED')
  if (kind === 'COUNTER' || name.endsWith('_total')) {
    const counter = role('COUNTER')
    return counter.tellsErrors ? { ...counter, kind: 'COUNT' } : counter
  }
  return role('PASS')
}

/**
 * As `roleOf`, for series that belong to no family, from their name and a few labels. Undefined where the others have to be looked at.
 */
export function plainRoleOf(
  name: string,
  { kind, derived }: SeriesMeta,
  labelOf: (label: string) => string | undefined,
): 'PASS' | 'COUNTER' | 'IGNORE' | undefined {
  if (derived || name === '' || isObjective(name)) return 'IGNORE'
  if (kind === 'GAUGE') return 'PASS'
  if (kind === 'HISTOGRAM' || kind === 'SUMMARY' || /_(?:bucket|sum|count)$/.test(name)) return undefined
  if (name.endsWith('_created')) return 'IGNORE'
  if (kind !== 'COUNTER' && !name.endsWith('_total')) return 'PASS'
  return failureLabels.some((label) => labelOf(label) !== undefined) ? undefined : 'COUNTER'
}

/** What is recorded of objectives follows from series that are watched, and has alerts of its own. */
const isObjective = (name: string): boolean => name.startsWith('slo:')

/** Of a series that holds native histograms, whatever it is called. */
export const nativeRoleOf = (series: SeriesDescription): SeriesRole => ({
  kind: series.meta.derived || !series.labels.__name__ ? 'IGNORE' : 'NATIVE',
  base: series.labels.__name__ ?? '',
  bound: Number.NaN,
  ...errorOf(series.labels),
})

/** Labels of the group a part belongs to, without a name. */
export function groupOf(labels: Labels): Labels {
  const kept: Labels = {}
  for (const name of groupLabels) if (labels[name]) kept[name] = labels[name]
  if (kept['service.name'] === undefined && kept.service === undefined && kept.job === undefined) {
    for (const name of hostLabels) {
      if (!labels[name]) continue
      kept[name] = labels[name]
      break
    }
  }
  return kept
}

/** Which of a group's senders a part comes from: each counts for itself. */
export const sourceOf = (labels: Labels): string =>
  instanceLabels.map((name) => labels[name] ?? '').join('\u0000')

/** Labels of the rate of one counter: a new version of a service goes on with its history. */
export function rateLabels(labels: Labels): Labels {
  const { 'service.version': _version, ...kept } = labels
  return kept
}

function boundOf(text: string | undefined): number {
  if (text === '+Inf' || text === 'Inf' || text === undefined) return Number.POSITIVE_INFINITY
  const bound = Number(text)
  return Number.isNaN(bound) ? Number.POSITIVE_INFINITY : bound
}

/** A status decides where there is one; else `error.type` (OpenTelemetry: set exactly on failure). */
function errorOf(labels: Labels): { error: boolean; tellsErrors: boolean } {
  for (const name of statusLabels) {
    const value = labels[name]
    if (value === undefined || value === '') continue
    const grpc = name === 'rpc.grpc.status_code' || name === 'grpc_code'
    if (grpc) return { error: value !== '0' && value !== 'OK', tellsErrors: true }
    if (/^[1-5](\d\d|xx)$/i.test(value)) return { error: value.startsWith('5'), tellsErrors: true }
  }
  const failed = labels['error.type'] !== undefined && labels['error.type'] !== ''
  return { error: failed, tellsErrors: failed }
}
