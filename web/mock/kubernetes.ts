/** What the stand-in says of the inside of clusters. `c-0` has 10,000 pods; what is wrong with a cluster is the same each time. */
import type { EventType } from '@aiops/contract/event'
import type {
  ClusterGraph,
  KubernetesEvent,
  NodeSummary,
  ObjectChange,
  PodSummary,
  WorkloadSummary,
} from '@aiops/contract/model/kubernetes'
import { diagnostics, findingsOf, rules } from './kubernetes-finding.ts'
import { type Inside, insideOf } from './kubernetes-made.ts'
import { type Input, Refusal } from './refusal.ts'

const iso = (ms = Date.now()): string => new Date(ms).toISOString()
const startMs = Date.now() - 7_200_000

export function kubernetesHandlers(empty: boolean, tell: (type: EventType, payload: unknown) => void) {
  const known = new Map<string, Inside>()
  const of = ({ params }: Input): Inside => {
    const id = params.id ?? ''
    const n = Number(id.replace(/\D/g, '') || 0)
    const one = known.get(id) ?? insideOf(n, id === 'c-0' ? 10_000 : 120 + ((n * 37) % 400))
    if (known.size < 20) known.set(id, one)
    return one
  }
  const findings = empty ? [] : findingsOf(5_000)
  if (!empty) setInterval(() => flicker(findings, tell), 5_000)
  const one = (input: Input, name: string): string => input.query[name]?.[0] ?? ''
  return {
    listPods: (input: Input) => {
      const at = one(input, 'at')
      const found = of(input).pods.filter(
        (pod) =>
          (!one(input, 'namespace') || pod.namespace === one(input, 'namespace')) &&
          (!one(input, 'phase') || pod.phase === one(input, 'phase')) &&
          (!one(input, 'node') || pod.node === one(input, 'node')) &&
          (!one(input, 'owner') || pod.owner?.name === one(input, 'owner')) &&
          pod.name.includes(one(input, 'search')) &&
          (one(input, 'problems') !== 'true' || pod.ready < pod.total) &&
          (!at || Date.parse(pod.created_at ?? '') <= Date.parse(at)),
      )
      return pageOf<PodSummary>(found, input)
    },
    listNodes: (input: Input) => ({ nodes: of(input).nodes satisfies NodeSummary[] }),
    listWorkloads: (input: Input) => {
      const found = of(input).workloads.filter(
        (w) =>
          (!one(input, 'namespace') || w.namespace === one(input, 'namespace')) &&
          (!one(input, 'kind') || w.kind === one(input, 'kind')) &&
          w.name.includes(one(input, 'search')) &&
          (one(input, 'problems') !== 'true' || w.status === 'Degraded' || w.status === 'Failed'),
      )
      const bad = (w: WorkloadSummary): number => Number(w.status !== 'Degraded' && w.status !== 'Failed')
      return pageOf(
        found.sort((a, b) => bad(a) - bad(b)),
        input,
      )
    },
    listKubernetesEvents: (input: Input) => {
      const found = of(input).events.filter(
        (e) =>
          (!one(input, 'namespace') || e.namespace === one(input, 'namespace')) &&
          (!one(input, 'kind') || e.object.kind === one(input, 'kind')) &&
          (!one(input, 'name') || e.object.name === one(input, 'name')) &&
          (!one(input, 'reason') || e.reason === one(input, 'reason')) &&
          (!one(input, 'type') || e.type === one(input, 'type')) &&
          Date.parse(e.last_at ?? '') >= Date.parse(one(input, 'start')),
      )
      return cut<KubernetesEvent, 'events'>('events', found, input)
    },
    listClusterChanges: (input: Input) => {
      const found = of(input).changes.filter(
        (c) =>
          (!one(input, 'namespace') || c.object.namespace === one(input, 'namespace')) &&
          (!one(input, 'kind') ||
            c.object.kind === one(input, 'kind') ||
            c.owner?.kind === one(input, 'kind')) &&
          (!one(input, 'name') ||
            c.object.name === one(input, 'name') ||
            c.owner?.name === one(input, 'name')) &&
          (one(input, 'causes') !== 'true' || c.kind !== 'STATUS') &&
          Date.parse(c.at) >= Date.parse(one(input, 'start')),
      )
      return { ...cut<ObjectChange, 'changes'>('changes', found, input), since: iso(startMs) }
    },
    getClusterObject: (input: Input) => {
      const { kind = '', namespace = '', name = '' } = input.params
      const pod = of(input).pods.find((p) => p.name === name && p.namespace === namespace)
      return {
        at: one(input, 'at') || iso(),
        object: {
          kind,
          metadata: { name, namespace, labels: pod?.labels ?? {}, creationTimestamp: pod?.created_at },
          spec: {
            nodeName: pod?.node,
            containers: pod?.containers.map((c) => ({ name: c.name, image: c.image })),
          },
          status: { phase: pod?.phase, message: 'Back-off: "restarting failed container"\nsecond line' },
        },
        history: of(input)
          .changes.filter((c) => c.object.name === name)
          .slice(0, 20),
      }
    },
    getPodLogs: (input: Input) => {
      const { name = '' } = input.params
      if (name.includes('report'))
        throw new Refusal(
          403,
          'PERMISSION_DENIED',
          'pods "report" is forbidden: the service account cannot get resource "pods/log".',
        )
      const n = Math.min(Number(one(input, 'tail_lines') || 100), 3_000)
      const second = Math.floor(Date.now() / 1_000)
      const lines = Array.from({ length: n }, (_, i) => {
        const t = second - n + i
        const text =
          t % 17 === 0
            ? `level=error msg="connection to orders-db refused" attempt=${t % 9}`
            : `level=info msg="GET /api/orders 200" ms=${(t * 7) % 90} trace_id=4bf92f35${t}`
        return { at: iso(t * 1_000), container: 'main', text }
      })
      return { lines, source: one(input, 'previous') === 'true' ? 'CLUSTER' : 'MEMORY', truncated: true }
    },
    getClusterGraph: (input: Input) =>
      graphOf(of(input), one(input, 'namespace'), Number(one(input, 'limit') || 2_000)),
    exportClusterGraph: () => ({
      format: 'mermaid',
      text: 'flowchart LR\n  n0["web"] --> n1["db"]\n',
      truncated: false,
    }),
    listNetworkFlows: (input: Input) => flowsOf(of(input), one(input, 'namespace')),
    getClusterDiagnostics: () => ({ status: 'FAIL', checks: diagnostics, at: iso() }),
    listFindingRules: () => ({ rules }),
    getFinding: ({ params }: Input) => {
      const found = findings.find(({ id }) => id === params.id)
      if (!found) throw new Refusal(404, 'NOT_FOUND', 'There is no such finding, or it ended.')
      return found
    },
    listFindings: (input: Input) => {
      const listed = (name: string): string[] =>
        (input.query[name] ?? []).flatMap((v) => v.split(',')).filter(Boolean)
      const text = one(input, 'search').toLowerCase()
      const facets = {
        severity: 'severity',
        analyzer: 'analyzer',
        cluster_id: 'cluster_ids',
        area: 'area',
        rule: 'rule',
      } as const
      type Facet = keyof typeof facets
      const asked = (Object.keys(facets) as Facet[]).map((facet) => [facet, listed(facets[facet])] as const)
      const left = (without?: Facet) =>
        findings.filter(
          (f) =>
            asked.every(
              ([facet, list]) => facet === without || list.length === 0 || list.includes(f[facet]),
            ) &&
            (!one(input, 'namespace') || f.object.namespace === one(input, 'namespace')) &&
            `${f.title} ${f.object.name}`.toLowerCase().includes(text),
        )
      const count = (facet: Facet): Record<string, number> => {
        const sums: Record<string, number> = {}
        for (const f of left(facet)) sums[f[facet]] = (sums[f[facet]] ?? 0) + 1
        return sums
      }
      const counts = {
        by_severity: count('severity'),
        by_analyzer: count('analyzer'),
        by_cluster: count('cluster_id'),
      }
      return { ...pageOf(left(), input), ...counts, by_area: count('area'), by_rule: count('rule') }
    },
  }
}

/** One finding ends, and comes back a little later. */
function flicker(
  findings: ReturnType<typeof findingsOf>,
  tell: (type: EventType, payload: unknown) => void,
): void {
  const [one] = findings.splice(2, 1)
  if (!one) return
  tell('FINDING_CLOSED', one)
  setTimeout(() => {
    const back = { ...one, since: iso(), found_at: iso() }
    findings.splice(2, 0, back)
    tell('FINDING_OPENED', back)
  }, 2_500)
}

function pageOf<T>(found: readonly T[], { query }: Input) {
  const [page, size] = [Number(query.page?.[0] ?? 1), Number(query.page_size?.[0] ?? 20)]
  const total_pages = Math.ceil(found.length / size)
  return {
    items: found.slice((page - 1) * size, page * size),
    total: found.length,
    page,
    page_size: size,
    total_pages,
  }
}

function cut<T, K extends string>(name: K, found: readonly T[], { query }: Input) {
  const limit = Number(query.limit?.[0] ?? 200)
  return { [name]: found.slice(0, limit), truncated: found.length > limit } as Record<K, T[]> & {
    truncated: boolean
  }
}

function graphOf({ pods, workloads }: Inside, namespace: string, limit: number): ClusterGraph {
  const graph: ClusterGraph = { nodes: [], edges: [], truncated: false }
  const ids = new Set<string>()
  const add = (kind: string, ns: string, name: string, status: string): string => {
    const id = `${kind}-${ns}-${name}`.toLowerCase()
    if (!ids.has(id) && ids.size < limit)
      graph.nodes.push({ id, object: { kind, namespace: ns, name }, labels: {}, status })
    else if (!ids.has(id)) graph.truncated = true
    ids.add(id)
    return id
  }
  for (const w of workloads.filter((one) => !namespace || one.namespace === namespace)) {
    const id = add(w.kind, w.namespace, w.name, w.status)
    const svc = add('Service', w.namespace, w.name, 'ClusterIP')
    if (w.name.endsWith('0'))
      graph.edges.push({
        source: add('Ingress', w.namespace, w.name, ''),
        target: svc,
        relation: 'ROUTES_TO',
      })
    for (const pod of pods.filter((p) => p.owner?.name === w.name && p.namespace === w.namespace)) {
      const p = add('Pod', pod.namespace, pod.name, pod.status)
      graph.edges.push(
        { source: id, target: p, relation: 'OWNS' },
        { source: svc, target: p, relation: 'SELECTS' },
      )
      if (pod.node)
        graph.edges.push({ source: p, target: add('Node', '', pod.node, 'Ready'), relation: 'RUNS_ON' })
      if (w.kind === 'StatefulSet')
        graph.edges.push({
          source: p,
          target: add('PersistentVolumeClaim', pod.namespace, `data-${pod.name}`, 'Bound'),
          relation: 'MOUNTS',
        })
    }
  }
  return graph
}

function flowsOf({ workloads }: Inside, namespace: string) {
  const ends = workloads.map(({ kind, namespace: ns, name }) => ({ kind, namespace: ns, name })).slice(0, 60)
  const flows = ends.flatMap((source, i) =>
    ends.map((target, j) => {
      const allowed = source.namespace === target.namespace || (i + j) % 5 === 0
      const policies = allowed ? [] : [`${target.namespace}/same-namespace`]
      const reason = allowed
        ? 'No policy applies to either in this direction.'
        : `What may come in to the target is restricted by ${policies[0]}, and this is not among it.`
      return { source, target, allowed, ports: allowed && i % 3 === 0 ? ['8080/TCP'] : [], policies, reason }
    }),
  )
  const pairs = new Map<string, { source: string; target: string; allowed: number; total: number }>()
  for (const { source, target, allowed } of flows) {
    const key = `${source.namespace}\n${target.namespace}`
    const pair = pairs.get(key) ?? {
      source: source.namespace,
      target: target.namespace,
      allowed: 0,
      total: 0,
    }
    pairs.set(key, { ...pair, allowed: pair.allowed + Number(allowed), total: pair.total + 1 })
  }
  const shown = flows.filter(
    ({ source, target }) => !namespace || [source.namespace, target.namespace].includes(namespace),
  )
  return {
    flows: shown.slice(0, 2_000),
    namespaces: [...pairs.values()],
    uncovered_pods: 12,
    truncated: shown.length > 2_000,
  }
}
