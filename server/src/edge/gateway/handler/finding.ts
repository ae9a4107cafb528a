import type { Finding } from '@aiops/contract/model/finding'
import { severities } from '@aiops/contract/model/severity'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'
import { pageOf } from './paging.ts'

type Ids = 'listFindings' | 'getFinding' | 'listFindingRules' | 'analyzeCluster'

/** What the analyzers of clusters, GPUs and network functions find. */
export function findingHandlers({ kubernetes, infrastructure, clock }: HandlerDeps): {
  [K in Ids]: Handler<K>
} {
  const all = (tenant: string): Finding[] => [
    ...kubernetes.findings(tenant),
    ...infrastructure.findings(tenant),
  ]
  return {
    async listFindings({ query: { page, page_size, ...filter } }, { tenant }) {
      const text = filter.search.toLowerCase()
      const named = all(tenant).filter(
        (one) =>
          (filter.namespace === '' || one.object.namespace === filter.namespace) &&
          (filter.kind === '' || one.object.kind === filter.kind) &&
          (one.title.toLowerCase().includes(text) || one.object.name.toLowerCase().includes(text)),
      )
      const left = (without?: Facet): Finding[] =>
        named.filter((one) =>
          facets.every((facet) => facet === without || oneOf<string>(chosenOf(filter, facet), one[facet])),
        )
      return {
        ...pageOf(left().sort(worstFirst), page, page_size),
        by_severity: counts(left('severity'), ({ severity }) => severity),
        by_analyzer: counts(left('analyzer'), ({ analyzer }) => analyzer),
        by_cluster: counts(left('cluster_id'), ({ cluster_id }) => cluster_id),
        by_area: counts(left('area'), ({ area }) => area),
        by_rule: counts(left('rule'), ({ rule }) => rule),
      }
    },
    async getFinding({ params }, { tenant }) {
      const found = all(tenant).find(({ id }) => id === params.id)
      if (!found) throw new Fault('NOT_FOUND', 'There is no such finding, or it ended.')
      return found
    },
    listFindingRules: async () => ({
      rules: [
        ...kubernetes.rules().map((rule) => ({ ...rule, area: 'KUBERNETES' as const })),
        ...infrastructure.rules(),
      ],
    }),
    async analyzeCluster({ params, body }, { tenant }) {
      const startMs = clock.monotonic()
      const atMs = body.at === undefined ? undefined : Date.parse(body.at)
      const found = await kubernetes.analyze(tenant, params.id, { namespace: body.namespace, atMs })
      const { findings, unknown } = found
      const timeMs = Math.round((clock.monotonic() - startMs) * 10) / 10
      return { findings: findings.toSorted(worstFirst), unknown, time_ms: timeMs, at: isoTime(found.atMs) }
    },
  }
}

const facets = ['cluster_id', 'severity', 'area', 'analyzer', 'rule'] as const
type Facet = (typeof facets)[number]
type Chosen = Record<Exclude<Facet, 'cluster_id'> | 'cluster_ids', readonly string[]>
const chosenOf = (filter: Chosen, facet: Facet): readonly string[] =>
  filter[facet === 'cluster_id' ? 'cluster_ids' : facet]

const oneOf = <T>(wanted: readonly T[], value: T): boolean => wanted.length === 0 || wanted.includes(value)

/** Then the one that goes on longest. */
const worstFirst = (a: Finding, b: Finding): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
  sinceMs(a) - sinceMs(b) ||
  (a.id < b.id ? -1 : 1)
const sinceMs = ({ since, found_at }: Finding): number => Date.parse(since ?? found_at)

function counts<K extends string>(found: readonly Finding[], of: (one: Finding) => K): Record<K, number> {
  const sums: Record<string, number> = Object.create(null)
  for (const one of found) sums[of(one)] = (sums[of(one)] ?? 0) + 1
  return { ...sums } as Record<K, number>
}
