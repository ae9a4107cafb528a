import type { Client } from '@aiops/contract/client'
import { EntityId, EntityKind, type EntityKind as Kind } from '@aiops/contract/model/entity'
import { Labels } from '@aiops/contract/model/label'
import { EdgeType, Entity, type Topology } from '@aiops/contract/model/topology'
import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import { counted, listed } from '../answer/words.ts'
import { lastPart } from './entity-match.ts'
import { unless } from './failure-code.ts'
import { type EvidenceDraft, evidenceMax, tool } from './tool.ts'

const Neighbour = z.object({
  id: EntityId,
  kind: EntityKind,
  name: z.string(),
  health: Entity.shape.health,
  owner: z.string().nullable(),
  labels: Labels,
  /** UP: it needs the entity; DOWN: the entity needs it; SELF: the entity itself; NONE: no entity was asked for. */
  direction: z.enum(['SELF', 'UP', 'DOWN', 'NONE']),
  /** Edges away. */
  hops: z.number().int(),
  /** The neighbour through which it was reached; null at one hop. */
  via: EntityId.nullable(),
  relation: EdgeType.nullable(),
  calls_per_second: z.number().nullable(),
  error_ratio: z.number().nullable(),
  mean_ms: z.number().nullable(),
})
export type Neighbour = z.output<typeof Neighbour>

const getTopology = tool({
  name: 'get_topology',
  title: 'Topology',
  description:
    'What an entity depends on (direction DOWN) and what depends on it (UP), over `depth` hops, each with health, owner and, for calls, rate, error ratio and mean time. `entity` is kind/name such as service/checkout or node/worker-1, or a plain name. Without an entity: the entities themselves; with `owner`, those that belong to a team or person.',
  input: z.object({
    entity: z.string().max(600).optional().describe('kind/name such as service/checkout, or a plain name.'),
    direction: z.enum(['UP', 'DOWN', 'BOTH']).default('BOTH'),
    depth: z.number().int().min(1).max(6).default(1),
    owner: z.string().max(200).optional().describe('Only what belongs to this team or person.'),
    kinds: z.array(EntityKind).default([]).describe('Only entities of these kinds; all when empty.'),
    limit: z.number().int().min(1).max(evidenceMax).default(100),
  }),
  output: z.object({
    entity: EntityId.nullable(),
    entities: z.array(Neighbour),
    total: z.number().int(),
  }),
  permission: 'topology:read',
  effect: 'READ',
  async run(client, { entity, direction, depth, owner, kinds, limit }) {
    const found = entity ? await around(client, entity, depth) : undefined
    const isWanted = (one: Pick<Entity, 'kind' | 'labels'>): boolean =>
      (kinds.length === 0 || kinds.includes(one.kind)) && (!owner || isOwnedBy(one, owner))
    if (!found) {
      const fit = (await client.getTopology()).entities.filter(isWanted)
      return { entity: null, entities: fit.slice(0, limit).map(loose), total: fit.length }
    }
    const all = neighboursOf(found.topology, found.id, direction, depth)
    const fit = all.filter((one) => one.direction === 'SELF' || isWanted(one))
    return { entity: found.id, entities: fit.slice(0, limit), total: fit.length }
  },
  evidence: ({ entities, entity }) => entities.map((one) => neighbourRecord(one, entity)),
  sentence({ entity, entities, total }, { owner, direction }) {
    if (!entity) return `Looked at the entities${owner ? ` that belong to ${owner}` : ''}: ${total}.`
    const [up, down] = (['UP', 'DOWN'] as const).map(
      (way) => entities.filter((one) => one.direction === way).length,
    )
    const parts = [
      ...(direction === 'DOWN'
        ? []
        : [`${counted(up ?? 0, 'thing')} that ${up === 1 ? 'needs' : 'need'} it`]),
      ...(direction === 'UP' ? [] : [`${counted(down ?? 0, 'thing')} that it needs`]),
    ]
    return `Looked at the topology around ${lastPart(entity)}: ${listed(parts)}.`
  },
})

/** In which order a plain name is tried. */
const kindsTried: readonly Kind[] = [
  ...(['service', 'database', 'queue', 'external', 'host', 'node', 'pod', 'function', 'cluster'] as const),
]
/** A path from a node up to who is served by it passes pod, workload and Service. */
const depthMax = 10

async function around(
  client: Client,
  entity: string,
  depth: number,
): Promise<{ id: EntityId; topology: Topology }> {
  const isId = EntityId.safeParse(entity).success
  const name = lastPart(entity)
  const tried = [
    ...new Set([
      ...(isId ? [entity] : kindsTried.map((kind) => `${kind}/${entity}`)),
      `service/${name}`,
      `database/${name}`,
    ]),
  ]
  for (const id of tried) {
    const query = { entity: id, depth: Math.min(depth, depthMax) }
    const topology = await unless(['NOT_FOUND'], client.getTopology({ query }))
    if (topology?.entities.some((one) => one.id === id)) return { id, topology }
  }
  throw new Fault('NOT_FOUND', `The topology holds nothing by the name ${name}.`)
}

/** Breadth first along the edges, `source` needs `target`: each thing once, by its shortest way. */
function neighboursOf(
  topology: Topology,
  id: EntityId,
  direction: 'UP' | 'DOWN' | 'BOTH',
  depth: number,
): Neighbour[] {
  const known = new Map(topology.entities.map((entity) => [entity.id, entity]))
  const self = known.get(id)
  const found: Neighbour[] = self ? [{ ...loose(self), direction: 'SELF' }] : []
  for (const way of ['UP', 'DOWN'] as const) {
    if (direction !== 'BOTH' && direction !== way) continue
    const edges = edgesBy(topology, way)
    const seen = new Set([id])
    let ring: EntityId[] = [id]
    for (let hops = 1; hops <= depth && ring.length > 0; hops += 1) {
      const next: EntityId[] = []
      for (const from of ring)
        for (const { to, edge } of edges.get(from) ?? []) {
          const entity = known.get(to)
          if (!entity || seen.has(to)) continue
          seen.add(to)
          next.push(to)
          found.push({
            ...{ ...loose(entity), direction: way, hops, via: hops === 1 ? null : from, relation: edge.type },
            calls_per_second: edge.calls_per_second ?? null,
            ...{ error_ratio: edge.error_ratio ?? null, mean_ms: edge.mean_ms ?? null },
          })
        }
      ring = next
    }
  }
  return found
}

type Step = { to: EntityId; edge: Topology['edges'][number] }

function edgesBy({ edges }: Topology, way: 'UP' | 'DOWN'): ReadonlyMap<EntityId, Step[]> {
  const by = new Map<EntityId, Step[]>()
  for (const edge of edges) {
    const [from, to] = way === 'UP' ? [edge.target, edge.source] : [edge.source, edge.target]
    const steps = by.get(from) ?? []
    steps.push({ to, edge })
    by.set(from, steps)
  }
  return by
}

/** Labels that say whose a thing is, the plainest first. */
const ownerLabels = ['team', 'owner', 'app.kubernetes.io/managed-by-team', 'squad', 'contact', 'maintainer']
export const ownerOf = (labels: Readonly<Record<string, string>>): string | null =>
  ownerLabels.map((name) => labels[name]).find((value) => value) ?? null

const isOwnedBy = ({ labels }: Pick<Entity, 'labels'>, owner: string): boolean =>
  ownerLabels.some((name) => labels[name]?.toLowerCase() === owner.toLowerCase())

const loose = (entity: Entity): Neighbour => ({
  ...{ id: entity.id, kind: entity.kind, name: entity.name, health: entity.health, labels: entity.labels },
  ...{ owner: ownerOf(entity.labels), direction: 'NONE', hops: 0, via: null, relation: null },
  ...{ calls_per_second: null, error_ratio: null, mean_ms: null },
})

function neighbourRecord(one: Neighbour, around: EntityId | null): EvidenceDraft {
  const name = lastPart(one.id)
  const centre = around ? lastPart(around) : ''
  const said =
    one.direction === 'UP'
      ? `${name} ${verb(one.relation)} ${one.via ? lastPart(one.via) : centre}`
      : one.direction === 'DOWN'
        ? `${one.via ? lastPart(one.via) : centre} ${verb(one.relation)} ${name}`
        : `${one.kind} ${name}`
  return {
    ...{ type: 'TOPOLOGY', query: around ? `topology around ${around}` : 'topology', source: 'platform' },
    ...{ time: null, entity: one.id, sentence: `${said}${one.owner ? ` (owner ${one.owner})` : ''}.` },
    fields: {
      ...{
        name,
        kind: one.kind,
        direction: one.direction,
        hops: one.hops,
        health: one.health,
        owner: one.owner,
      },
      via: one.via ? lastPart(one.via) : null,
      ...(one.calls_per_second === null ? {} : { calls_per_second: one.calls_per_second }),
      ...(one.error_ratio === null ? {} : { error_percent: one.error_ratio * 100 }),
      ...(one.mean_ms === null ? {} : { mean_ms: one.mean_ms }),
    },
    ...{ trust: 'PLATFORM', link: `/topology?entity=${encodeURIComponent(one.id)}` },
  }
}

const verb = (relation: Neighbour['relation']): string =>
  ({
    ...{ CALLS: 'calls', RUNS_ON: 'runs on', OWNS: 'is made of', DEPENDS: 'depends on' },
    ...{ SELECTS: 'is served by', MOUNTS: 'mounts' },
  })[relation ?? 'DEPENDS']

export const topologyTools = { get_topology: getTopology } as const
