import { WorkloadSummary } from '@aiops/contract/model/kubernetes'
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

const Name = z.string().max(253).default('')
const FoundWorkload = WorkloadSummary.extend(ofCluster)
type FoundWorkload = z.output<typeof FoundWorkload>

export const listWorkloads = tool({
  name: 'list_workloads',
  title: 'List workloads',
  description:
    'Deployments, StatefulSets, DaemonSets, Jobs and CronJobs with wanted and ready replicas, state and images; what is not available first. ' +
    'Use it for what runs in a namespace, which version of an image runs, and what is degraded.',
  permission: 'clusters:read',
  effect: 'READ',
  input: z.object({
    cluster_ids: ClusterIds,
    namespace: Name,
    kind: z.enum(['', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicaSet']).default(''),
    name: Name.describe('Exact name.'),
    search: Name.describe('A part of the name.'),
    problems: z.boolean().default(false),
    limit: z.number().int().min(1).max(evidenceMax).default(100),
  }),
  output: z.object({ workloads: z.array(FoundWorkload), total: z.number().int(), missing: Missing }),
  async run(client, { cluster_ids, namespace, kind, name, search, problems, limit }, scope) {
    const query = {
      ...{ namespace, kind, search: name || search, problems: String(problems) },
      page_size: evidenceMax,
    }
    const { answers, missing } = await askInside(client, scope, cluster_ids, ({ id }) =>
      client.listWorkloads({ params: { id }, query }),
    )
    const all = answers.flatMap(({ cluster, answer }) =>
      answer.items.map(
        (one): FoundWorkload => ({
          ...one,
          cluster_id: cluster.id,
          cluster_name: cluster.name,
        }),
      ),
    )
    const found = name === '' ? all : all.filter((one) => one.name === name)
    const total = name === '' ? answers.reduce((sum, { answer }) => sum + answer.total, 0) : found.length
    return {
      // Within a cluster the API has what is not available first; so it is over all of them.
      workloads: found
        .sort((a, b) => Number(isWell(a)) - Number(isWell(b)))
        .slice(0, limit)
        .map((one) => FoundWorkload.parse(one)),
      total,
      missing,
    }
  },
  evidence: ({ workloads }, _input, { nowMs }) => workloads.map((one) => workloadEvidence(one, nowMs)),
  sentence: ({ total, missing }, { cluster_ids, namespace, problems }) =>
    `Looked at workloads${problems ? ' that are not available' : ''} of ${namespace ? `namespace ${namespace} in ` : ''}${clustersText(cluster_ids)}: ${total}.${missingText(missing)}`,
  missing: ({ missing }) => missing,
})

const isWell = ({ status }: FoundWorkload): boolean => ['Available', 'Complete', 'Suspended'].includes(status)

function workloadEvidence(one: FoundWorkload, nowMs: number): EvidenceDraft {
  return {
    type: 'WORKLOAD',
    query: 'workloads',
    source: one.cluster_name,
    time: null,
    entity: `${one.kind.toLowerCase()}/${one.namespace}/${one.name}`,
    sentence: `${one.kind} ${one.name} in ${one.namespace} is ${one.status}: ${one.ready} of ${one.desired} ready.`,
    fields: {
      ...{ cluster: one.cluster_name, namespace: one.namespace, workload: one.name, kind: one.kind },
      ...{ status: one.status, desired: one.desired, ready: one.ready, updated: one.updated },
      images: one.images.slice(0, 10).join(', '),
      age_seconds: ageSeconds(one.created_at, nowMs),
    },
    trust: 'PLATFORM',
    link: insideLink(one.cluster_id, 'workloads', {
      object: objectParameter(one.kind, one.namespace, one.name),
    }),
  }
}
