import { type EntityId, type EntityKind, entityId } from '@aiops/contract/model/entity'
import type { EdgeType, TopologyInput } from '@aiops/contract/model/topology'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import { isTerminal } from '../answer/pod-status.ts'
import { workloadKinds } from '../answer/workload-summary.ts'
import { controllerOf, ownerFinder } from '../object/owner.ts'
import type { ClusterView } from '../view.ts'
import { mountsOf } from './mounts.ts'

/** Whether a name of this kind means more than one thing. */
export type Ambiguity = (kind: EntityKind, name: string) => boolean

/**
 * Names that occur twice, in two namespaces or two clusters. Telemetry says `pod="db-0"` and no more, so that things alike in name could
 * not be told apart: better that telemetry of such a name joins none of them than the wrong one. A step is 1,024 pods.
 */
export function* ambiguityOf(views: Iterable<ClusterView>): Stepwise<Ambiguity> {
  const seen = new Set<string>()
  const twice = new Set<string>()
  const add = (kind: EntityKind, name: string): void => {
    const key = `${kind}/${name}`
    if (seen.has(key)) twice.add(key)
    else seen.add(key)
  }
  for (const view of views) {
    for (const { metadata } of view.list('Node')) add('node', metadata.name)
    for (const [i, pod] of view.list('Pod').entries()) {
      if (i % 1_024 === 1_023) yield
      if (!isTerminal(pod)) add('pod', pod.metadata.name)
    }
    for (const { metadata } of view.list('Service')) add('service', metadata.name)
  }
  return (kind, name) => twice.has(`${kind}/${name}`)
}

/**
 * A cluster's part of the topology that detection and causes go by. Pods, nodes and Services are called as telemetry calls them
 * (`entityOf`), with cluster and namespace where that is ambiguous; workloads and namespaces, which no telemetry names, always so.
 * `source` needs `target`: a Service its pods and what makes them, a workload its pods, a pod its node. A step is 256 things, or 128 pods of
 * Services.
 */
export function* entitiesOf(
  view: ClusterView,
  cluster: { name: string },
  ambiguity?: Ambiguity,
): Stepwise<{ topology: TopologyInput; truncated: boolean }> {
  const draft = new TopologyDraft(cluster.name, ambiguity ?? (yield* ambiguityOf([view])))
  let seen = 0
  for (const { metadata } of view.list('Namespace')) draft.add('namespace', '', metadata.name)
  for (const { metadata } of view.list('Node')) {
    draft.link(draft.cluster, draft.add('node', '', metadata.name), 'OWNS')
  }
  for (const kind of workloadKinds)
    for (const workload of view.list(kind)) {
      if (++seen % 256 === 0) yield
      if (!controllerOf(workload)) draft.workload(kind, workload.metadata.namespace, workload.metadata.name)
    }
  yield* addPods(view, draft)
  const ownerOf = ownerFinder(view)
  for (const { metadata, spec } of view.list('Service')) {
    if (++seen % 16 === 0) yield
    const id = draft.add('service', metadata.namespace, metadata.name, addressOf(spec.clusterIP))
    const makers = new Set<EntityId>()
    for (const pod of view.podsWith(metadata.namespace, spec.selector)) {
      if (++seen % 128 === 0) yield
      draft.link(id, draft.idOf('pod', metadata.namespace, pod.metadata.name), 'SELECTS')
      const owner = isTerminal(pod) ? undefined : ownerOf(pod)
      if (owner && owner.namespace !== '')
        makers.add(draft.workload(owner.kind, metadata.namespace, owner.name))
    }
    for (const maker of makers) draft.link(id, maker, 'DEPENDS')
  }
  yield* addMounts(view, draft)
  return { topology: draft.topology, truncated: draft.truncated }
}

function* addPods(view: ClusterView, draft: TopologyDraft): Stepwise<void> {
  const ownerOf = ownerFinder(view)
  for (const [i, pod] of view.list('Pod').entries()) {
    if (i % 256 === 255) yield
    if (isTerminal(pod)) continue
    const { namespace, name } = pod.metadata
    const { spec, status } = pod
    // On the network of its node its address is the node's.
    const id = draft.add('pod', namespace, name, spec.hostNetwork ? '' : addressOf(status.podIP))
    if (pod.spec.nodeName) draft.link(id, draft.idOf('node', '', pod.spec.nodeName), 'RUNS_ON')
    const owner = ownerOf(pod)
    if (owner && owner.namespace !== '')
      draft.link(draft.workload(owner.kind, namespace, owner.name), id, 'OWNS')
  }
}

/** Last, so that where there is no room for all the rest comes first. */
function* addMounts(view: ClusterView, draft: TopologyDraft): Stepwise<void> {
  for (const [i, pod] of view.list('Pod').entries()) {
    if (i % 256 === 255) yield
    if (isTerminal(pod)) continue
    const { namespace, name } = pod.metadata
    const id = draft.idOf('pod', namespace, name)
    for (const mount of mountsOf(pod)) draft.link(id, draft.add(mount.kind, namespace, mount.name), 'MOUNTS')
  }
}

/** As `TopologyInput` takes them. */
const [entitiesMax, edgesMax] = [50_000, 200_000]
const addressOf = (ip = ''): string => (/^[\da-fA-F.:]{3,45}$/.test(ip) ? ip : '')
/** Of an object; what is called otherwise could not be said in an id. */
const isName = (name: string): boolean => /^[A-Za-z0-9][\w.:-]{0,252}$/.test(name)

class TopologyDraft {
  readonly topology: TopologyInput = { entities: [], edges: [] }
  readonly cluster: EntityId
  truncated = false
  readonly #name: string
  readonly #isAmbiguous: Ambiguity
  readonly #there = new Set<EntityId>()
  constructor(name: string, isAmbiguous: Ambiguity) {
    this.#name = name
    this.#isAmbiguous = isAmbiguous
    this.cluster = entityId('cluster', name)
    this.#put(this.cluster, {})
  }

  idOf(kind: EntityKind, namespace: string, name: string): EntityId {
    const isPlain =
      (kind === 'pod' || kind === 'node' || kind === 'service') && !this.#isAmbiguous(kind, name)
    return entityId(
      kind,
      isPlain ? name : [this.#name, namespace, name].filter((part) => part !== '').join('/'),
    )
  }

  /** `ip` is how flows of the network call it. */
  add(kind: EntityKind, namespace: string, name: string, ip = ''): EntityId {
    const id = this.idOf(kind, namespace, name)
    if (isName(name))
      this.#put(id, { ...(namespace === '' ? {} : { namespace }), ...(ip === '' ? {} : { ip }) })
    return id
  }

  workload(kind: string, namespace: string, name: string): EntityId {
    const id = entityId('workload', `${this.#name}/${namespace}/${kind}/${name}`)
    if (this.#there.has(id) || !isName(name) || !isName(kind)) return id
    this.#put(id, { namespace, kind })
    this.link(this.idOf('namespace', '', namespace), id, 'OWNS')
    return id
  }

  link(source: EntityId, target: EntityId, type: EdgeType): void {
    if (!this.#there.has(source) || !this.#there.has(target)) return
    if (this.topology.edges.length >= edgesMax) this.truncated = true
    else this.topology.edges.push({ source, target, type })
  }

  #put(id: EntityId, labels: Record<string, string>): void {
    if (this.#there.has(id)) return
    if (this.#there.size >= entitiesMax) {
      this.truncated = true
      return
    }
    this.#there.add(id)
    this.topology.entities.push({ id, labels: { cluster: this.#name, ...labels } })
  }
}
