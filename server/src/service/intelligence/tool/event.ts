import { KubernetesEvent, ObjectChange } from '@aiops/contract/model/kubernetes'
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
const Moment = z.iso.datetime({ offset: true }).optional()
/** Events of one cluster that are read to be grouped. */
const readMax = 2_000
/** Characters of an event's message. */
const messageMax = 1_000

/** Events of one object with one reason, taken together. */
const EventGroup = KubernetesEvent.omit({ name: true, source: true }).extend(ofCluster)
type EventGroup = z.output<typeof EventGroup>

export const listEvents = tool({
  name: 'list_events',
  title: 'List Kubernetes events',
  description:
    'Events of the last two hours inside clusters, those of one object with one reason taken together, warnings first and then newest. ' +
    'Use it for what Kubernetes says of a pod, node or namespace. `name` is the name of the object, or of the workload whose pods are meant.',
  permission: 'clusters:read',
  effect: 'READ',
  input: z.object({
    cluster_ids: ClusterIds,
    ...{ namespace: Name, kind: Name.describe('Kind of the object, such as Pod or Node.'), name: Name },
    reason: Name.describe('Such as FailedScheduling or BackOff.'),
    type: z.enum(['', 'Normal', 'Warning']).default(''),
    ...{ start: Moment, end: Moment },
    limit: z.number().int().min(1).max(evidenceMax).default(50),
  }),
  output: z.object({
    events: z.array(EventGroup),
    total: z.number().int(),
    /** Older events of a cluster were left out. */
    truncated: z.boolean(),
    missing: Missing,
  }),
  async run(client, { cluster_ids, namespace, kind, name, reason, type, start, end, limit }, scope) {
    const query = {
      ...{ namespace, kind, reason, start, end, limit: readMax },
      ...(type === '' ? {} : { type }),
    }
    const { answers, missing } = await askInside(client, scope, cluster_ids, ({ id }) =>
      client.listKubernetesEvents({ params: { id }, query }),
    )
    const groups = answers.flatMap(({ cluster, answer }) => {
      const wanted = name === '' ? answer.events : answer.events.filter((one) => isAbout(one.object, name))
      return grouped(wanted).map((one) => ({ ...one, cluster_id: cluster.id, cluster_name: cluster.name }))
    })
    return {
      events: groups.sort(warningsFirst).slice(0, limit),
      total: groups.length,
      truncated: answers.some(({ answer }) => answer.truncated),
      missing,
    }
  },
  evidence: ({ events }, _input, { nowMs }) => events.map((event) => eventEvidence(event, nowMs)),
  sentence: ({ total, missing }, { cluster_ids, namespace, name, type, start, end }) =>
    `Looked at ${type === 'Warning' ? 'warning events' : 'events'}${name ? ` about ${name}` : ''}${namespace ? ` in namespace ${namespace}` : ''} of ${clustersText(cluster_ids)}${start || end ? '' : ' in the last two hours'}: ${total}.${missingText(missing)}`,
  missing: ({ missing }) => missing,
})

const FoundChange = ObjectChange.extend(ofCluster)
type FoundChange = z.output<typeof FoundChange>

export const listObjectChanges = tool({
  name: 'list_object_changes',
  title: 'List changes inside clusters',
  description:
    'What changed of the objects of clusters within the last two hours, newest first: rollouts, configuration, scale, nodes. ' +
    'Use it beside list_changes, which knows of deployments that were reported. `causes` leaves out changes of status alone.',
  permission: 'clusters:read',
  effect: 'READ',
  input: z.object({
    cluster_ids: ClusterIds,
    ...{ namespace: Name, kind: Name, name: Name },
    owner: Name.describe('Name of the workload that what changed belongs to.'),
    causes: z.boolean().default(true),
    ...{ start: Moment, end: Moment },
    limit: z.number().int().min(1).max(evidenceMax).default(50),
  }),
  output: z.object({
    changes: z.array(FoundChange),
    total: z.number().int(),
    truncated: z.boolean(),
    /** What is older is not known, of the cluster that is known for the shortest; null where none answered. */
    since: z.string().nullable(),
    missing: Missing,
  }),
  async run(client, { cluster_ids, namespace, kind, name, owner, causes, start, end, limit }, scope) {
    const query = { namespace, kind, name, owner, start, end, causes: String(causes), limit }
    const { answers, missing } = await askInside(client, scope, cluster_ids, ({ id }) =>
      client.listClusterChanges({ params: { id }, query }),
    )
    const changes = answers
      .flatMap(({ cluster, answer }) =>
        answer.changes.map(
          (one): FoundChange => ({
            ...one,
            ...{ cluster_id: cluster.id, cluster_name: cluster.name },
          }),
        ),
      )
      .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
    const since = answers.map(({ answer }) => answer.since).sort()
    return {
      changes: changes.slice(0, limit).map((one) => ({ ...one, fields: one.fields.slice(0, 10) })),
      total: changes.length,
      truncated: changes.length > limit || answers.some(({ answer }) => answer.truncated),
      since: since.at(-1) ?? null,
      missing,
    }
  },
  evidence: ({ changes }, _input, { nowMs }) => changes.map((change) => changeEvidence(change, nowMs)),
  sentence: ({ total, since, missing }, { cluster_ids }) =>
    `Looked at changes inside ${clustersText(cluster_ids)}${since ? `, known since ${since.slice(0, 16)}Z` : ''}: ${total}.${missingText(missing)}`,
  missing: ({ missing }) => missing,
})

function grouped(events: readonly KubernetesEvent[]): Omit<EventGroup, 'cluster_id' | 'cluster_name'>[] {
  const found = new Map<string, Omit<EventGroup, 'cluster_id' | 'cluster_name'>>()
  // Newest first, so that the words that are kept are the latest.
  for (const { namespace, type, reason, message, object, count, first_at, last_at } of events) {
    const key = JSON.stringify([type, reason, object.kind, object.namespace, object.name])
    const group = found.get(key)
    if (group) {
      group.count += count
      group.first_at = earlier(group.first_at, first_at)
    } else {
      const text = message.slice(0, messageMax)
      found.set(key, { namespace, type, reason, message: text, object, count, first_at, last_at })
    }
  }
  return [...found.values()]
}

const earlier = (a: string | null, b: string | null): string | null =>
  a === null ? b : b === null || a < b ? a : b

const warningsFirst = (a: EventGroup, b: EventGroup): number =>
  Number(b.type === 'Warning') - Number(a.type === 'Warning') ||
  Date.parse(b.last_at ?? '1970-01-01') - Date.parse(a.last_at ?? '1970-01-01')

/** Whether it is the object itself, or a pod or replica set that Kubernetes named after it. */
export function isAbout(object: { kind: string; name: string }, name: string): boolean {
  if (object.name === name) return true
  if (!object.name.startsWith(`${name}-`)) return false
  const rest = object.name.slice(name.length + 1)
  if (object.kind === 'Pod') return /^(?:[a-z0-9]{1,10}-)?[a-z0-9]{5}$|^\d{1,5}$/.test(rest)
  return object.kind === 'ReplicaSet' && /^[a-z0-9]{6,10}$/.test(rest)
}

function eventEvidence(event: EventGroup, nowMs: number): EvidenceDraft {
  const { kind, namespace, name } = event.object
  return {
    type: 'EVENT',
    query: 'events',
    source: event.cluster_name,
    time: event.last_at ?? event.first_at,
    entity: `${kind.toLowerCase()}/${namespace === '' ? '' : `${namespace}/`}${name}`,
    sentence: `${event.type} ${event.reason} on ${kind} ${name}, ${event.count} times: ${event.message.slice(0, 300)}`,
    fields: {
      ...{ cluster: event.cluster_name, namespace, kind, name, type: event.type, reason: event.reason },
      ...{ count: event.count, first_at: event.first_at, last_at: event.last_at },
      last_age_seconds: ageSeconds(event.last_at, nowMs),
      message: event.message,
    },
    trust: 'TELEMETRY',
    link: insideLink(event.cluster_id, 'events', {
      object: objectParameter(kind, namespace, name),
      part: 'events',
    }),
  }
}

function changeEvidence(change: FoundChange, nowMs: number): EvidenceDraft {
  const { kind, namespace, name } = change.object
  return {
    type: 'CHANGE',
    query: 'changes of objects',
    source: change.cluster_name,
    time: change.at,
    entity: `${kind.toLowerCase()}/${namespace === '' ? '' : `${namespace}/`}${name}`,
    sentence: `${kind} ${name}${namespace ? ` in ${namespace}` : ''} ${change.type.toLowerCase()}: ${change.summary.slice(0, 300)}`,
    fields: {
      ...{ cluster: change.cluster_name, namespace, kind, name, change: change.type, sort: change.kind },
      owner: change.owner === null ? null : `${change.owner.kind}/${change.owner.name}`,
      summary: change.summary.slice(0, 500),
      ...{ at: change.at, age_seconds: ageSeconds(change.at, nowMs) },
    },
    trust: 'TELEMETRY',
    link: insideLink(change.cluster_id, 'changes', {
      object: objectParameter(kind, namespace, name),
      part: 'changes',
    }),
  }
}
