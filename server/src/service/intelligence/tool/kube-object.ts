import { ObjectChange } from '@aiops/contract/model/kubernetes'
import { z } from 'zod'
import {
  askInside,
  ClusterIds,
  clustersText,
  codeOf,
  insideLink,
  Missing,
  missingText,
  objectParameter,
  ofCluster,
} from './inside.ts'
import { type EvidenceDraft, tool } from './tool.ts'

/** Changes that are given of one object. */
const historyMax = 50
/** Containers of one object whose settings are told. */
const containersMax = 20

/** What a container may use and what it runs. Quantities as Kubernetes writes them: `512Mi`, `500m`. */
const ContainerSetting = z.object({
  name: z.string(),
  image: z.string(),
  requests: z.record(z.string(), z.string()),
  limits: z.record(z.string(), z.string()),
})
type ContainerSetting = z.output<typeof ContainerSetting>

const FoundObject = z.object({
  ...ofCluster,
  ...{ kind: z.string(), namespace: z.string(), name: z.string(), at: z.string() },
  /** The fields that are kept of it. */
  object: z.record(z.string(), z.unknown()),
  containers: z.array(ContainerSetting),
  history: z.array(ObjectChange),
})
type FoundObject = z.output<typeof FoundObject>

export const getObject = tool({
  name: 'get_object',
  title: 'Look at one object of a cluster',
  description:
    'One Kubernetes object by kind, namespace and exact name: the fields that are kept of it (specification, limits and requests, conditions) and how it changed in the last two hours. ' +
    'Use it for a memory limit, a selector, a condition, or what was changed of one thing. Without cluster_ids every cluster is asked.',
  permission: 'clusters:read',
  effect: 'READ',
  input: z.object({
    cluster_ids: ClusterIds,
    kind: z.string().min(1).max(253).describe('As Kubernetes spells it: Pod, Deployment, Node, ConfigMap.'),
    namespace: z.string().max(253).default('').describe('Empty for a thing of the cluster as a whole.'),
    name: z.string().min(1).max(253),
    at: z.iso.datetime({ offset: true }).optional().describe('A moment within the last two hours.'),
  }),
  output: z.object({ objects: z.array(FoundObject), total: z.number().int(), missing: Missing }),
  async run(client, { cluster_ids, kind, namespace, name, at }, scope) {
    const { answers, missing } = await askInside(client, scope, cluster_ids, async ({ id }) => {
      try {
        const params = { id, kind, namespace: namespace || '-', name }
        return await client.getClusterObject({ params, query: { at } })
      } catch (error) {
        if (codeOf(error) === 'NOT_FOUND') return undefined
        throw error
      }
    })
    const objects = answers.flatMap(({ cluster, answer }) =>
      answer === undefined
        ? []
        : [
            {
              ...{ cluster_id: cluster.id, cluster_name: cluster.name, kind, namespace, name, at: answer.at },
              ...{ object: answer.object, history: answer.history.slice(0, historyMax) },
              containers: containersOf(answer.object),
            },
          ],
    )
    return { objects, total: objects.length, missing }
  },
  evidence: ({ objects }) => objects.map(objectEvidence),
  sentence: ({ total, missing }, { cluster_ids, kind, namespace, name }) =>
    `Looked for ${kind} ${namespace ? `${namespace}/` : ''}${name} in ${clustersText(cluster_ids)}: ${total === 0 ? 'not there' : 'found'}.${missingText(missing)}`,
  missing: ({ missing }) => missing,
})

function objectEvidence(one: FoundObject): EvidenceDraft {
  const limits = one.containers.flatMap((container) =>
    Object.entries({ limit: container.limits, request: container.requests }).flatMap(([word, amounts]) =>
      Object.entries(amounts).map(([resource, amount]) => [
        `${one.containers.length === 1 ? '' : `${container.name}_`}${resource}_${word}`,
        amount,
      ]),
    ),
  )
  const latest = one.history[0]
  return {
    type: one.kind === 'Node' ? 'NODE' : one.kind === 'Pod' ? 'POD' : 'WORKLOAD',
    query: `${one.kind} ${one.namespace ? `${one.namespace}/` : ''}${one.name}`,
    source: one.cluster_name,
    time: one.at,
    entity: `${one.kind.toLowerCase()}/${one.namespace ? `${one.namespace}/` : ''}${one.name}`,
    sentence: `${one.kind} ${one.name}${one.namespace ? ` in ${one.namespace}` : ''} as it was at ${one.at.slice(11, 19)} UTC.`,
    fields: {
      ...{ cluster: one.cluster_name, namespace: one.namespace, kind: one.kind, name: one.name },
      images: one.containers.map(({ image }) => image).join(', ') || null,
      ...Object.fromEntries(limits),
      ...{ changes: one.history.length, last_change: latest?.summary.slice(0, 300) ?? null },
      last_change_at: latest?.at ?? null,
    },
    trust: 'TELEMETRY',
    link: insideLink(one.cluster_id, tabs[one.kind] ?? 'workloads', {
      object: objectParameter(one.kind, one.namespace, one.name),
    }),
  }
}

const tabs: Readonly<Record<string, string>> = { Pod: 'pods', Node: 'nodes' }

/** Of a pod, or of what a workload makes pods from. */
function containersOf(object: Readonly<Record<string, unknown>>): ContainerSetting[] {
  const spec = at(object, 'spec')
  const job = at(at(spec, 'jobTemplate'), 'spec')
  const pod = at(at(spec, 'template'), 'spec') ?? at(at(job, 'template'), 'spec') ?? spec
  const containers = at(pod, 'containers')
  if (!Array.isArray(containers)) return []
  return containers.slice(0, containersMax).map((container: unknown) => ({
    name: textOf(at(container, 'name')),
    image: textOf(at(container, 'image')),
    requests: textsOf(at(at(container, 'resources'), 'requests')),
    limits: textsOf(at(at(container, 'resources'), 'limits')),
  }))
}

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined
const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 512) : '')
const textsOf = (value: unknown): Record<string, string> =>
  typeof value !== 'object' || value === null
    ? {}
    : Object.fromEntries(
        Object.entries(value)
          .slice(0, 20)
          .map(([name, amount]) => [name, String(amount).slice(0, 64)]),
      )
