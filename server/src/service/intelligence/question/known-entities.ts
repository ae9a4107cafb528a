import { type EntityKind, entityName } from '@aiops/contract/model/entity'
import type { Entity } from '@aiops/contract/model/topology'
import type { Turn } from '../../../kernel/turn.ts'
import type { NamedThing } from './question.ts'

/** Entities of the topology that are taken in; pods do not count. */
const entitiesMax = 100_000

/** Kinds that people name; pods and endpoints are too many and are looked up when they are named. */
const kindOf: Readonly<Partial<Record<EntityKind, NamedThing['kind']>>> = {
  namespace: 'NAMESPACE',
  node: 'NODE',
  host: 'HOST',
  workload: 'WORKLOAD',
  service: 'SERVICE',
  database: 'DATABASE',
  queue: 'QUEUE',
  gpu: 'GPU',
  function: 'FUNCTION',
  external: 'EXTERNAL',
}

/**
 * What the topology knows by name, and the teams that its labels name. A namespace or workload of one name in several clusters is one
 * thing here: a question narrows it by naming a cluster too. A workload that stands behind a service of its name is that service.
 */
export async function thingsOfEntities(
  entities: readonly Entity[],
  clusters: readonly NamedThing[],
  turn: Turn,
): Promise<NamedThing[]> {
  const clusterIds = new Map(clusters.map(({ name, id }) => [name, id]))
  const found = new Map<string, NamedThing>()
  const people = new Set<string>()
  let count = 0
  for (const entity of entities) {
    if (turn.due()) await turn.give()
    const kind = kindOf[entity.kind]
    if (entity.kind === 'cluster' && !clusterIds.has(entity.name)) {
      found.set(`CLUSTER ${entity.name}`, { kind: 'CLUSTER', name: entity.name, id: entity.name })
      continue
    }
    if (!kind || count >= entitiesMax) continue
    count += 1
    for (const label of ownerLabels) {
      const name = entity.labels[label]
      if (name && name.length <= 64) people.add(name)
    }
    const thing = thingOf(entity, kind, clusterIds)
    const key = isMerged(kind) ? `${kind} ${thing.name}` : `${kind} ${thing.id}`
    const before = found.get(key)
    found.set(key, before ? merged(before, thing) : thing)
  }
  const things = withoutTwins(found)
  for (const name of people) things.push({ kind: 'PERSON', name, id: name })
  return things
}

const ownerLabels = ['team', 'owner'] as const
const isMerged = (kind: NamedThing['kind']): boolean => kind === 'NAMESPACE' || kind === 'WORKLOAD'

function thingOf(
  entity: Entity,
  kind: NamedThing['kind'],
  clusterIds: ReadonlyMap<string, string>,
): NamedThing {
  const { cluster, namespace, kind: labelled } = entity.labels
  // Where a name alone means several things, the topology writes cluster and namespace before it.
  const path = entityName(entity.id).split('/')
  const name = path.at(-1) || entity.name
  const clusterId = cluster === undefined ? undefined : (clusterIds.get(cluster) ?? cluster)
  return {
    ...{ kind, name, id: entity.id },
    ...(clusterId === undefined ? {} : { cluster_id: clusterId }),
    ...(kind === 'NAMESPACE' ? { namespace: name } : namespace ? { namespace } : {}),
    ...(kind === 'WORKLOAD' && labelled ? { workload_kind: labelled } : {}),
  }
}

/** One thing for all that go by the name: what they differ in is not said of it. */
function merged(before: NamedThing, other: NamedThing): NamedThing {
  const { cluster_id, namespace, workload_kind, ...rest } = before
  return {
    ...rest,
    ...(cluster_id !== undefined && cluster_id === other.cluster_id ? { cluster_id } : {}),
    ...(namespace !== undefined && namespace === other.namespace ? { namespace } : {}),
    ...(workload_kind !== undefined && workload_kind === other.workload_kind ? { workload_kind } : {}),
  }
}

/** A service and the workload behind it go by one name; people mean both. */
function withoutTwins(found: ReadonlyMap<string, NamedThing>): NamedThing[] {
  const services = new Map<string, NamedThing>()
  for (const thing of found.values()) if (isServed(thing)) services.set(thing.name, thing)
  const things: NamedThing[] = []
  for (const thing of found.values()) {
    if (thing.kind === 'WORKLOAD' && services.has(thing.name)) continue
    // Spans know a service by its name alone; each cluster that has one writes cluster and namespace before it.
    if (isServed(thing) && thing.id !== bareId(thing) && found.has(`${thing.kind} ${bareId(thing)}`)) continue
    if (!isServed(thing)) {
      things.push(thing)
      continue
    }
    things.push(withWorkload(thing, found.get(`WORKLOAD ${thing.name}`)))
  }
  return things
}

/** What several clusters have by one name is in none of them alone, whichever told of it last. */
function withWorkload(thing: NamedThing, workload: NamedThing | undefined): NamedThing {
  if (workload === undefined) return thing
  const { cluster_id, ...rest } = thing
  const isShared = thing.id === bareId(thing) && workload.cluster_id === undefined
  return {
    ...rest,
    ...(cluster_id === undefined || isShared ? {} : { cluster_id }),
    ...(workload.workload_kind ? { workload_kind: workload.workload_kind } : {}),
    ...(thing.namespace === undefined && workload.namespace ? { namespace: workload.namespace } : {}),
  }
}

const bareId = ({ kind, name }: NamedThing): string => `${kind.toLowerCase()}/${name}`
const isServed = ({ kind }: NamedThing): boolean =>
  kind === 'SERVICE' || kind === 'DATABASE' || kind === 'QUEUE'
