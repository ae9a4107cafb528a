/** The past of the stand-in's topology, and what was done to it. */
import type { Change } from '@aiops/contract/model/change'
import type { Topology } from '@aiops/contract/model/topology'
import type { Input } from './refusal.ts'
import { onsetMs } from './signal.ts'

const hourMs = 3_600_000
const iso = (ms: number): string => new Date(ms).toISOString()

export function pastHandlers(empty: boolean, now: () => Topology) {
  const asOf = (at: string) => {
    const isGap = Math.abs(Date.parse(at) - (Date.now() - 20 * hourMs)) < hourMs
    return {
      at,
      known: isGap ? ('GAP' as const) : ('RECORDED' as const),
      sentence: isGap ? 'The program did not run then; this is what was last known before.' : null,
    }
  }
  return {
    getTopology: ({ query }: Input): Topology => {
      const [at] = query.at ?? []
      if (at === undefined) return now()
      const { entities, edges } = now()
      const before = entities.filter(({ name }) => name !== 'inventory')
      const ids = new Set(before.map(({ id }) => id))
      return {
        entities: before,
        edges: edges.filter(({ source, target }) => ids.has(source) && ids.has(target)),
        as_of: asOf(at),
      }
    },
    getTopologyTimes: () => ({
      kept_from: empty ? null : iso(Date.now() - 48 * hourMs),
      kept_until: empty ? null : iso(Date.now()),
      retention: '30d',
      gaps: [{ start: iso(Date.now() - 21 * hourMs), end: iso(Date.now() - 19 * hourMs) }],
      moments: [2, 9, 10, 11, 26, 40].map((hours, i) => ({
        at: iso(Date.now() - hours * hourMs),
        ...{ added: i + 1, removed: i % 2, changed: i * 3 },
      })),
      step_seconds: 864,
    }),
    diffTopology: ({ query }: Input) => {
      const { entities, edges } = now()
      const added = {
        entities: entities.filter(({ name }) => name === 'inventory'),
        edges: edges.filter(({ source, target }) => `${source} ${target}`.includes('inventory')),
      }
      const first = edges[0]
      const changed = first
        ? [{ edge: first, before: first, after: { ...first, error_ratio: 0.2, mean_ms: 900 } }]
        : []
      return {
        ...{ from: asOf(query.from?.[0] ?? ''), to: asOf(iso(Date.now())), added, changed },
        removed: { entities: [], edges: [] },
        totals: {
          ...{ added_entities: added.entities.length, added_edges: added.edges.length },
          ...{ removed_entities: 0, removed_edges: 0, changed: changed.length },
        },
      }
    },
    listChanges: ({ query }: Input) => {
      const items = empty || query.entity?.[0] !== 'service/payments' ? [] : changes
      return { items, total: items.length, page: 1, page_size: 20, total_pages: 1 }
    },
  }
}

const changes: Change[] = [
  { kind: 'ROLLOUT' as const, source: 'GITHUB' as const, summary: 'payments 1.4.2 → 1.5.0', before: 40_000 },
  {
    kind: 'CHAOS' as const,
    source: 'CHAOS' as const,
    summary: 'pod-network-latency on payments',
    before: 4_000,
  },
].map(({ kind, source, summary, before }, i) => ({
  ...{ id: `c${i}`, tenant_id: 'default', at: iso(onsetMs - before), kind, source, summary },
  ...{ entities: ['service/payments'], object: null, fields: [], actor: 'dana' },
  url: i === 0 ? 'https://github.example/shop/actions/1' : 'javascript:alert(1)',
}))
