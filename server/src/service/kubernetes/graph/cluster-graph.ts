import type { ClusterGraph } from '@aiops/contract/model/kubernetes'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import { refOf } from '../analyzer/rule.ts'
import { nodeProblems } from '../answer/node-summary.ts'
import { podStatus } from '../answer/pod-status.ts'
import { workloadSummary } from '../answer/workload-summary.ts'
import type { Kind, KubeObject, ObjectOf } from '../object/kind.ts'
import { controllerOf } from '../object/owner.ts'
import type { ClusterView } from '../view.ts'
import { GraphDraft } from './graph-draft.ts'
import { linkNetwork, linkPods, linkScalers, linkWorkloads } from './graph-links.ts'

/**
 * What is in the cluster, or in one namespace with the nodes that its pods run on, and how it hangs together: at most `limit` things, one
 * namespace whole before the next, and four edges for each of them. A step is about 256 things.
 */
export function* clusterGraph(
  view: ClusterView,
  ask: { namespace?: string; limit: number },
): Stepwise<ClusterGraph> {
  const draft = new GraphDraft(ask.limit)
  const place = ask.namespace || undefined
  const places = place === undefined ? placesOf(view) : [place]
  for (const one of places) {
    if (draft.truncated) break
    yield* addPlace(view, draft, one)
  }
  if (place === undefined) for (const node of view.list('Node')) addNode(draft, node)
  yield* linkPods(view, draft, place)
  yield* linkNetwork(view, draft, place)
  linkWorkloads(view, draft, place)
  linkScalers(view, draft, place)
  return draft.graph
}

/** Namespaces of which anything is shown, also where they may not be listed themselves. */
function placesOf(view: ClusterView): string[] {
  const places = new Set<string>()
  for (const { kind } of shown) for (const { metadata } of view.list(kind)) places.add(metadata.namespace)
  return [...places].sort()
}

/** Of one kind, before what belongs to it has had its turn. */
const kindShare = 0.25

function* addPlace(view: ClusterView, draft: GraphDraft, place: string): Stepwise<void> {
  const wasCut = yield* addKinds(view, draft, place, draft.limit * kindShare)
  if (wasCut) yield* addKinds(view, draft, place, Number.POSITIVE_INFINITY)
}

function* addKinds(view: ClusterView, draft: GraphDraft, place: string, max: number): Stepwise<boolean> {
  let [seen, wasCut] = [0, false]
  for (const { kind, statusOf } of shown) {
    for (const [i, object] of view.list(kind, place).entries()) {
      if (++seen % 256 === 0) yield
      if (i >= max) {
        wasCut = true
        break
      }
      if (kind === 'ReplicaSet' && controllerOf(object)) continue
      const ref = refOf(kind, object)
      if (draft.has(ref)) continue
      if (kind === 'Pod') {
        const node = view.get('Node', '', (object as ObjectOf<'Pod'>).spec.nodeName ?? '')
        if (node) addNode(draft, node)
      }
      draft.add(ref, object.metadata.labels, statusOf(view, object))
      if (draft.truncated) return true
    }
  }
  return wasCut
}

function addNode(draft: GraphDraft, node: ObjectOf<'Node'>): void {
  const ref = refOf('Node', node)
  if (!draft.has(ref)) draft.add(ref, node.metadata.labels, nodeProblems(node).join(', ') || 'Ready')
}

type Shown = { kind: Kind; statusOf(view: ClusterView, object: KubeObject): string }
function show<K extends Kind>(
  kind: K,
  statusOf: (object: ObjectOf<K>, view: ClusterView) => string = () => '',
): Shown {
  return { kind, statusOf: (view, object) => statusOf(object as ObjectOf<K>, view) }
}

/** Within a namespace, in the order in which they are shown while there is room. */
const shown: readonly Shown[] = [
  show('Deployment', (one, view) => workloadSummary(view, 'Deployment', one).status),
  show('StatefulSet', (one, view) => workloadSummary(view, 'StatefulSet', one).status),
  show('DaemonSet', (one, view) => workloadSummary(view, 'DaemonSet', one).status),
  show('CronJob', (one, view) => workloadSummary(view, 'CronJob', one).status),
  show('Service', ({ spec }) => spec.type || 'ClusterIP'),
  show('Ingress'),
  show('Route'),
  show('Gateway'),
  show('HTTPRoute'),
  show('NetworkPolicy'),
  show('HorizontalPodAutoscaler'),
  show('Job', (one, view) => workloadSummary(view, 'Job', one).status),
  show('ReplicaSet', (one, view) => workloadSummary(view, 'ReplicaSet', one).status),
  show('PersistentVolumeClaim', ({ status }) => status.phase),
  show('Pod', (pod) => podStatus(pod).status),
]
