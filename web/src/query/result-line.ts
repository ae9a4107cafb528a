import type { MetricResult, MetricSeries } from '@aiops/contract/model/query'
import type { ChartLine } from '../ui/chart-data.ts'

export type ResultSeries = {
  cluster: string
  series: MetricSeries
  /** The letter of its query, where there are several. */
  query?: string
}

/** All series of all clusters; a cluster's name is told apart from the labels that its series have. */
export const seriesOf = (
  results: readonly MetricResult[],
  combined?: { data: readonly MetricSeries[] } | undefined,
): ResultSeries[] =>
  combined
    ? combined.data.map((series) => ({ cluster: '', series }))
    : results.flatMap(({ cluster_name: cluster, data }) => data.map((series) => ({ cluster, series })))

/** `name{label="value"}` as PromQL writes it; names that are no identifiers are quoted. */
export function seriesName(metric: Readonly<Record<string, string>>): string {
  const { __name__: name = '', ...labels } = metric
  const plain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)
  const pairs = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([label, value]) =>
        `${/^[a-zA-Z_]\w*$/.test(label) ? label : JSON.stringify(label)}=${JSON.stringify(value)}`,
    )
  const inside = [...(name === '' || plain ? [] : [JSON.stringify(name)]), ...pairs].join(', ')
  return `${plain ? name : ''}${inside === '' && plain ? '' : `{${inside}}`}`
}

/** Lines to draw. A step without a point is a gap, told by a point without a value where the last one was a step ago. */
export function linesOf(found: readonly ResultSeries[], stepSeconds: number): ChartLine[] {
  const several = new Set(found.map(({ cluster }) => cluster)).size > 1
  return found.map(({ cluster, series, query }, i) => {
    const name = seriesName(series.metric)
    return {
      key: `${i}`,
      label: [query, several && cluster, name].filter(Boolean).join(' · '),
      metric: series.metric.__name__ ?? '',
      points: pointsOf(series.values, stepSeconds),
    }
  })
}

function pointsOf(values: MetricSeries['values'], stepSeconds: number): [number, number | null][] {
  const points: [number, number | null][] = []
  let before = Number.POSITIVE_INFINITY
  for (const [seconds, text] of values) {
    if (seconds - before > stepSeconds * 1.5) points.push([(before + stepSeconds) * 1_000, null])
    const value = Number(text)
    points.push([seconds * 1_000, Number.isFinite(value) ? value : null])
    before = seconds
  }
  return points
}
