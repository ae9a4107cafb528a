import { NodeSummary } from '@aiops/contract/model/kubernetes'
import { z } from 'zod'
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
import { type EvidenceDraft, evidenceMax, tool } from './tool.ts'

const FoundNode = NodeSummary.omit({ os: true }).extend(ofCluster)
type FoundNode = z.output<typeof FoundNode>

export const listNodes = tool({
  name: 'list_nodes',
  title: 'List nodes',
  description:
    'Nodes of clusters: readiness, pressure and other problems, whether pods may be scheduled, capacity, what pods request of it and what is used, GPUs. ' +
    'Use it for which nodes are not ready, under pressure, or have room left. `problems` keeps those that are not as they should be.',
  permission: 'clusters:read',
  effect: 'READ',
  input: z.object({
    cluster_ids: ClusterIds,
    name: z.string().max(253).default('').describe('Exact name of one node.'),
    problems: z.boolean().default(false),
    at: z.iso.datetime({ offset: true }).optional().describe('A moment within the last two hours.'),
    limit: z.number().int().min(1).max(evidenceMax).default(evidenceMax),
  }),
  output: z.object({
    nodes: z.array(FoundNode),
    /** Nodes that fit. */
    total: z.number().int(),
    /** Nodes that were looked at. */
    looked_at: z.number().int(),
    not_ready: z.number().int(),
    missing: Missing,
  }),
  async run(client, { cluster_ids, name, problems, at, limit }, scope) {
    const { answers, missing } = await askInside(client, scope, cluster_ids, async ({ id }) => {
      return (await client.listNodes({ params: { id }, query: { at } })).nodes
    })
    const all = answers.flatMap(({ cluster, answer }) =>
      answer.map((node): FoundNode => ({ ...node, cluster_id: cluster.id, cluster_name: cluster.name })),
    )
    const named = name === '' ? all : all.filter((node) => node.name.toLowerCase() === name.toLowerCase())
    const found = problems ? named.filter(hasProblem) : named
    return {
      nodes: found
        .sort((a, b) => Number(hasProblem(b)) - Number(hasProblem(a)))
        .slice(0, limit)
        .map((node) => FoundNode.parse(node)),
      total: found.length,
      looked_at: named.length,
      not_ready: named.filter(({ ready }) => !ready).length,
      missing,
    }
  },
  evidence: ({ nodes }, _input, { nowMs }) => nodes.map((node) => nodeEvidence(node, nowMs)),
  sentence: ({ total, looked_at, missing }, { cluster_ids, problems }) =>
    `Looked at ${looked_at} nodes of ${clustersText(cluster_ids)}${problems ? `: ${total} with problems` : ''}.${missingText(missing)}`,
  missing: ({ missing }) => missing,
})

const hasProblem = ({ ready, schedulable, problems }: FoundNode): boolean =>
  !ready || !schedulable || problems.length > 0

function nodeEvidence(node: FoundNode, nowMs: number): EvidenceDraft {
  const { allocatable, requested, usage } = node
  const state = !node.ready
    ? 'NotReady'
    : node.problems.length > 0
      ? `Ready with ${node.problems.join(', ')}`
      : 'Ready'
  return {
    type: 'NODE',
    query: 'nodes',
    source: node.cluster_name,
    time: usage?.at ?? null,
    entity: `node/${node.name}`,
    sentence: `Node ${node.name} of ${node.cluster_name} is ${state}${node.schedulable ? '' : ', closed to new pods'}, ${node.pods} pods.`,
    fields: {
      ...{ cluster: node.cluster_name, node: node.name, ready: node.ready, schedulable: node.schedulable },
      problems: node.problems.join(', ') || null,
      ...{ version: node.version, pods: node.pods, pods_max: allocatable.pods },
      ...{ allocatable_cpu_cores: allocatable.cpu_cores, requested_cpu_cores: requested.cpu_cores },
      ...{
        allocatable_memory_bytes: allocatable.memory_bytes,
        requested_memory_bytes: requested.memory_bytes,
      },
      ...{ gpus: allocatable.gpus, requested_gpus: requested.gpus },
      free_cpu_cores: Number((allocatable.cpu_cores - requested.cpu_cores).toFixed(3)),
      free_memory_bytes: allocatable.memory_bytes - requested.memory_bytes,
      free_gpus: allocatable.gpus - requested.gpus,
      used_cpu_cores: usage?.cpu_cores ?? null,
      used_memory_bytes: usage?.memory_bytes ?? null,
      age_seconds: ageSeconds(node.created_at, nowMs),
    },
    trust: 'PLATFORM',
    link: insideLink(node.cluster_id, 'nodes', { object: objectParameter('Node', '', node.name) }),
  }
}
