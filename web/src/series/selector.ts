import { type EntityId, entityKind, entityName } from '@aiops/contract/model/entity'
import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { Series } from '@aiops/contract/model/series'

/** Names the server reads without quotes: dots are fine beyond Prometheus' own letters. */
const plainName = /^[\p{L}_:][\p{L}\p{N}_.:/-]*$/u

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`
const named = (name: string): string => (plainName.test(name) ? name : quoted(name))

/** A Prometheus selector of these conditions: `name{label="value"}`; other names are quoted as Prometheus 3 does. */
export function selectorOf(matchers: readonly Matcher[]): string {
  const name = matchers.find((m) => m.name === '__name__' && m.op === '=' && plainName.test(m.value))
  const rest = matchers.filter((m) => m !== name).map((m) => `${named(m.name)}${m.op}${quoted(m.value)}`)
  if (!name) return `{${rest.join(',')}}`
  return rest.length === 0 ? name.value : `${name.value}{${rest.join(',')}}`
}

/** The selector of exactly one series: its name and all its labels, in order of name. */
export function selectorOfSeries(series: Pick<Series, 'name' | 'labels'>): string {
  const labels = Object.entries(series.labels)
    .filter(([name]) => name !== '__name__')
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return selectorOf([equals('__name__', series.name), ...labels.map(([name, value]) => equals(name, value))])
}

/** Whether typed text is meant as a selector rather than as words to look for. */
export const looksLikeSelector = (text: string): boolean => /[{}]/.test(text)

const namedBy: Record<string, readonly string[]> = {
  service: ['service.name', 'service', 'job'],
  pod: ['k8s.pod.name', 'pod'],
  node: ['k8s.node.name', 'node'],
  host: ['host.name', 'instance'],
}

/** Selectors that together find an entity's series, by the labels that name its kind. */
export const entitySelectors = (id: EntityId): string[] =>
  (namedBy[entityKind(id)] ?? [entityKind(id)]).map((label) => selectorOf([equals(label, entityName(id))]))

/** The series a person looks at first: those with an anomaly, then latency, errors, traffic, saturation; at most `max`. */
export function keySeries(series: readonly Series[], anomalous: ReadonlySet<number>, max: number): Series[] {
  return series
    .map((one, at) => ({ one, at, rank: anomalous.has(one.id) ? -1 : rankOf(one) }))
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .slice(0, max)
    .map(({ one }) => one)
}

/** The golden signals by the ends and words of metric names; what a derived series measures is said by its end. */
function signalOf(name: string): number {
  if (/error/.test(name)) return 1
  if (/:rate$/.test(name)) return 2
  if (/:(p9\d|mean)$|duration|latency/.test(name)) return 0
  if (/utili[sz]ation|usage|memory|cpu/.test(name)) return 3
  return /request|throughput/.test(name) ? 2 : 4
}

/** Counters and histograms as they were sent are drawn badly; what is derived of them comes before them. */
const rankOf = (series: Series): number =>
  signalOf(series.name) + (series.derived || series.kind === 'GAUGE' ? 0 : 10)

const equals = (name: string, value: string): Matcher => ({ name, op: '=', value })

/** Labels without the metric's name, as text; for titles and tooltips. */
export const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .filter(([name]) => name !== '__name__')
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
