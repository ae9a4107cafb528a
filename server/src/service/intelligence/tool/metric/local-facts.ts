import type { Client } from '@aiops/contract/client'
import type { Series } from '@aiops/contract/model/series'
import { type CandidateWish, candidatesOf } from '../../catalogue/candidate.ts'
import type { EntityMatcher } from '../../catalogue/entity-label.ts'
import type { MetricFact } from '../../catalogue/metric-fact.ts'
import { labelText, literal, quoted } from '../../catalogue/promql.ts'

/** Of one selector, in characters: what the operation takes. */
const selectorMax = 2_000
/** Series that are described for one thing. */
const seriesMax = 3_000
/** Series that are described of one metric where nothing was asked about: enough to know its labels. */
const samplesMax = 20
/** Metrics that are looked at one by one. */
const metricsMax = 30

/** What this platform's own stores hold; never a walk over all series. */
export async function localFacts(
  client: Client,
  wish: CandidateWish,
  matchers: readonly EntityMatcher[],
): Promise<{ facts: MetricFact[]; known: number }> {
  const [{ values: names }, labels] = await Promise.all([
    client.listLabelValues({ params: { name: '__name__' } }),
    matchers.length === 0 ? { labels: [] } : client.listLabels(),
  ])
  const candidates = candidatesOf(names, wish)
  const facts =
    matchers.length === 0
      ? await factsByName(client, candidates.slice(0, metricsMax))
      : await factsOfEntity(client, candidates, fitting(matchers, new Set(labels.labels)))
  return { facts, known: names.length }
}

const fitting = (matchers: readonly EntityMatcher[], labels: ReadonlySet<string>): EntityMatcher[] =>
  matchers.filter(({ label }) => labels.has(label))

async function factsByName(
  client: Client,
  names: readonly string[],
  matchers: readonly EntityMatcher[] = [],
): Promise<MetricFact[]> {
  const conditions = matchers.map(({ label, op, value }) => `,${labelText(label)}${op}${quoted(value)}`)
  const found = await Promise.all(
    names.map(async (name) => {
      const { series, total } = await client.listSeries({
        query: {
          match: (conditions.length === 0 ? [''] : conditions).map(
            (one) => `{__name__=${quoted(name)}${one}}`,
          ),
          limit: samplesMax,
        },
      })
      return series[0] ? [factOf(series, total, matchers)] : []
    }),
  )
  return found.flat()
}

async function factsOfEntity(
  client: Client,
  candidates: readonly string[],
  matchers: readonly EntityMatcher[],
): Promise<MetricFact[]> {
  if (candidates.length === 0 || matchers.length === 0) return []
  const named = nameSelectors(candidates)
  const match = matchers.flatMap(({ label, op, value }) =>
    named.map((names) => `{__name__=~${quoted(names)},${labelText(label)}${op}${quoted(value)}}`),
  )
  const { series, total } = await client.listSeries({ query: { match, limit: seriesMax } })
  // Of so many, whole metrics may be among those that were left out: each is asked about alone.
  if (total > series.length) return factsByName(client, candidates.slice(0, metricsMax), matchers)
  const byName = Map.groupBy(series, ({ name }) => name)
  return candidates.flatMap((name) => {
    const own = byName.get(name)
    return own ? [factOf(own, own.length, matchers)] : []
  })
}

/** Alternatives of names, each no longer than a selector may be. */
function nameSelectors(names: readonly string[]): string[] {
  const selectors: string[] = []
  for (const name of names.map(literal)) {
    const last = selectors.at(-1)
    if (last === undefined || last.length + name.length + 1 > selectorMax - 300) selectors.push(name)
    else selectors[selectors.length - 1] = `${last}|${name}`
  }
  return selectors
}

/** Of a metric's series, the conditions that some of them fit: where two labels name the thing, the clearer one is first. */
export function factOf(
  series: readonly Pick<Series, 'name' | 'kind' | 'unit' | 'labels'>[],
  total: number,
  matchers: readonly EntityMatcher[],
): MetricFact {
  const [first] = series
  const fits = matchers.filter(({ label, op, value }) => {
    const pattern = op === '=~' ? new RegExp(`^(?:${value})$`) : undefined
    return series.some(({ labels }) => {
      const own = labels[label]
      return own !== undefined && (pattern ? pattern.test(own) : own === value)
    })
  })
  return {
    ...{ name: first?.name ?? '', kind: first?.kind ?? 'UNKNOWN', unit: first?.unit ?? null, help: '' },
    ...{ series: total, labels: labelsOf(series), entity_matchers: fits.slice(0, 5) },
    ...{ example: first?.labels ?? {}, cluster_ids: ['local'] },
  }
}

const labelsOf = (series: readonly Pick<Series, 'labels'>[]): string[] =>
  [...new Set(series.slice(0, samplesMax).flatMap(({ labels }) => Object.keys(labels)))].sort()
