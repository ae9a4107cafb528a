import type { ClusterGraph } from '@aiops/contract/model/kubernetes'
import { xxhash64 } from '../../../kernel/xxhash.ts'
import type { ObjectRef } from '../view.ts'

export type GraphRelation = ClusterGraph['edges'][number]['relation']

/** A graph that is being made. Edges to what is not shown are left out. */
export class GraphDraft {
  readonly graph: ClusterGraph = { nodes: [], edges: [], truncated: false }
  readonly limit: number
  readonly #ids = new Map<string, string>()
  readonly #taken = new Set<string>()
  constructor(limit: number) {
    this.limit = limit
  }

  get isFull(): boolean {
    return this.graph.nodes.length >= this.limit
  }
  get truncated(): boolean {
    return this.graph.truncated
  }
  has(ref: ObjectRef): boolean {
    return this.#ids.has(keyOf(ref))
  }

  add(ref: ObjectRef, labels: Readonly<Record<string, string>> = {}, status = ''): void {
    const key = keyOf(ref)
    if (this.#ids.has(key)) return
    if (this.isFull) {
      this.graph.truncated = true
      return
    }
    /** Of `a-b`/`c` and `a`/`b-c` the second is told apart by a hash. */
    const plain = idOf(ref)
    const id = this.#taken.has(plain) ? `${plain}-${hashOf(key)}` : plain
    this.#taken.add(id)
    this.#ids.set(key, id)
    this.graph.nodes.push({ id, object: ref, labels: { ...labels }, status })
  }

  link(source: ObjectRef, target: ObjectRef, relation: GraphRelation): void {
    const [from, to] = [this.#ids.get(keyOf(source)), this.#ids.get(keyOf(target))]
    if (from === undefined || to === undefined) return
    if (this.graph.edges.length >= this.limit * edgesPerNode) this.graph.truncated = true
    else this.graph.edges.push({ source: from, target: to, relation })
  }
}

const edgesPerNode = 4

const prefixes: Readonly<Record<string, string>> = {
  Node: 'node',
  Pod: 'pod',
  Service: 'svc',
  NetworkPolicy: 'netpol',
  Ingress: 'ingress',
  Route: 'route',
  Gateway: 'gateway',
  HTTPRoute: 'httproute',
  HorizontalPodAutoscaler: 'hpa',
  PersistentVolumeClaim: 'pvc',
  ConfigMap: 'configmap',
}

function idOf({ kind, namespace, name }: ObjectRef): string {
  if (kind === 'Node') return `node-${name}`
  if (kind === 'External') return `ext-${hashOf(name)}`
  const prefix = Object.hasOwn(prefixes, kind) ? prefixes[kind] : `workload-${kind.toLowerCase()}`
  return `${prefix}-${namespace}-${name}`
}

const keyOf = ({ kind, namespace, name }: ObjectRef): string => `${kind}/${namespace}/${name}`
const hashOf = (text: string): string =>
  (xxhash64(Buffer.from(text)).high >>> 0).toString(16).padStart(8, '0')
