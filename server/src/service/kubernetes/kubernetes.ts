import type { TenantId } from '@aiops/contract/model/tenant'
import type { TopologyInput } from '@aiops/contract/model/topology'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { createRepeated } from '../../kernel/repeated.ts'
import { Slots } from '../../kernel/slots.ts'
import { givingWay, type Stepwise } from '../../kernel/stepwise.ts'
import { Turn } from '../../kernel/turn.ts'
import { zipOf } from '../../kernel/zip.ts'
import { onEvent } from '../../port/event-bus.ts'
import { analyze } from './analyzer/analyze.ts'
import { rules, shownRules } from './analyzer/rules.ts'
import { overviewOf, startingOverview } from './answer/cluster-overview.ts'
import { diagnosticSteps } from './answer/diagnostics.ts'
import { eventList } from './answer/event-list.ts'
import { type NodeUsage, nodeSummaries } from './answer/node-summary.ts'
import { podLogs } from './answer/pod-logs.ts'
import { type PodUsage, podPage, podSummaries } from './answer/pod-summary.ts'
import { accessAsks, missingOf, rbacManifest } from './answer/rbac.ts'
import { supportBundle } from './answer/support-bundle.ts'
import { workloadSummaries } from './answer/workload-summary.ts'
import type { KubernetesConfig } from './config.ts'
import { clusterGraph } from './graph/cluster-graph.ts'
import { ambiguityOf, entitiesOf } from './graph/entities.ts'
import { mermaidOf } from './graph/mermaid.ts'
import { networkFlows } from './graph/network-flows.ts'
import type { Kubernetes, KubernetesDeps, WatchableCluster } from './index.ts'
import { shownUsage } from './inspection.ts'
import { isKind, kindNames } from './object/kind.ts'
import { snapshotOf } from './snapshot.ts'
import { WatchedCluster } from './watched-cluster.ts'

const lookEveryMs = 5_000
const fleetEvents = [
  'CLUSTER_REGISTERED',
  'CLUSTER_UPDATED',
  'CLUSTER_DELETED',
  'CLUSTER_CREDENTIALS_UPDATED',
] as const
/** Lists under way in all clusters; one that is slow gives its place to another. */
const listsMax = 6
const listSlowMs = 5_000
const slowListsMax = 50
const mirrorEveryMs = 30_000
/** Of a question or of what the topology is told: what is told by watches meanwhile, and a step that takes longer, come on top. */
const sliceMs = 3
const nothing: TopologyInput = { entities: [], edges: [] }

/** What is known of a cluster of the fleet: it is watched, or why not. */
type Known = { cluster: WatchableCluster; watched: WatchedCluster | undefined; reason: string }

/** Watches the clusters of the fleet that may be, as many as the settings allow, and answers from what it remembers of them. */
export function createKubernetes(deps: KubernetesDeps, config: KubernetesConfig): Kubernetes {
  const { clock, log } = deps
  const known = new Map<string, Known>()
  // Clusters that are read for the first time at once would fill memory with their lists.
  const lists = new Slots(clock, { parallelMax: listsMax, slowMs: listSlowMs, slowMax: slowListsMax })
  let unsubscribe = (): void => {}

  /** Begins and ends watches so that they fit the fleet as it is now. */
  async function look(): Promise<void> {
    const clusters = [...(await deps.clusters())].sort((a, b) => (a.name < b.name ? -1 : 1))
    const ids = new Set(clusters.map((one) => keyOf(one.tenant, one.id)))
    for (const [key, { watched, cluster }] of known)
      if (!ids.has(key)) {
        known.delete(key)
        await watched?.stop()
        await deps.mirror(cluster.tenant, cluster.id, nothing)
      }
    let places = config.clusters_max
    for (const cluster of clusters) {
      const key = keyOf(cluster.tenant, cluster.id)
      const before = known.get(key)
      const reason = reasonNot(cluster, places)
      if (reason === '') places -= 1
      const goesOn = reason === '' && before?.cluster.api === cluster.api ? before?.watched : undefined
      if (!goesOn) await before?.watched?.stop()
      else if (cluster.api) goesOn.cluster = { ...cluster, api: cluster.api }
      const watched = goesOn ?? (reason === '' ? begin(cluster) : undefined)
      known.set(key, { cluster, watched, reason })
      if (watched !== goesOn) await watched?.start()
      else if (before?.cluster.version !== cluster.version) await watched?.rewatch()
    }
    const share = config.memories_bytes_max / Math.max(1, config.clusters_max - places)
    for (const { watched } of known.values()) watched?.memory.limit(share)
  }
  function begin(cluster: WatchableCluster): WatchedCluster | undefined {
    const { api } = cluster
    return (
      api && new WatchedCluster({ ...deps, lists, place: () => mirroring.now() }, config, { ...cluster, api })
    )
  }
  const reasonNot = ({ api, reason, type }: WatchableCluster, places: number): string => {
    if (!config.cluster_types.includes(type))
      return `Clusters of type ${type} are not watched (kubernetes.cluster_types).`
    if (!api) return reason
    return places > 0
      ? ''
      : `${config.clusters_max} clusters are watched already, and kubernetes.clusters_max allows no more.`
  }
  /** Tells the topology what is in the clusters; names that several have are told apart. */
  async function mirrorAll(): Promise<void> {
    const listed = [...known.values()].flatMap(({ watched }) => (watched?.isListed ? [watched] : []))
    for (const tenant of new Set(listed.map(({ cluster }) => cluster.tenant))) {
      const own = listed.filter(({ cluster }) => cluster.tenant === tenant)
      const isAmbiguous = await inTurn(ambiguityOf(own.map(({ memory }) => memory.view())))
      for (const watched of own) {
        const { memory, cluster } = watched
        const { topology } = await inTurn(entitiesOf(memory.view(), cluster, isAmbiguous))
        await deps.mirror(tenant, cluster.id, topology)
        watched.isPlaced = true
      }
    }
  }
  const looking = createRepeated(clock, lookEveryMs, look, (error) =>
    log.error({ problem: messageOf(error) }, 'the fleet could not be looked at'),
  )
  const mirroring = createRepeated(clock, mirrorEveryMs, mirrorAll, (error) =>
    log.error({ problem: messageOf(error) }, 'the topology could not be told'),
  )
  const knownOf = (tenant: TenantId, id: string): Known => {
    const found = known.get(keyOf(tenant, id))
    if (found) return found
    if (!deps.exists(tenant, id))
      throw new Fault('CLUSTER_NOT_FOUND', `There is no cluster ${id.slice(0, 128)}.`)
    throw new Fault('CLUSTER_NOT_WATCHED', 'The cluster was added only now; ask again in a moment.')
  }
  const watchedOf = (tenant: TenantId, id: string): WatchedCluster => {
    const { watched, cluster, reason } = knownOf(tenant, id)
    if (watched?.isListed) return watched
    throw new Fault(
      'CLUSTER_NOT_WATCHED',
      watched
        ? `${cluster.name} is being read for the first time; ask again in a moment.`
        : `The inside of ${cluster.name} is not known. ${reason}`,
    )
  }
  const viewOf = (tenant: TenantId, id: string, atMs?: number) => {
    const { memory } = watchedOf(tenant, id)
    return atMs === undefined ? memory.view() : memory.viewAt(atMs)
  }
  const inTurn = <T>(work: Stepwise<T>): Promise<T> => {
    const turn = new Turn(clock, sliceMs)
    return givingWay(work, async () => {
      if (turn.due()) await turn.give()
    })
  }

  return {
    async start() {
      unsubscribe = onEvent(deps.bus, 'kubernetes', fleetEvents, () => looking.now())
      looking.now()
      await looking.start()
      await mirroring.start()
    },
    async stop() {
      unsubscribe()
      await Promise.all([looking.stop(), mirroring.stop()])
      await Promise.all([...known.values()].map(({ watched }) => watched?.stop()))
      known.clear()
    },
    async overview(tenant, id) {
      const found = known.get(keyOf(tenant, id))
      if (!found && deps.exists(tenant, id)) return startingOverview(id)
      const { watched, reason } = found ?? knownOf(tenant, id)
      return inTurn(overviewOf(id, watched, reason))
    },
    pods(tenant, id, { atMs, ...selection }) {
      const { memory } = watchedOf(tenant, id)
      const usageOf: PodUsage = (namespace, name) =>
        atMs === undefined ? shownUsage(memory.usageOfPod(namespace, name)) : null
      return inTurn(podSummaries(viewOf(tenant, id, atMs), selection, usageOf))
    },
    podPage(tenant, id, { atMs, ...selection }, page) {
      const { memory } = watchedOf(tenant, id)
      const usageOf: PodUsage = (namespace, name) =>
        atMs === undefined ? shownUsage(memory.usageOfPod(namespace, name)) : null
      return inTurn(podPage(viewOf(tenant, id, atMs), selection, page, usageOf))
    },
    nodes(tenant, id, atMs) {
      const { memory } = watchedOf(tenant, id)
      const usageOf: NodeUsage = (name) => (atMs === undefined ? shownUsage(memory.usageOfNode(name)) : null)
      return inTurn(nodeSummaries(viewOf(tenant, id, atMs), usageOf))
    },
    workloads: (tenant, id, filter) => inTurn(workloadSummaries(viewOf(tenant, id), filter)),
    events: async (tenant, id, filter) => inTurn(eventList(viewOf(tenant, id), filter)),
    changes: (tenant, id, filter) => watchedOf(tenant, id).memory.changes(filter),
    changesInTurn: async (tenant, id, filter) => inTurn(watchedOf(tenant, id).memory.changeSteps(filter)),
    object(tenant, id, { kind, namespace, name }, atMs) {
      const view = viewOf(tenant, id, atMs)
      if (!isKind(kind)) throw new Fault('NOT_FOUND', `${kind.slice(0, 128)} is no kind that is watched.`)
      const object = view.get(kind, namespace, name)
      const history = watchedOf(tenant, id).memory.history({ kind, namespace, name })
      if (!object && history.length === 0)
        throw new Fault('NOT_FOUND', `There is no ${kind} ${namespace === '' ? '' : `${namespace}/`}${name}.`)
      return { atMs: view.timeMs, object: { kind, ...(object ?? {}) }, history }
    },
    async logs(tenant, id, filter) {
      const { memory, cluster } = watchedOf(tenant, id)
      return podLogs(memory, cluster.api, filter)
    },
    graph: (tenant, id, { atMs, ...ask }) => inTurn(clusterGraph(viewOf(tenant, id, atMs), ask)),
    diagram: (tenant, id, ask) => inTurn(mermaidOf(viewOf(tenant, id), ask)),
    network: (tenant, id, ask) => inTurn(networkFlows(viewOf(tenant, id), ask)),
    async diagnostics(tenant, id) {
      const { watched } = knownOf(tenant, id)
      const view = watched?.isListed ? watched.memory.view() : snapshotOf([], { unknown: kindNames })
      return inTurn(diagnosticSteps(view, watched && reachOf(watched)))
    },
    async supportBundle(tenant, id, { namespace, problemStatement }) {
      const watched = watchedOf(tenant, id)
      const { cluster, memory, keeper } = watched
      const view = memory.view()
      const bundle = await inTurn(
        supportBundle({
          ...{ view, cluster: { id, name: cluster.name }, version: deps.version, createdMs: clock.now() },
          ...{ problemStatement, namespace, findings: keeper.findings },
          checks: await inTurn(diagnosticSteps(view, reachOf(watched))),
        }),
      )
      return zipOf(
        [...bundle.files].map(([path, content]) => ({ path, content })),
        clock.now(),
      )
    },
    async rbac(tenant, id) {
      const { cluster } = knownOf(tenant, id)
      const asks = accessAsks()
      const missing = cluster.api ? missingOf(asks, await cluster.api.allowed(asks)) : []
      return { manifest: rbacManifest(), missing }
    },
    findings: (tenant) =>
      [...known.values()].flatMap(({ cluster, watched }) =>
        cluster.tenant === tenant && watched ? watched.keeper.findings : [],
      ),
    rules: shownRules,
    async analyze(tenant, id, { namespace, atMs }) {
      const { cluster } = watchedOf(tenant, id)
      const view = viewOf(tenant, id, atMs)
      const { findings, unknown } = await analyze(view, cluster, rules, {
        ...{ turn: new Turn(clock, sliceMs), namespace: namespace || undefined },
      })
      return { findings, unknown, atMs: view.timeMs }
    },
    view(tenant, id) {
      const watched = known.get(keyOf(tenant, id))?.watched
      return watched?.isListed ? watched.memory.view() : undefined
    },
  }
}

/** Undefined before anything is known of it. */
function reachOf({ watch, isListed }: WatchedCluster): { reachable: boolean; message: string } | undefined {
  const failing = watch.state().find(({ state }) => state === 'FAILING')
  if (failing) return { reachable: false, message: failing.message }
  return isListed ? { reachable: true, message: '' } : undefined
}

const keyOf = (tenant: TenantId, id: string): string => JSON.stringify([tenant, id])
