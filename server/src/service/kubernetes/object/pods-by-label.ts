import type { ClusterView } from '../view.ts'
import type { Pod } from './pod.ts'
import { hasLabels } from './selector.ts'

/** Finds the pods that many selectors of Services mean, without looking at each pod for each. For one pass over a view. */
export class PodsByLabel {
  readonly #view: ClusterView
  /** Of a namespace, by `key=value`. A key has no `=` in it. */
  readonly #namespaces = new Map<string, Map<string, Pod[]>>()
  constructor(view: ClusterView) {
    this.#view = view
  }

  /** Those that have all these labels; none where no label is given. */
  of(namespace: string, labels: Readonly<Record<string, string>>): Pod[] {
    const index = this.#ofNamespace(namespace)
    let fewest: Pod[] | undefined
    for (const [key, value] of Object.entries(labels)) {
      const pods = index.get(`${key}=${value}`)
      if (!pods) return []
      if (!fewest || pods.length < fewest.length) fewest = pods
    }
    return fewest?.filter((pod) => hasLabels(labels, pod.metadata.labels)) ?? []
  }

  #ofNamespace(namespace: string): Map<string, Pod[]> {
    const found = this.#namespaces.get(namespace)
    if (found) return found
    const index = new Map<string, Pod[]>()
    for (const pod of this.#view.list('Pod', namespace))
      for (const [key, value] of Object.entries(pod.metadata.labels)) {
        const pods = index.get(`${key}=${value}`)
        if (pods) pods.push(pod)
        else index.set(`${key}=${value}`, [pod])
      }
    this.#namespaces.set(namespace, index)
    return index
  }
}
