import { entityName } from '@aiops/contract/model/entity'
import type { Labels } from '@aiops/contract/model/label'
import { metricUnit } from '@aiops/contract/model/metric-unit'
import type { Series } from '@aiops/contract/model/series'
import type { Opened } from './opened.ts'
import type { MetricRole } from './rule/profile.ts'
import { digits, percent, quantity } from './rule/quantity.ts'

/** `p95 of http.server.request.duration at payments rose to 1.4 s, 6 times the usual 220 ms`. */
export function sentenceOf(
  series: Series,
  role: MetricRole,
  opened: Opened,
  others: readonly Series[] = [],
): string {
  const place = series.entity ? ` at ${entityName(series.entity)}` : ''
  if (opened.shape === 'MISSING')
    return `${series.entity ? entityName(series.entity) : series.name} went silent: nothing of ${series.name} came any more`
  const subject = `${subjectOf(series)}${place}`
  const unit = metricUnit(series)
  const share = (role === 'ERRORS' || role === 'UTILIZATION') && (unit ?? '1') === '1'
  const write = (value: number): string => (share ? percent(value) : quantity(value, unit))
  if (opened.shape === 'THRESHOLD_BREACH') {
    const limit = write(opened.sign > 0 ? opened.high : opened.low)
    return `${subject} is ${write(opened.worst)}, ${opened.sign > 0 ? 'above' : 'below'} the limit of ${limit}`
  }
  if (opened.shape === 'MULTIVARIATE') {
    const beside = others.map(subjectOf).join(' and ')
    return `metrics${place} are unusual together, most of all ${subjectOf(series)}: ${write(opened.worst)}, ${comparison(opened, write)}${beside === '' ? '' : `; then ${beside}`}`
  }
  const odd = oddity(opened, write)
  if (odd !== undefined) return `${subject} ${odd}`
  const verb = verbOf(opened)
  return `${subject} ${verb} ${write(opened.worst)}, ${comparison(opened, write)}`
}

/** What is wrong where each value is one that the series often has. */
function oddity({ shape, worst, mid, factor }: Opened, write: (value: number) => string): string | undefined {
  switch (shape) {
    case 'FLAT_LINE':
      return `stands still at ${write(worst)}; it always moved`
    case 'VARIANCE_CHANGE':
      if (factor === undefined) return `swings otherwise than usual around ${write(mid)}`
      return factor > 1
        ? `swings ${digits(factor)} times as far as usual around ${write(mid)}`
        : `hardly swings around ${write(mid)} any more: by ${percent(factor)} of the usual`
    case 'SEASON_BREAK':
      return `is ${write(worst)}, which it often is but not at this time: ${write(mid)} is usual now`
    default:
      return undefined
  }
}

function verbOf(opened: Opened): string {
  if (opened.shape === 'TREND_CHANGE') return opened.sign > 0 ? 'kept climbing to' : 'kept falling to'
  return opened.sign > 0 ? 'rose to' : 'fell to'
}

function comparison(opened: Opened, write: (value: number) => string): string {
  const { mid, worst } = opened
  const factor = mid === 0 ? Number.POSITIVE_INFINITY : worst / mid
  if (!Number.isFinite(factor) || factor <= 0) return `usually ${write(mid)}`
  if (factor >= 1.5)
    return factor > 1_000 ? `usually ${write(mid)}` : `${digits(factor)} times the usual ${write(mid)}`
  if (factor > 1) return `${digits((factor - 1) * 100)} % above the usual ${write(mid)}`
  return `${digits((1 - factor) * 100)} % below the usual ${write(mid)}`
}

const known: Readonly<Record<string, string>> = {
  'traces.span.rate': 'rate of requests',
  'traces.span.duration:mean': 'mean duration of requests',
  'traces.span.duration:p95': 'p95 of request duration',
  'traces.span.error_ratio': 'share of failed requests',
  'traces.span.self_time:mean': 'mean own time of requests',
  'traces.span.error_origin_ratio': 'share of requests that failed of themselves',
  'log.records:rate': 'rate of log lines',
  'log.records:error_ratio': 'share of errors among log lines',
  'log.pattern.records:rate': 'rate of the log line',
  'traces.operation.duration:p95': 'p95 of request duration',
  'traces.operation.error_ratio': 'share of failed requests',
  'trace.calls_per_request': 'calls per request',
  'traces.edge.rate': 'rate of calls',
  'traces.edge.duration:mean': 'mean duration of calls',
  'traces.edge.error_ratio': 'share of failed calls',
}
const statistics: Readonly<Record<string, string>> = {
  rate: 'rate of',
  mean: 'mean of',
  p95: 'p95 of',
  error_ratio: 'error ratio of',
}

/** What is measured, of which part, and whom it is about where it is a call to somebody. */
function subjectOf({ name, labels }: Series): string {
  const at = name.lastIndexOf(':')
  const statistic = at < 0 ? undefined : statistics[name.slice(at + 1)]
  const what = known[name] ?? (statistic ? `${statistic} ${name.slice(0, at)}` : name)
  const part = partOf(labels)
  const address = labels['server.address']
  const called =
    labels['peer.service'] ??
    (address ? [address, labels['server.port']].filter(Boolean).join(':') : undefined)
  return `${what}${part === '' ? '' : ` (${part})`}${called === undefined ? '' : ` to ${called}`}`
}

/** Labels that say who speaks or is called, not what is measured. */
const identity =
  /^(__name__|pattern_id|service|service[.].*|host[.].*|os[.].*|process[.].*|telemetry[.].*|k8s[.].*|container[.].*|cloud[.].*|deployment[.].*|server[.].*|peer[.].*|.*[.]pool[.]name|job|instance|node|pod|namespace|cluster)$/
const partsMax = 2

/** Values of the labels that tell a series from its siblings: `used` of a pool's connections, `user` of a CPU's time. */
const partOf = (labels: Labels): string =>
  Object.keys(labels)
    .filter((label) => !identity.test(label))
    .sort()
    .slice(0, partsMax)
    .map((label) => labels[label])
    .join(', ')
