import type { WorkloadSummary } from '@aiops/contract/model/kubernetes'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import { workloadSummaries } from '../answer/workload-summary.ts'
import { ownerFinder } from '../object/owner.ts'
import type { ClusterView, ObjectRef } from '../view.ts'
import { routesOf } from './graph-links.ts'
import { MermaidText } from './mermaid-text.ts'
import { flowsOf, namespaceFlows } from './network-flows.ts'
import { Reachability } from './reachability.ts'

export type DiagramKind = 'flowchart' | 'network' | 'sequence' | 'matrix'
export type Diagram = { text: string; truncated: boolean }

/**
 * A picture of the cluster or of one namespace, for Mermaid (https://mermaid.js.org/intro/): `flowchart`, from routes by Services to
 * workloads; `network`, which flows NetworkPolicies let through; `sequence`, the way of a request from each route; `matrix`, how many
 * pairs of workloads between namespaces may connect.
 */
export function* mermaidOf(
  view: ClusterView,
  ask: { namespace?: string; diagram: DiagramKind },
): Stepwise<Diagram> {
  return yield* makers[ask.diagram](view, ask.namespace || undefined)
}

type Maker = (view: ClusterView, namespace: string | undefined) => Stepwise<Diagram>
const makers: Readonly<Record<DiagramKind, Maker>> = {
  *flowchart(view, namespace) {
    const text = new MermaidText('flowchart LR')
    const [ways, workloads] = yield* waysOf(view, namespace)
    const byPlace = Map.groupBy(workloads, (one) => one.namespace)
    for (const place of [...byPlace.keys()].sort()) {
      text.open(place)
      for (const one of byPlace.get(place) ?? []) {
        const status = `${one.kind} ${one.ready}/${one.desired} ${one.status}`
        text.node(one, [one.name, status])
      }
      text.close()
    }
    for (const { source, target } of ways) {
      for (const end of [source, target])
        text.node(end, [end.name, end.kind], end.kind === 'Service' ? 'round' : 'box')
      text.edge(source, target)
    }
    return text.done()
  },
  *network(view, namespace) {
    const text = new MermaidText('flowchart LR')
    const reachability = yield* Reachability.of(view)
    const place = namespace ? { namespace } : {}
    const { items: restricted, truncated } = yield* flowsOf(reachability, {
      ...place,
      limit: 2_000,
      restricted: true,
    })
    if (restricted.length === 0) {
      const note = { kind: 'Note', namespace: '', name: '' }
      text.node(note, [`No NetworkPolicy applies: every pod may connect to every other.`])
    }
    for (const { source, target, allowed, ports } of restricted) {
      for (const end of [source, target]) text.node(end, [`${end.namespace}/${end.name}`, end.kind])
      if (allowed) text.edge(source, target, ports.join(', ') || 'all ports')
    }
    const done = text.done()
    return { text: done.text, truncated: done.truncated || truncated }
  },
  *sequence(view, namespace) {
    const text = new MermaidText('sequenceDiagram')
    const [ways] = yield* waysOf(view, namespace)
    const client = { kind: 'Client', namespace: '', name: 'client' }
    const targets = new Map(ways.map((way) => [JSON.stringify(way.target), way.target]))
    const begins = ways.filter(
      ({ source }) => source.kind !== 'Service' && !targets.has(JSON.stringify(source)),
    )
    const entries = new Map(begins.map(({ source }) => [JSON.stringify(source), source]))
    for (const entry of entries.values()) {
      text.participant(client, 'client')
      text.participant(entry, `${entry.kind} ${entry.name}`)
      text.message(client, entry, 'request')
    }
    for (const { source, target } of ways) {
      for (const end of [source, target]) text.participant(end, `${end.kind} ${end.name}`)
      text.message(source, target, source.kind === 'Service' ? 'one of its pods' : 'route')
    }
    return text.done()
  },
  *matrix(view, namespace) {
    const text = new MermaidText('flowchart LR')
    const { items: namespaces, truncated } = yield* namespaceFlows(yield* Reachability.of(view), namespace)
    const place = (name: string): ObjectRef => ({ kind: 'Namespace', namespace: '', name })
    for (const { source, target } of namespaces)
      for (const name of [source, target]) text.node(place(name), [name])
    for (const { source, target, allowed, total } of namespaces)
      if (allowed > 0) text.edge(place(source), place(target), `${allowed}/${total}`)
    const done = text.done()
    return { text: done.text, truncated: done.truncated || truncated }
  },
}

type Way = { source: ObjectRef; target: ObjectRef }

/** Routes to Services, and Services to the workloads of the pods that they select. A step is a Service. */
function* waysOf(view: ClusterView, namespace: string | undefined): Stepwise<[Way[], WorkloadSummary[]]> {
  const workloads = yield* workloadSummaries(view, namespace ? { namespace } : {})
  const shown = workloads.filter(({ kind }) => kind !== 'Job')
  const ownerOf = ownerFinder(view)
  const ways: Way[] = routesOf(view, namespace)
  for (const { metadata, spec } of view.list('Service', namespace)) {
    yield
    const source = { kind: 'Service', namespace: metadata.namespace, name: metadata.name }
    const targets = new Map<string, ObjectRef>()
    for (const pod of view.podsWith(metadata.namespace, spec.selector)) {
      const owner = ownerOf(pod) ?? { kind: 'Pod', namespace: metadata.namespace, name: pod.metadata.name }
      targets.set(`${owner.kind}/${owner.name}`, owner)
    }
    for (const target of targets.values()) ways.push({ source, target })
  }
  return [ways, shown]
}
