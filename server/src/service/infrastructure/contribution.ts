import type { Labels } from '@aiops/contract/model/label'
import { keyOf } from './cluster-key.ts'
import type { ObservedCluster, Sample } from './index.ts'

/** What one cluster's backend knows of another cluster, as a central store to which senders of many clusters push. */
export type Contribution = { timeMs: number; samples: readonly Sample[] }

/** Parts samples by their label `cluster`, where that is the name of another observed cluster of the tenant. */
export function contributionsOf(
  samples: readonly Sample[],
  cluster: Pick<ObservedCluster, 'tenant' | 'id' | 'name'>,
  keyNamed: (name: string) => string | undefined,
): { own: Sample[]; others: Map<string, Sample[]> } {
  const own: Sample[] = []
  const others = new Map<string, Sample[]>()
  const keys = new Map<string, string | undefined>()
  for (const sample of samples) {
    const name = sample.labels.cluster
    const key = name === undefined || name === cluster.name ? undefined : known(keys, name, keyNamed)
    if (key === undefined || key === keyOf(cluster)) {
      own.push(sample)
      continue
    }
    const of = others.get(key)
    if (of) of.push(sample)
    else others.set(key, [sample])
  }
  return { own, others }
}

/** A cluster's own samples, and of others' those of metrics that it does not tell itself. Old contributions are forgotten. */
export function merged(
  own: readonly Sample[],
  contributions: Map<string, Contribution>,
  freshMs: number,
): readonly Sample[] {
  if (contributions.size === 0) return own
  const names = new Set(own.map(({ labels }) => labels.__name__))
  const samples = [...own]
  for (const [from, contribution] of contributions) {
    if (contribution.timeMs < freshMs) contributions.delete(from)
    else
      for (const sample of contribution.samples)
        if (!names.has(sample.labels.__name__))
          samples.push({ ...sample, labels: withoutCluster(sample.labels) })
  }
  return samples
}

function withoutCluster({ cluster: _, ...labels }: Labels): Labels {
  return labels
}

function known(
  keys: Map<string, string | undefined>,
  name: string,
  keyNamed: (name: string) => string | undefined,
): string | undefined {
  if (!keys.has(name)) keys.set(name, keyNamed(name))
  return keys.get(name)
}
