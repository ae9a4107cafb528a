import type { Series } from '@aiops/contract/model/series'
import { seriesName } from './result-line.ts'

/** Exactly this series in PromQL; of a counter its rate, which is what a person wants to see of one. */
export function promqlOf({ name, labels, kind }: Pick<Series, 'name' | 'labels' | 'kind'>): string {
  const selector = seriesName({ ...labels, __name__: name })
  return kind === 'COUNTER' ? `rate(${selector}[5m])` : selector
}
