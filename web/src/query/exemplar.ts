import type { ChartSpot } from '../ui/chart-data.ts'

/** `GET /api/v1/query_exemplars` of Prometheus' API: https://prometheus.io/docs/prometheus/latest/querying/api/#querying-exemplars */
export type ExemplarAnswer = {
  data?: {
    seriesLabels: Record<string, string>
    exemplars: { labels: Record<string, string>; value: string; timestamp: number }[]
  }[]
}

export type Exemplar = { at: number; value: number; traceId: string; series: Record<string, string> }

/** More points than this would hide the lines: the greatest are shown. */
export const exemplarsMax = 200

/** Exemplars that lead to a trace, the greatest first. Names of the label differ between libraries. */
export function exemplarsOf({ data = [] }: ExemplarAnswer): Exemplar[] {
  return data
    .flatMap(({ seriesLabels, exemplars }) =>
      exemplars.flatMap(({ labels, value, timestamp }) => {
        const id = ['trace_id', 'traceID', 'traceId'].map((name) => labels[name]).find(Boolean) ?? ''
        const number = Number(value)
        if (!/^[0-9a-fA-F]{1,32}$/.test(id) || !Number.isFinite(number)) return []
        return { at: timestamp * 1_000, value: number, traceId: id.toLowerCase(), series: seriesLabels }
      }),
    )
    .sort((a, b) => b.value - a.value)
    .slice(0, exemplarsMax)
}

export const spotsOf = (exemplars: readonly Exemplar[]): ChartSpot[] =>
  exemplars.map(({ at, value, traceId }) => ({ at, value, key: traceId }))
