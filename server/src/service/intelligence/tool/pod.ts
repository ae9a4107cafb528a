import type { Client } from '@aiops/contract/client'
import { PodLogLine, PodSummary } from '@aiops/contract/model/kubernetes'
import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import { knownClusters } from './clusters-named.ts'
import {
  ageSeconds,
  askInside,
  ClusterIds,
  clustersText,
  insideLink,
  Missing,
  missingText,
  objectParameter,
  ofCluster,
} from './inside.ts'
import { type EvidenceDraft, evidenceMax, type ToolScope, tool } from './tool.ts'

const Name = z.string().max(253).default('')
/** As the API gives them. */
const pageSize = 200
/** Pods of one cluster that are read to find those that restart most. */
const readMax = 20_000

const FoundPod = PodSummary.omit({ qos_class: true, ip: true }).extend(ofCluster)
type FoundPod = z.output<typeof FoundPod>

export const listPods = tool({
  name: 'list_pods',
  title: 'List pods',
  description:
    'Pods of clusters with status, node, owner, containers, restarts, last exit (OOMKilled, exit code) and use of CPU and memory. ' +
    'Use it for which pods run, wait, fail or restart. `workload` is a name or Kind/name, such as Deployment/cart; `problems` keeps those that somebody should look at; `order` RESTARTS gives those with most restarts first.',
  permission: 'clusters:read',
  effect: 'READ',
  input: z.object({
    cluster_ids: ClusterIds,
    namespace: Name,
    workload: Name.describe('Owner of the pods: a name, or Kind/name.'),
    node: Name,
    phase: z.enum(['', 'Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']).default(''),
    search: Name.describe('A part of the name.'),
    problems: z.boolean().default(false),
    order: z.enum(['NAME', 'RESTARTS']).default('NAME').describe('RESTARTS leaves out pods without any.'),
    at: z.iso.datetime({ offset: true }).optional().describe('A moment within the last two hours.'),
    limit: z.number().int().min(1).max(evidenceMax).default(100),
  }),
  output: z.object({
    pods: z.array(FoundPod),
    total: z.number().int(),
    /** Of all that fit, whether they are listed or not. */
    by_cluster: z.record(z.string(), z.number().int()),
    missing: Missing,
  }),
  async run(client, input, scope) {
    const { cluster_ids, namespace, workload, node, phase, search, problems, at, limit, order } = input
    const query = { namespace, owner: workload, node, phase, search, problems: String(problems), at }
    const named = cluster_ids.length || scope.clusterIds.length
    const clusters = named || (await knownClusters(client)).length
    const { answers, missing } = await askInside(client, scope, cluster_ids, ({ id }) =>
      order === 'RESTARTS'
        ? podsOf(client, id, query, readMax, scope)
        : somePodsOf(client, id, query, { limit, clusters }, scope),
    )
    const all = answers.flatMap(({ cluster, answer }) =>
      answer.pods.map((pod): FoundPod => ({ ...pod, cluster_id: cluster.id, cluster_name: cluster.name })),
    )
    const pods =
      order === 'RESTARTS' ? all.filter(({ restarts }) => restarts > 0).sort(byRestarts) : troubledFirst(all)
    const isComplete = order === 'RESTARTS'
    const counts = answers.map(({ cluster, answer }) => [
      cluster.name,
      isComplete ? pods.filter(({ cluster_id }) => cluster_id === cluster.id).length : answer.total,
    ])
    return {
      pods: pods.slice(0, limit).map((pod) => FoundPod.parse(pod)),
      total: isComplete ? pods.length : answers.reduce((sum, { answer }) => sum + answer.total, 0),
      by_cluster: Object.fromEntries(counts.filter(([, count]) => count !== 0)),
      missing,
    }
  },
  evidence: ({ pods }, input, { nowMs }) => pods.map((pod) => podEvidence(pod, whichPods(input), nowMs)),
  sentence: ({ total, missing }, { cluster_ids, ...which }) =>
    `Looked at ${whichPods(which)} of ${clustersText(cluster_ids)}: ${total}.${missingText(missing)}`,
  missing: ({ missing }) => missing,
})

export const getPodLogs = tool({
  name: 'get_pod_logs',
  title: 'Read the log of a pod',
  description:
    'Last lines of one pod’s log, newest last; `previous` reads the container before its last restart. Give the exact name of the pod. ' +
    'Use it where logs are not collected, or to see why a container ended.',
  permission: 'clusters:read',
  effect: 'READ',
  input: z.object({
    cluster_id: z.string().max(128).default('').describe('Id or name; empty: wherever the pod is found.'),
    namespace: Name.describe('Empty: wherever the pod is found.'),
    pod: z.string().min(1).max(253),
    container: Name,
    tail_lines: z.number().int().min(1).max(evidenceMax).default(100),
    previous: z.boolean().default(false),
  }),
  output: z.object({
    ...ofCluster,
    ...{ namespace: z.string(), pod: z.string(), source: z.enum(['MEMORY', 'CLUSTER']) },
    lines: z.array(PodLogLine),
    truncated: z.boolean(),
  }),
  async run(client, { cluster_id, namespace, pod, container, tail_lines, previous }, scope) {
    const found = await podNamed(client, scope, cluster_id, namespace, pod)
    const answer = await client.getPodLogs({
      params: { id: found.cluster_id, namespace: found.namespace, name: pod },
      query: { container, tail_lines, previous: String(previous) },
    })
    return {
      ...found,
      pod,
      ...answer,
      lines: answer.lines
        .slice(-tail_lines)
        .map(({ at, container: name, text }) => ({ at, container: name, text: text.slice(0, lineMax) })),
    }
  },
  evidence: ({ lines, cluster_id, cluster_name, namespace, pod }) =>
    lines.map(
      (line): EvidenceDraft => ({
        ...{ type: 'LOG', query: `log of pod ${namespace}/${pod}`, source: cluster_name, time: line.at },
        ...{ entity: `pod/${namespace}/${pod}`, trust: 'TELEMETRY' as const },
        sentence: `Container ${line.container} of ${pod} wrote: ${line.text.slice(0, 300)}`,
        fields: { container: line.container, line: line.text },
        link: insideLink(cluster_id, 'pods', {
          object: objectParameter('Pod', namespace, pod),
          part: 'logs',
        }),
      }),
    ),
  sentence: ({ pod, lines }, { previous }) =>
    `Read the log of pod ${pod}${previous ? ' before its last restart' : ''}: ${lines.length} lines.`,
})

/** Characters of one line. */
const lineMax = 2_000

type PodQuery = NonNullable<NonNullable<Parameters<Client['listPods']>[0]>['query']>
async function podsOf(
  client: Client,
  id: string,
  query: PodQuery,
  countMax: number,
  scope: ToolScope,
): Promise<{ pods: PodSummary[]; total: number }> {
  const pods: PodSummary[] = []
  const page_size = Math.min(pageSize, countMax)
  for (let page = 1; ; page++) {
    const answer = await client.listPods({ params: { id }, query: { ...query, page, page_size } })
    pods.push(...answer.items)
    if (page >= answer.total_pages || pods.length >= countMax) return { pods, total: answer.total }
    scope.signal.throwIfAborted()
  }
}

/** Of many clusters, those that are not well and a few others of each: what is listed of all together is no more than `limit`. */
async function somePodsOf(
  client: Client,
  id: string,
  query: PodQuery,
  { limit, clusters }: { limit: number; clusters: number },
  scope: ToolScope,
): Promise<{ pods: PodSummary[]; total: number }> {
  if (clusters <= wholeMax || query.problems === 'true') return podsOf(client, id, query, limit, scope)
  const few = await podsOf(client, id, query, Math.max(fewMin, Math.ceil((2 * limit) / clusters)), scope)
  if (few.pods.length >= few.total) return few
  const { pods } = await podsOf(client, id, { ...query, problems: 'true' }, limit, scope)
  const keyOf = ({ namespace, name }: PodSummary): string => `${namespace}/${name}`
  const found = new Map([...pods, ...few.pods].map((pod) => [keyOf(pod), pod]))
  return { pods: [...found.values()], total: few.total }
}
/** Clusters of which `limit` pods each are read, and pods of each of more clusters. */
const [wholeMax, fewMin] = [5, 10]

/** Where a pod of that name is. */
async function podNamed(
  client: Client,
  scope: ToolScope,
  clusterId: string,
  namespace: string,
  pod: string,
): Promise<{ cluster_id: string; cluster_name: string; namespace: string }> {
  const { answers, missing } = await askInside(
    client,
    scope,
    clusterId === '' ? [] : [clusterId],
    async ({ id }) =>
      (
        await client.listPods({
          params: { id },
          query: { namespace, search: pod, page_size: pageSize },
        })
      ).items,
  )
  const found = answers.flatMap(({ cluster, answer }) =>
    answer
      .filter(({ name }) => name === pod)
      .map((one) => ({ cluster_id: cluster.id, cluster_name: cluster.name, namespace: one.namespace })),
  )
  const [first] = found
  if (!first) throw new Fault('NOT_FOUND', `There is no pod ${pod}.${missingText(missing)}`)
  if (found.length > 1) {
    const places = found.slice(0, 5).map((one) => `${one.cluster_name}, namespace ${one.namespace}`)
    throw new Fault('CONFLICT', `Several pods are named ${pod}: ${places.join('; ')}. Name one of them.`)
  }
  return first
}

const byRestarts = (a: FoundPod, b: FoundPod): number => b.restarts - a.restarts || byName(a, b)
/** What is not as it should be, so that a list that is cut keeps it; else in the order of the clusters, namespaces and names as they came. */
const troubledFirst = (pods: readonly FoundPod[]): FoundPod[] => [
  ...pods.filter((pod) => !isWell(pod)),
  ...pods.filter(isWell),
]
const byName = (a: FoundPod, b: FoundPod): number =>
  a.cluster_name === b.cluster_name
    ? a.namespace === b.namespace
      ? order(a.name, b.name)
      : order(a.namespace, b.namespace)
    : order(a.cluster_name, b.cluster_name)
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const isWell = ({ status, ready, total }: FoundPod): boolean =>
  status === 'Completed' || status === 'Succeeded' || (status === 'Running' && ready === total)

const whichPods = ({ order, problems }: { order: string; problems: boolean }): string =>
  order === 'RESTARTS' ? 'pods that restarted' : problems ? 'pods with problems' : 'pods'

function podEvidence(pod: FoundPod, query: string, nowMs: number): EvidenceDraft {
  const waiting = pod.containers.find(
    ({ state, ready }) => !ready && !['Running', 'Completed', 'Waiting'].includes(state),
  )
  const exited = pod.containers.find(({ last_exit }) => last_exit !== null && last_exit.code !== 0)
  const exit = exited?.last_exit ?? null
  const where = pod.node === null ? 'on no node' : `on ${pod.node}`
  return {
    type: 'POD',
    query,
    source: pod.cluster_name,
    time: exit?.at ?? null,
    entity: `pod/${pod.namespace}/${pod.name}`,
    sentence: `Pod ${pod.name} in ${pod.namespace} is ${pod.status} ${where}, ${pod.ready} of ${pod.total} containers ready, restarts ${pod.restarts}${exit ? `, last exit ${exit.reason} (code ${exit.code})` : ''}.`,
    fields: {
      ...{ cluster: pod.cluster_name, namespace: pod.namespace, pod: pod.name },
      ...{ status: pod.status, phase: pod.phase, node: pod.node },
      workload: pod.owner === null ? null : `${pod.owner.kind}/${pod.owner.name}`,
      ...{ ready: pod.ready, containers: pod.total, restarts: pod.restarts },
      image: (waiting ?? exited ?? pod.containers.at(-1))?.image ?? null,
      waiting_container: waiting?.name ?? null,
      waiting_reason: waiting?.state ?? null,
      waiting_message: waiting?.message.slice(0, 500) || null,
      last_exit_reason: exit?.reason ?? null,
      last_exit_code: exit?.code ?? null,
      last_exit_at: exit?.at ?? null,
      last_exit_age_seconds: ageSeconds(exit?.at ?? null, nowMs),
      created_at: pod.created_at,
      age_seconds: ageSeconds(pod.created_at, nowMs),
      cpu_cores: pod.usage?.cpu_cores ?? null,
      memory_bytes: pod.usage?.memory_bytes ?? null,
    },
    // What a kubelet or runtime says of a container is its own words.
    trust: waiting?.message ? 'TELEMETRY' : 'PLATFORM',
    link: insideLink(pod.cluster_id, 'pods', { object: objectParameter('Pod', pod.namespace, pod.name) }),
  }
}
