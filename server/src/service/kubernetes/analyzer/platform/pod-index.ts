import type { Selector } from '../../object/meta.ts'
import type { Pod } from '../../object/pod.ts'
import { selects } from '../../object/selector.ts'
import type { ClusterView, ObjectRef } from '../../view.ts'
import { refOf } from '../rule.ts'

type Labels = Readonly<Record<string, string>>

/** What a controller makes pods from. */
export type Template = { ref: ObjectRef; labels: Labels; replicas: number; ports: readonly string[] }

/** Pods by their labels, so that a thousand selectors over a thousand pods are not a million comparisons. */
export interface PodIndex {
  /** Pods of a namespace that a selector chooses, finished ones left out. */
  matching(namespace: string, selector: Selector): readonly Pod[]
  /** Whether there is one. */
  has(namespace: string, selector: Selector): boolean
  /** How many pods of a namespace carry a label. */
  carrying(namespace: string, key: string, value: string): number
  /** Deployments, StatefulSets, DaemonSets and ReplicaSets that nothing controls. */
  templates(namespace: string): readonly Template[]
}

const indexes = new WeakMap<ClusterView, { timeMs: number; index: PodIndex }>()

/** One index serves all rules that look at a view at one moment. */
export function podIndexOf(view: ClusterView): PodIndex {
  const kept = indexes.get(view)
  if (kept && kept.timeMs === view.timeMs) return kept.index
  const index = new LabelIndex(view)
  indexes.set(view, { timeMs: view.timeMs, index })
  return index
}

/** A Service's selector knows equality alone. */
export const equality = (matchLabels: Labels): Selector => ({ matchLabels, matchExpressions: [] })

type ByLabel = Map<string, Map<string, Pod[]>>

class LabelIndex implements PodIndex {
  readonly #view: ClusterView
  readonly #byNamespace = new Map<string, { pods: Pod[]; byLabel: ByLabel }>()
  readonly #templates = new Map<string, readonly Template[]>()

  constructor(view: ClusterView) {
    this.#view = view
  }

  matching(namespace: string, selector: Selector): readonly Pod[] {
    const fewest = this.#fewest(namespace, selector)
    return fewest.filter((pod) => selects(selector, pod.metadata.labels))
  }

  has(namespace: string, selector: Selector): boolean {
    return this.#fewest(namespace, selector).some((pod) => selects(selector, pod.metadata.labels))
  }

  carrying(namespace: string, key: string, value: string): number {
    return this.#of(namespace).byLabel.get(key)?.get(value)?.length ?? 0
  }

  templates(namespace: string): readonly Template[] {
    const kept = this.#templates.get(namespace)
    if (kept) return kept
    const made = templatesOf(this.#view, namespace)
    this.#templates.set(namespace, made)
    return made
  }

  /** Those that carry the rarest of its labels. */
  #fewest(namespace: string, { matchLabels }: Selector): readonly Pod[] {
    const { pods, byLabel } = this.#of(namespace)
    let fewest: readonly Pod[] = pods
    for (const key in matchLabels) {
      const carriers = byLabel.get(key)?.get(matchLabels[key] ?? '') ?? []
      if (carriers.length < fewest.length) fewest = carriers
    }
    return fewest
  }

  #of(namespace: string): { pods: Pod[]; byLabel: ByLabel } {
    const kept = this.#byNamespace.get(namespace)
    if (kept) return kept
    const pods = this.#view.list('Pod', namespace).filter(isLive)
    const byLabel: ByLabel = new Map()
    for (const pod of pods) {
      const { labels } = pod.metadata
      for (const key in labels) {
        const values = byLabel.get(key) ?? new Map<string, Pod[]>()
        byLabel.set(key, values)
        const carriers = values.get(labels[key]!)
        if (carriers) carriers.push(pod)
        else values.set(labels[key]!, [pod])
      }
    }
    const made = { pods, byLabel }
    this.#byNamespace.set(namespace, made)
    return made
  }
}

/** Neither finished nor failed. */
export const isLive = ({ status }: Pod): boolean => status.phase !== 'Succeeded' && status.phase !== 'Failed'

export const isReady = ({ status }: Pod): boolean =>
  status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')

function templatesOf(view: ClusterView, namespace: string): Template[] {
  const of = (kind: 'Deployment' | 'StatefulSet' | 'ReplicaSet') =>
    view
      .list(kind, namespace)
      .flatMap((one): Template[] =>
        one.metadata.ownerReferences.some(({ controller }) => controller)
          ? []
          : [{ ref: refOf(kind, one), replicas: one.spec.replicas ?? 1, ...templateOf(one.spec.template) }],
      )
  const daemons = view.list('DaemonSet', namespace).map((one) => ({
    ref: refOf('DaemonSet', one),
    replicas: one.status.desiredNumberScheduled ?? 0,
    ...templateOf(one.spec.template),
  }))
  return [...of('Deployment'), ...of('StatefulSet'), ...of('ReplicaSet'), ...daemons]
}

const templateOf = (template: {
  metadata: { labels: Labels }
  spec: Pod['spec']
}): Pick<Template, 'labels' | 'ports'> => ({
  labels: template.metadata.labels,
  ports: template.spec.containers.flatMap(({ ports }) => ports.flatMap(({ name }) => name ?? [])),
})
