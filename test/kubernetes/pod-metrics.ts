import type { Clock } from '../../server/src/kernel/clock.ts'
import type { RawObject } from '../../server/src/port/cluster-api.ts'
import type { MetricsState } from './discovery.ts'
import { labelMatcher } from './selector.ts'
import { noPath, Refusal } from './status.ts'
import type { Store } from './store.ts'
import { wireTime } from './write.ts'

export type Usage = { cpuNanocores: number; memoryKibibytes: number }
type Sources = { store: Store; clock: Clock }

/** metrics.k8s.io: what pods and nodes use, in the quantities of the real metrics server. */
export class PodMetrics {
  state: MetricsState = 'present'
  /** By `namespace/pod/container`; what is not named uses 1m and 16Mi. */
  readonly usage = new Map<string, Usage>()
  readonly #sources: Sources
  constructor(sources: Sources) {
    this.#sources = sources
  }
  /** Throws 503 where the aggregated server is down. */
  check(): void {
    if (this.state === 'absent') throw noPath()
    if (this.state === 'down')
      throw new Refusal(503, 'ServiceUnavailable', 'the server is currently unable to handle the request')
  }
  answer(path: string, query: URLSearchParams): object {
    this.check()
    const [, namespace, name] = /^(?:namespaces\/([^/]+)\/)?pods(?:\/([^/]+))?$/.exec(path) ?? []
    const matches = labelMatcher(query.get('labelSelector'))
    const pods = this.#sources.store
      .list('/pods')
      .filter((pod) => (namespace === undefined || pod.namespace === namespace) && matches(pod))
      .filter(({ object }) => (object.status as { phase?: string } | undefined)?.phase === 'Running')
    if (/(^|\/)pods/.test(path)) {
      const items = pods
        .filter((pod) => name === undefined || pod.name === name)
        .map(({ object }) => this.#pod(object))
      if (name !== undefined && items.length === 0)
        throw new Refusal(404, 'NotFound', `podmetrics.metrics.k8s.io "${namespace}/${name}" not found`)
      return name === undefined ? list('PodMetricsList', items) : (items[0] ?? {})
    }
    const node = /^nodes(?:\/(.+))?$/.exec(path)
    if (!node) throw noPath()
    const nodes = this.#sources.store.list('/nodes').filter(matches)
    const items = nodes
      .filter((one) => node[1] === undefined || one.name === node[1])
      .map(({ object }) => {
        const own = pods.filter(
          (pod) => (pod.object.spec as { nodeName?: string }).nodeName === nameOf(object),
        )
        return {
          kind: 'NodeMetrics',
          ...this.#head(object),
          usage: wire(sum(own.flatMap((pod) => this.#containers(pod.object)))),
        }
      })
    if (node[1] === undefined) return list('NodeMetricsList', items)
    if (!items[0]) throw new Refusal(404, 'NotFound', `nodemetrics.metrics.k8s.io "${node[1]}" not found`)
    return items[0]
  }
  #pod(pod: RawObject): RawObject {
    const containers = this.#containers(pod).map(({ name, ...usage }) => ({ name, usage: wire(usage) }))
    return { kind: 'PodMetrics', ...this.#head(pod), containers }
  }
  #containers(pod: RawObject): ({ name: string } & Usage)[] {
    const { namespace, name } = pod.metadata as { namespace: string; name: string }
    return ((pod.spec as { containers?: { name: string }[] }).containers ?? []).map((container) => ({
      name: container.name,
      ...(this.usage.get(`${namespace}/${name}/${container.name}`) ?? {
        cpuNanocores: 1_000_000,
        memoryKibibytes: 16_384,
      }),
    }))
  }
  #head(object: RawObject): RawObject {
    const { name, namespace, labels } = object.metadata as RawObject
    return {
      apiVersion: 'metrics.k8s.io/v1beta1',
      metadata: { name, ...(namespace ? { namespace } : {}), labels },
      timestamp: wireTime(this.#sources.clock.now()),
      window: '15s',
    }
  }
}

const nameOf = (object: RawObject): string => (object.metadata as { name: string }).name
const sum = (all: readonly Usage[]): Usage => ({
  cpuNanocores: all.reduce((total, one) => total + one.cpuNanocores, 0),
  memoryKibibytes: all.reduce((total, one) => total + one.memoryKibibytes, 0),
})
const wire = ({ cpuNanocores, memoryKibibytes }: Usage) => ({
  cpu: `${cpuNanocores}n`,
  memory: `${memoryKibibytes}Ki`,
})
const list = (kind: string, items: RawObject[]) => ({
  kind,
  apiVersion: 'metrics.k8s.io/v1beta1',
  metadata: {},
  items,
})
