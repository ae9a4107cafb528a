import type { Finding } from '@aiops/contract/model/finding'

export const isoAgo = (ms: number): string => new Date(Date.now() - ms).toISOString()

/** The same numbers for the same seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = (seed + 1) * 0x9e3779b9
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

type Part = Pick<Finding, 'rule' | 'analyzer' | 'severity' | 'title' | 'object'> & {
  source: string
  text: string
  command: string
  minutes?: number
}

export function infrastructureFinding(
  cluster: { cluster_id: string; cluster_name: string },
  area: Finding['area'],
  part: Part,
): Finding {
  const since = isoAgo((part.minutes ?? 4 + (part.title.length % 90)) * 60_000)
  return {
    id: `${area.toLowerCase()}:${cluster.cluster_id}:${part.rule}:${part.object.name}`,
    ...{ tenant_id: 'default', cluster_id: cluster.cluster_id, cluster_name: cluster.cluster_name, area },
    ...{ analyzer: part.analyzer, rule: part.rule, severity: part.severity, title: part.title },
    ...{ object: part.object, parent: null, since, found_at: since },
    evidence: [
      { kind: 'METRIC', object: part.object, source: part.source, text: part.text, at: isoAgo(2_000) },
    ],
    causes: [],
    remediation: [
      { text: 'Look first at what depends on it.', command: null },
      { text: 'Nothing is changed as it stands.', command: part.command },
    ],
    ...{
      documentation_url: 'https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html',
      alert_name: null,
    },
  }
}
