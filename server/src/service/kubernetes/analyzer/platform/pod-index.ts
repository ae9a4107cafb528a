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

class LabelIndex implements PodIndex {
  readonly #view: ClusterView
  /** Of namespaces in which a selector without labels was asked for. */
  readonly #live = new Map<string, readonly Pod[]>()
  readonly #templates = new Map<string, readonly Template[]>()

  constructor(view: ClusterView) {
    this.#view = view
  }

  matching(namespace: string, selector: Selector): readonly Pod[] {
    const labelled = this.#labelled(namespace, selector)
    return selector.matchExpressions.length === 0
      ? labelled
      : labelled.filter((pod) => selects(selector, pod.metadata.labels))
  }

  has(namespace: string, selector: Selector): boolean {
    return this.#labelled(namespace, selector).some((pod) => selects(selector, pod.metadata.labels))
  }

  carrying(namespace: string, key: string, value: string): number {
    return this.#view.podsWith(namespace, { [key]: value }).filter(isLive).length
  }

  templates(namespace: string): readonly Template[] {
    const kept = this.#templates.get(namespace)
    if (kept) return kept
    const made = templatesOf(this.#view, namespace)
    this.#templates.set(namespace, made)
    return made
  }

  #labelled(namespace: string, { matchLabels }: Selector): readonly Pod[] {
    for (const _ in matchLabels) return this.#view.podsWith(namespace, matchLabels).filter(isLive)
    const kept = this.#live.get(namespace)
    if (kept) return kept
    const made = this.#view.list('Pod', namespace).filter(isLive)
    this.#live.set(namespace, made)
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
