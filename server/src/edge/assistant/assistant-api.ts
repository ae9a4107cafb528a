import type { Cluster } from '@aiops/contract/model/cluster'
import type { HealthCheck, KubernetesEvent, PodSummary } from '@aiops/contract/model/kubernetes'
import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { jsonText } from '../../kernel/large-text.ts'
import { Turn } from '../../kernel/turn.ts'
import type { IngestReply, IngestRequest, Receiver } from '../../pipeline/ingest/index.ts'
import { chosenCluster } from './chosen-cluster.ts'
import type { AssistantApi, AssistantDeps } from './index.ts'

type Asked = Pick<IngestRequest, 'tenant' | 'query' | 'params' | 'body'> & { cluster: Cluster }
type Route = {
  method?: 'GET' | 'POST'
  path: string
  summary: string
  answer(asked: Asked): Promise<unknown>
}

const hourMs = 3_600_000
const eventsMax = 1_000
const graphMax = 5_000

/** Paths and fields that an assistant's pages and scripts know. One cluster is meant where there is one; else `?cluster=NAME` says which. */
export function createAssistantApi(deps: AssistantDeps): AssistantApi {
  const { kubernetes, clock } = deps
  const pods = ({ tenant, cluster, query }: Asked) =>
    kubernetes.pods(tenant, cluster.id, {
      ...{ namespace: query.get('namespace') ?? '', phase: query.get('phase') ?? '' },
      ...{ node: '', owner: '', search: '', problems: false },
    })
  const events = async ({ tenant, cluster, query }: Asked, of: { kind?: string; name?: string } = {}) => {
    const hours = numberOf(query, 'hours', 1, 24, 1)
    const type = query.get('event_type')
    const { items } = await kubernetes.events(tenant, cluster.id, {
      ...{
        startMs: clock.now() - hours * hourMs,
        endMs: clock.now(),
        namespace: query.get('namespace') ?? '',
      },
      ...{ kind: of.kind ?? '', name: of.name ?? '', reason: '', limit: eventsMax },
      ...(type === 'Normal' || type === 'Warning' ? { type } : {}),
    })
    return items
  }
  const graph = ({ tenant, cluster }: Asked, namespace = '') =>
    kubernetes.graph(tenant, cluster.id, { namespace, limit: graphMax })
  const network = ({ tenant, cluster, query }: Asked) =>
    kubernetes.network(tenant, cluster.id, { namespace: query.get('namespace') ?? '', limit: graphMax })
  const checks = ({ tenant, cluster }: Asked) => kubernetes.diagnostics(tenant, cluster.id)

  const routes: readonly Route[] = [
    {
      path: '/api/cluster/status',
      summary: 'Pods and events of the last hour.',
      answer: async (asked) => ({
        timestamp: isoTime(clock.now()),
        pods: (await pods(asked)).map(podStatus),
        events: (await events(asked)).map(eventOf),
      }),
    },
    {
      path: '/api/cluster/pods',
      summary: 'Pods, by namespace and phase.',
      answer: async (asked) => (await pods(asked)).map(podStatus),
    },
    {
      path: '/api/cluster/events',
      summary: 'Events of the last hours.',
      answer: async (asked) => (await events(asked)).map(eventOf),
    },
    {
      path: '/api/cluster/pods/{namespace}/{pod}/logs',
      summary: 'Log lines of a pod.',
      async answer({ tenant, cluster, params, query }) {
        const { lines } = await kubernetes.logs(tenant, cluster.id, {
          ...{ namespace: params.namespace ?? '', pod: params.pod ?? '' },
          ...{ container: query.get('container') ?? '', previous: query.get('previous') === 'true' },
          tailLines: numberOf(query, 'tail_lines', 10, 1_000, 100),
        })
        return { ...params, logs: lines.map(({ text }) => text).join('\n') }
      },
    },
    {
      path: '/api/cluster/pods/{namespace}/{pod}/history',
      summary: 'What changed of a pod.',
      async answer({ tenant, cluster, params, query }) {
        const fromMs = clock.now() - numberOf(query, 'hours', 1, 24, 2) * hourMs
        const ref = { kind: 'Pod', namespace: params.namespace ?? '', name: params.pod ?? '' }
        const { history } = kubernetes.object(tenant, cluster.id, ref)
        return { ...params, history: history.filter(({ at }) => Date.parse(at) >= fromMs) }
      },
    },
    { path: '/api/topology', summary: 'What is in the cluster.', answer: (asked) => graph(asked) },
    {
      method: 'POST',
      path: '/api/topology/analyze',
      summary: 'What is in the cluster, and what is wrong with it.',
      async answer(asked) {
        const ask = { namespace: asked.query.get('namespace') ?? '' }
        const { findings } = await kubernetes.analyze(asked.tenant, asked.cluster.id, ask)
        return { topology: await graph(asked, ask.namespace), findings }
      },
    },
    {
      path: '/api/platform/detect',
      summary: 'What kind of Kubernetes it is.',
      answer: async ({ cluster }) => ({
        ...{ cluster: cluster.name, platform: cluster.platform, version: cluster.platform_version },
        distribution: cluster.capabilities?.distribution ?? null,
      }),
    },
    {
      path: '/api/v1/topology/namespace/{namespace}',
      summary: 'What is in a namespace.',
      answer: (asked) => graph(asked, asked.params.namespace),
    },
    {
      path: '/api/v1/topology/export/mermaid',
      summary: 'A Mermaid diagram.',
      async answer({ tenant, cluster, query }) {
        const diagram = diagramOf(query.get('diagram_type') ?? 'flowchart')
        const ask = { namespace: query.get('namespace') ?? '', diagram }
        return { diagram_type: diagram, mermaid: (await kubernetes.diagram(tenant, cluster.id, ask)).text }
      },
    },
    {
      path: '/api/v1/topology/flows',
      summary: 'Who may open connections to whom.',
      answer: async (asked) => ({
        flows: (await network(asked)).flows.map(({ policies, ...flow }) => ({
          ...flow,
          policy_refs: policies,
        })),
      }),
    },
    {
      path: '/api/v1/topology/namespace-connectivity',
      summary: 'Who may connect, by namespace.',
      answer: async (asked) => ({ namespaces: (await network(asked)).namespaces }),
    },
    {
      path: '/api/v1/diagnostics/health',
      summary: 'The health checks.',
      answer: async (asked) => healthOf(await checks(asked)),
    },
    {
      path: '/api/v1/diagnostics/health/category/{category}',
      summary: 'The health checks of a category.',
      answer: async (asked) =>
        healthOf((await checks(asked)).filter(({ category }) => category === asked.params.category)),
    },
    {
      path: '/api/v1/diagnostics/health/failed',
      summary: 'The health checks that do not pass.',
      answer: async (asked) => healthOf((await checks(asked)).filter(({ status }) => isBad(status))),
    },
    {
      path: '/api/v1/diagnostics/remediation/{check}',
      summary: 'What to do about a health check.',
      async answer(asked) {
        const found = (await checks(asked)).find(({ id }) => id === asked.params.check)
        if (found) return found.remediation
        throw new Fault('NOT_FOUND', `There is no check ${(asked.params.check ?? '').slice(0, 128)}.`)
      },
    },
  ]
  const bundle = async (tenant: string, cluster: Cluster, query: URLSearchParams): Promise<IngestReply> => {
    const body = await kubernetes.supportBundle(tenant, cluster.id, {
      ...{ namespace: query.get('namespace') ?? '', problemStatement: query.get('problem_statement') ?? '' },
    })
    const name = `support-${cluster.name}-${isoTime(clock.now()).slice(0, 19).replaceAll(':', '-')}.zip`
    return {
      status: 200,
      headers: {
        ...{ 'content-type': 'application/zip', 'content-disposition': `attachment; filename="${name}"` },
        'cache-control': 'no-store',
      },
      body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    }
  }
  const read = { permission: 'clusters:read' } as const
  return {
    receivers: [
      ...routes.map(
        ({ method = 'GET', path, summary, answer }): Receiver => ({
          ...{ ...read, method, path, summary },
          handle: async (request) => {
            const cluster = chosenCluster(deps, request.tenant, request.query)
            return jsonReply(await jsonText(await answer({ ...request, cluster }), new Turn(clock)))
          },
        }),
      ),
      ...['/api/v1/diagnostics/support-bundle', '/api/v1/diagnostics/support-bundle/download'].map(
        (path): Receiver => ({
          ...{ ...read, method: 'GET', path, summary: 'A support bundle of the cluster, without secrets.' },
          handle: ({ tenant, query }) => bundle(tenant, chosenCluster(deps, tenant, query), query),
        }),
      ),
      {
        ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/support-bundle' },
        summary: 'A support bundle of a cluster, without secrets.',
        handle: ({ tenant, query, params }) => bundle(tenant, deps.fleet.get(tenant, params.id ?? ''), query),
      },
    ],
  }
}

const jsonReply = (body: string | Buffer): IngestReply => ({
  ...{ status: 200, headers: { 'content-type': 'application/json' }, body },
})

const podStatus = (pod: PodSummary) => ({
  ...{
    name: pod.name,
    namespace: pod.namespace,
    phase: pod.phase,
    node: pod.node,
    containers: pod.containers,
  },
  ...{ ready: pod.ready, total: pod.total, restarts: pod.restarts, created_at: pod.created_at },
  ...{ ip: pod.ip, labels: pod.labels },
})

const eventOf = (event: KubernetesEvent) => ({
  ...{ timestamp: event.last_at, namespace: event.namespace, name: event.name, type: event.type },
  ...{ reason: event.reason, message: event.message },
  involved_object: `${event.object.kind}/${event.object.name}`,
})

const isBad = (status: HealthCheck['status']): boolean =>
  status === 'FAIL' || status === 'WARNING' || status === 'ERROR'

/** Statuses and severities in small letters, as assistants have them. */
const healthOf = (checks: readonly HealthCheck[]) => ({
  status: checks.some(({ status }) => isBad(status)) ? 'degraded' : 'healthy',
  checks: checks.map((check) => ({
    ...check,
    status: check.status.toLowerCase(),
    severity: check.severity.toLowerCase(),
  })),
})

function numberOf(query: URLSearchParams, name: string, min: number, max: number, otherwise: number): number {
  const text = query.get(name)
  if (text === null) return otherwise
  const value = Number(text)
  if (Number.isFinite(value) && value >= min && value <= max) return value
  throw new Fault('VALIDATION_FAILED', `${name}: must be a number from ${min} to ${max}`)
}

const diagrams = ['flowchart', 'network', 'sequence', 'matrix'] as const
function diagramOf(text: string): (typeof diagrams)[number] {
  const found = diagrams.find((one) => one === text)
  if (found) return found
  throw new Fault('VALIDATION_FAILED', `diagram_type: must be one of ${diagrams.join(', ')}`)
}
