import type { Cardinality } from '@aiops/contract/model/cardinality'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { SeriesCatalog, SeriesRef } from '../../port/metric-store.ts'

/** Series looked at in one turn of the event loop: about 2 ms. */
const TURN = 500
/** Labels and their values counted exactly up to here; a tenant with more of them gets this many. */
const VALUES_MAX = 1_000_000
const EXAMPLES = 3

/** Reads every series of the tenant once, and those of the `limit` largest metrics twice, giving way to others in between. */
export async function cardinalityOf(
  catalog: SeriesCatalog,
  tenant: TenantId,
  limit: number,
): Promise<Cardinality> {
  const refs = catalog.select(tenant, [])
  const metrics = new Map<string, number>()
  const labels = new Map<string, { values: Set<string>; series: number }>()
  await eachSeries(catalog, refs, (names) => {
    for (const [name, value] of names) {
      if (name === '__name__') {
        metrics.set(value, (metrics.get(value) ?? 0) + 1)
        continue
      }
      const label = labels.get(name) ?? { values: new Set(), series: 0 }
      labels.set(name, label)
      label.series += 1
      if (label.values.size < VALUES_MAX) label.values.add(value)
    }
  })
  const largest = [...metrics].sort(([, a], [, b]) => b - a).slice(0, limit)
  const report: Cardinality = {
    series_total: refs.length,
    metrics: [],
    labels: [...labels]
      .map(([name, { values, series }]) => ({ name, values: values.size, series }))
      .sort((a, b) => b.values - a.values)
      .slice(0, limit),
  }
  for (const [name, series] of largest) {
    const own = catalog.select(tenant, [{ name: '__name__', op: '=', value: name }])
    report.metrics.push({
      name,
      series,
      share: series / Math.max(1, refs.length),
      labels: await labelsOf(catalog, own),
    })
  }
  return report
}

/** Labels of one metric, the one to blame most first. */
async function labelsOf(
  catalog: SeriesCatalog,
  refs: readonly SeriesRef[],
): Promise<Cardinality['metrics'][number]['labels']> {
  const values = new Map<string, Set<string>>()
  const rows: [string, string][][] = []
  await eachSeries(catalog, refs, (labels) => {
    const row = labels.filter(([name]) => name !== '__name__').sort(([a], [b]) => (a < b ? -1 : 1))
    if (rows.length < VALUES_MAX) rows.push(row)
    for (const [name, value] of row) {
      const known = values.get(name) ?? new Set()
      values.set(name, known)
      known.add(value)
    }
  })
  const many = [...values].filter(([, { size }]) => size > 1)
  const found = many.map(([name, own]) => ({
    name,
    values: own.size,
    without: new Set(rows.map((row) => JSON.stringify(row.filter(([label]) => label !== name)))).size,
    examples: [...own].slice(0, EXAMPLES),
  }))
  return found.sort((a, b) => a.without - b.without)
}

async function eachSeries(
  catalog: SeriesCatalog,
  refs: readonly SeriesRef[],
  visit: (labels: [string, string][]) => void,
): Promise<void> {
  for (let from = 0; from < refs.length; from += TURN) {
    for (const ref of refs.slice(from, from + TURN)) visit(Object.entries(catalog.describe(ref).labels))
    await new Promise((resolve) => setImmediate(resolve))
  }
}
