import type { Client } from '@aiops/contract/client'
import { Change, ChangeKind } from '@aiops/contract/model/change'
import { entityName } from '@aiops/contract/model/entity'
import type { ObjectChange } from '@aiops/contract/model/kubernetes'
import { Time } from '@aiops/contract/model/time'
import { z } from 'zod'
import { clustersNamed, knownClusters } from './clusters-named.ts'
import { isAboutEntity, lastPart } from './entity-match.ts'
import { codeOf } from './failure-code.ts'
import { type EvidenceDraft, evidenceMax, tool } from './tool.ts'

const ChangeLine = Change.pick({
  ...{ id: true, at: true, kind: true, source: true, entities: true, object: true, summary: true },
  ...{ fields: true, actor: true, url: true, cluster_id: true },
})
export type ChangeLine = z.output<typeof ChangeLine>

/** Of a change at most this many fields are told. */
const fieldsMax = 8
/** What the API answers at once, and clusters that are asked at once. */
const [pageMax, clustersMax] = [200, 10]

const listChanges = tool({
  name: 'list_changes',
  title: 'Changes',
  description:
    'What was changed and by whom, newest first: deployments, configuration, feature flags, scaling, told by delivery systems or seen in watched clusters. Use it for "what changed", "what was deployed before it broke", "which version runs". `entity` is kind/name or a plain name; `kinds` are ROLLOUT, CONFIG, SCALE, LIFECYCLE, OTHER; times are ISO 8601, the last two hours when left out.',
  input: z.object({
    entity: z.string().max(600).optional().describe('kind/name such as service/checkout, or a plain name.'),
    kinds: z.array(ChangeKind).default([]),
    since: Time.optional(),
    until: Time.optional(),
    namespace: z.string().max(253).optional().describe('Only changes inside this namespace of clusters.'),
    cluster_ids: z.array(z.string().max(128)).max(100).default([]).describe('Ids or names; all when empty.'),
    limit: z.number().int().min(1).max(evidenceMax).default(50),
  }),
  output: z.object({
    changes: z.array(ChangeLine),
    total: z.number().int(),
    missing: z.array(z.object({ cluster: z.string(), reason: z.string() })),
  }),
  permission: 'topology:read',
  effect: 'READ',
  async run(client, input, scope) {
    const clusters = await clustersNamed(client, input.cluster_ids)
    const since = input.since ?? new Date(scope.nowMs - 7_200_000).toISOString()
    const range = { start: since, ...(input.until ? { end: input.until } : {}) }
    const [own, inside] = await Promise.all([
      ownChanges(client, input, range),
      insideChanges(client, input, range, clusters),
    ])
    const ids = new Set(clusters.map(({ id }) => id))
    const all = [
      ...own.filter(
        ({ cluster_id, object }) =>
          (ids.size === 0 || cluster_id === undefined || ids.has(cluster_id)) &&
          (!input.namespace || object?.namespace === input.namespace),
      ),
      ...inside.changes.filter((one) => !own.some((other) => isSame(one, other))),
    ]
      .filter(({ kind }) => input.kinds.length === 0 || input.kinds.includes(kind))
      .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
    return { changes: all.slice(0, input.limit), total: all.length, missing: inside.missing }
  },
  evidence: ({ changes }) => changes.map(changeRecord),
  sentence: ({ total }, { entity, since, kinds }) =>
    `Looked at ${kinds.length > 0 ? `${kinds.join(' and ')} ` : ''}changes${entity ? ` of ${lastPart(entity)}` : ''} since ${since ?? 'two hours ago'}: ${total}.`,
  missing: ({ missing }) => missing,
})

type Asked = {
  entity?: string | undefined
  kinds: ChangeKind[]
  namespace?: string | undefined
  limit: number
}
type Range = { start: string; end?: string }

/** Of an entity: those told of it under its id, and those that name a thing of the same name. */
async function ownChanges(client: Client, { entity, kinds }: Asked, range: Range): Promise<ChangeLine[]> {
  const query = { ...range, kind: kinds, page_size: pageMax }
  const ids = entity
    ? [...new Set([entity, `service/${lastPart(entity)}`])].filter((id) => id.includes('/'))
    : []
  const answers = await Promise.all([
    client.listChanges({ query }),
    ...ids.map((id) => client.listChanges({ query: { ...query, entity: id } })),
  ])
  const found = new Map<string, ChangeLine>()
  for (const { items } of answers)
    for (const item of items) if (!entity || isOf(item, entity)) found.set(item.id, lineOf(item))
  return [...found.values()]
}

/** `…/search-settings` is a thing of its own, and so is `search`; a ConfigMap is told with those who read it. */
const isOf = ({ entities, object }: Change, entity: string): boolean =>
  isAboutEntity(object ? [...entities, object.name] : entities, entity)

const lineOf = (change: Change): ChangeLine =>
  ChangeLine.parse({ ...change, fields: change.fields.slice(0, fieldsMax) })

type Named = { id: string; name: string }
type Inside = { changes: ChangeLine[]; missing: { cluster: string; reason: string }[] }

/** A cluster tells more of itself than what is recorded as a possible reason; it is asked where somebody points at it. */
async function insideChanges(
  client: Client,
  { entity, namespace, limit }: Asked,
  range: Range,
  clusters: readonly Named[],
): Promise<Inside> {
  if (clusters.length === 0 && !namespace) return { changes: [], missing: [] }
  const asked = (clusters.length > 0 ? clusters : await knownClusters(client)).slice(0, clustersMax)
  const answers = await Promise.all(
    asked.map((cluster) => insideOf(client, cluster, { namespace, range, limit })),
  )
  return {
    changes: answers
      .flatMap(({ changes }) => changes)
      .filter((one) => !entity || isAboutEntity([...one.entities, one.object?.name ?? ''], entity)),
    missing: clusters.length > 0 ? answers.flatMap(({ missing }) => missing) : [],
  }
}

async function insideOf(
  client: Client,
  cluster: Named,
  { namespace, range, limit }: { namespace: string | undefined; range: Range; limit: number },
): Promise<Inside> {
  try {
    const { changes } = await client.listClusterChanges({
      params: { id: cluster.id },
      query: { ...range, ...(namespace ? { namespace } : {}), causes: 'true', limit },
    })
    return { changes: changes.flatMap((one) => insideLine(one, cluster)), missing: [] }
  } catch (error) {
    const code = codeOf(error)
    if (code !== 'CLUSTER_NOT_WATCHED' && code !== 'CLUSTER_NOT_FOUND' && code !== 'VALIDATION_FAILED')
      throw error
    return { changes: [], missing: [{ cluster: cluster.name, reason: (error as Error).message }] }
  }
}

/** Kinds that come and go with everything else and explain nothing. */
const noise: ReadonlySet<string> = new Set(['Pod', 'ReplicaSet', 'Event', 'EndpointSlice', 'Lease'])

function insideLine(change: ObjectChange, cluster: Named): ChangeLine[] {
  if (change.kind === 'STATUS' || noise.has(change.object.kind)) return []
  const { object, owner } = change
  const of = owner ?? object
  return [
    {
      id: `${cluster.id}/${object.kind}/${object.namespace}/${object.name}/${change.at}`,
      ...{ at: change.at, kind: change.kind, source: 'KUBERNETES', cluster_id: cluster.id, object },
      entities: of.namespace ? [`workload/${cluster.name}/${of.namespace}/${of.kind}/${of.name}`] : [],
      ...{ summary: change.summary, fields: change.fields.slice(0, fieldsMax) },
    },
  ]
}

const isSame = (a: ChangeLine, b: ChangeLine): boolean =>
  a.object?.name === b.object?.name &&
  a.object?.kind === b.object?.kind &&
  Math.abs(Date.parse(a.at) - Date.parse(b.at)) < 2_000

function changeRecord(change: ChangeLine): EvidenceDraft {
  const about = changedName(change)
  const shown = change.fields.slice(0, 3)
  const fields = Object.fromEntries(
    shown.flatMap(({ path, before, after }) => [
      [`${path}_before`, before],
      [`${path}_after`, after],
    ]),
  )
  return {
    ...{ type: 'CHANGE', query: 'changes', source: change.source === 'API' ? 'platform' : 'cluster' },
    ...{ time: change.at, entity: change.entities[0] ?? null },
    sentence: `${about}: ${change.summary}${change.actor ? `, by ${change.actor}` : ''}`,
    fields: {
      ...{
        of: about,
        kind: change.kind,
        summary: change.summary,
        at: change.at,
        actor: change.actor ?? null,
      },
      ...fields,
    },
    ...{ trust: 'OPERATOR', link: change.entities[0] ? topologyLink(change.entities[0]) : null },
  }
}

/** What was changed, by its name alone. */
export const changedName = ({ entities, object }: Pick<ChangeLine, 'entities' | 'object'>): string =>
  object && !entities.some((id) => lastPart(id) === object.name)
    ? object.name
    : lastPart(entityName(entities[0] ?? object?.name ?? 'something'))

const topologyLink = (id: string): string => `/topology?entity=${encodeURIComponent(id)}`

export const changeTools = { list_changes: listChanges } as const
