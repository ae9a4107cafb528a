import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Cause } from '@aiops/contract/model/diagnosis'

/** Parts of metric names, most telling first: OpenTelemetry, Prometheus client and Kubernetes spellings. */
const symptoms: readonly (readonly [RegExp, string])[] = [
  [/error|fail|exception|5xx/i, 'failing answers'],
  [/(^|_)(cost|spend|price)(_|$)/i, 'rising cost'],
  [/duration|latency|self_time|response_time|elapsed/i, 'slow answers'],
  [/cpu|load/i, 'high CPU use'],
  [/pool|connection|pending|queue|backlog/i, 'requests waiting'],
  [/memory|heap|rss|working_set/i, 'memory use'],
  [/disk|filesystem|io_time/i, 'disk trouble'],
  [/network|packet|drop/i, 'network trouble'],
  [/event_?loop|gc/i, 'a busy process'],
]
const symptomOfShape: Partial<Record<Anomaly['shape'], string>> = {
  NEW_PATTERN: 'new log lines',
  PARAMETER_RANGE: 'unusual values in the log',
  BROKEN_SEQUENCE: 'broken sequences in the log',
  NEW_EDGE: 'new calls',
}
const traffic = /request|calls|rate|count|throughput|traffic/i

/** A few words for what a metric's anomaly means to somebody who does not know the metric. `deviation` gives the direction. */
export function symptomOf(metric: string, shape: Anomaly['shape'], deviation: number): string {
  if (shape === 'MISSING' || shape === 'FLAT_LINE') return 'silence'
  const own = symptomOfShape[shape]
  if (own !== undefined) return own
  if (metric.startsWith('log.'))
    return metric.endsWith('error_ratio')
      ? 'errors in the log'
      : `${deviation < 0 ? 'fewer' : 'more'} log lines`
  const statistic = metric.slice(metric.lastIndexOf(':') + 1)
  if (statistic === 'error_ratio') return 'failing answers'
  const known = symptoms.find(([pattern]) => pattern.test(metric))?.[1]
  const volume = statistic === 'rate' || (known === undefined && traffic.test(metric))
  if (volume && known !== 'failing answers') return deviation < 0 ? 'less traffic' : 'more traffic'
  if (known === undefined) return `unusual ${wordsOf(metric).slice(-3).join(' ')}`
  if (known === 'rising cost' && deviation < 0) return 'falling cost'
  if (known === 'slow answers' && deviation < 0) return 'unusually fast answers'
  if (known === 'high CPU use' && deviation < 0) return 'low CPU use'
  return known
}

/** Empty: what was seen says more than the category. */
export const symptomOfCause: Record<Cause['category'], string> = {
  LATENCY: 'slow answers',
  ERRORS: 'failing answers',
  CPU: 'high CPU use',
  MEMORY: 'growing memory',
  POOL: 'an exhausted pool',
  DOWN: 'not answering',
  DEPLOY: 'trouble since a new version',
  TRAFFIC: 'unusual traffic',
  DISK: 'disk trouble',
  NETWORK: 'network trouble',
  OTHER: '',
}

/** `HighLatency`, `http.server.duration`, `disk_io` → words in lower case. */
export const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 1)
