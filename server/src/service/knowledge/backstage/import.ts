import { type EntityId, entityId, entityKind } from '@aiops/contract/model/entity'
import type { BackstageInput, BackstageResult, EdgeKey } from '@aiops/contract/model/topology'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { KnowledgeConfig } from '../config.ts'
import type { TopologyGraph } from '../graph.ts'
import type { TenantGraph } from '../tenant-graph.ts'
import { refuseUnknown } from '../topology-input.ts'
import { parseRef, type Read, type Ref, readCatalogue, refText } from './catalogue.ts'

type Imported = Omit<BackstageResult, 'withdrawn'> & { withdrawn: EdgeKey[] }
type Draft = {
  ids: Map<string, EntityId | null>
  entities: Map<EntityId, Record<string, string>>
  edges: Map<string, EdgeKey>
  refused: BackstageResult['refused']
}

/**
 * Components are services, APIs endpoints, Resources databases, queues or external things by their type; Systems and Groups are labels of what
 * is part of them or owned by them. Everything is declared, nothing seen: no edge is a call.
 */
export function* importBackstage(
  known: TenantGraph,
  input: BackstageInput,
  nowMs: number,
  config: KnowledgeConfig,
): Stepwise<Imported> {
  const { read, refused } = yield* readCatalogue(input.yaml)
  const draft: Draft = { ids: new Map(), entities: new Map(), edges: new Map(), refused }
  const fresh = read.filter((one) => name(draft, one, known.graph))
  for (const one of fresh) {
    yield
    describe(draft, one)
    for (const relation of relationsOf(one)) relate(draft, known.graph, one, relation)
  }
  const edges = [...draft.edges.values()]
  const entities = [...draft.entities].map(([id, labels]) => ({ id, labels }))
  refuseUnknown(known.graph, { entities, edges }, config)
  const withdrawn = input.replace ? [...outdated(known.graph, draft.edges)] : []
  if (!input.dry_run) {
    for (const { id, labels } of entities) known.addEntity(id, labels, nowMs, false)
    for (const { source, target, type } of edges) known.addEdge(source, target, type, 'BACKSTAGE', nowMs, 0)
    for (const edge of withdrawn) {
      const there = known.graph.edge(edge.source, edge.target, edge.type)
      if (there) known.graph.withdraw(there, 'BACKSTAGE')
    }
    known.grown = true
  }
  return {
    ...{ dry_run: input.dry_run, entities: entities.length, edges: edges.length, withdrawn },
    mapped: fresh.map(({ ref }) => ({ ref: refText(ref), entity: draft.ids.get(refText(ref)) ?? null })),
    relations: edges.slice(0, relationsMax).map(({ source, target, type }) => ({ source, target, type })),
    refused: draft.refused.toSorted((a, b) => a.document - b.document),
  }
}

/** Edges that an answer names. */
const relationsMax = 2_000
/** Kinds that are labels of others, or say nothing of what runs. */
const labelKinds: ReadonlySet<string> = new Set(['system', 'group', 'domain'])

/** False where it is refused. */
function name(draft: Draft, { document, ref, body }: Read, graph: TopologyGraph): boolean {
  const text = refText(ref)
  const refuse = (reason: string): boolean => draft.refused.push({ document, ref: text, reason }) < 0
  if (!body.apiVersion.startsWith('backstage.io/'))
    return refuse(`apiVersion is ${body.apiVersion}, not one of backstage.io.`)
  if (draft.ids.has(text)) return refuse('It is in the file before.')
  if (labelKinds.has(ref.kind)) {
    draft.ids.set(text, null)
    return true
  }
  const id = idOf(ref, body, graph)
  if (id === undefined) return refuse(`${body.kind} is nothing that the topology holds.`)
  if (ref.kind === 'component' && body.spec?.type?.toLowerCase() === 'library')
    return refuse('A library runs as part of others.')
  const own = draft.entities.has(id) ? entityId(entityKind(id), `${ref.namespace}/${ref.name}`) : id
  draft.ids.set(text, own)
  draft.entities.set(own, {})
  return true
}

function idOf(ref: Ref, body: Read['body'], graph: TopologyGraph): EntityId | undefined {
  if (ref.kind === 'api') return entityId('endpoint', ref.name)
  if (ref.kind === 'resource') return entityId(resourceKind(body.spec?.type ?? ''), ref.name)
  if (ref.kind !== 'component') return undefined
  const label = body.metadata.annotations?.['backstage.io/kubernetes-id']
  const called = typeof label === 'string' && graph.has(entityId('service', label)) ? label : ref.name
  return entityId('service', called)
}

function resourceKind(type: string): 'database' | 'queue' | 'cluster' | 'external' {
  if (/database|^db$|sql|cache|redis|mongo|store/i.test(type)) return 'database'
  if (/queue|topic|kafka|broker|stream/i.test(type)) return 'queue'
  return /kubernetes-cluster|^cluster$/i.test(type) ? 'cluster' : 'external'
}

function describe(draft: Draft, { ref, body }: Read): void {
  const id = draft.ids.get(refText(ref))
  const known = id ? draft.entities.get(id) : undefined
  if (!known) return
  const { owner, system, lifecycle } = body.spec ?? {}
  const { namespace } = ref
  const of = (text: string | null | undefined, kind: string): string | undefined =>
    text ? parseRef(text, { kind, namespace })?.name : undefined
  const labels = {
    owner: of(owner, 'group'),
    system: of(system, 'system'),
    lifecycle: lifecycle ?? undefined,
  }
  for (const [label, value] of Object.entries(labels)) if (value) known[label] = value
}

type Relation = { field: string; text: string; kind?: string; type: EdgeKey['type']; reversed: boolean }

/** `kind` is what a reference without one means; dependsOn has none. An API needs who provides it, and who consumes it needs the API. */
function* relationsOf({ body }: Read): Iterable<Relation> {
  const spec = body.spec ?? {}
  const of = (
    field: string,
    texts: readonly string[] | null | undefined,
    more: Omit<Relation, 'field' | 'text'>,
  ) => (texts ?? []).map((text): Relation => ({ field, text, ...more }))
  const depends = { type: 'DEPENDS', reversed: false } as const
  const needed = { type: 'DEPENDS', reversed: true } as const
  yield* of('spec.dependsOn', spec.dependsOn, depends)
  yield* of('spec.dependencyOf', spec.dependencyOf, needed)
  yield* of('spec.consumesApis', spec.consumesApis, { ...depends, kind: 'api' })
  yield* of('spec.providesApis', spec.providesApis, { ...needed, kind: 'api' })
  if (spec.subcomponentOf)
    yield* of('spec.subcomponentOf', [spec.subcomponentOf], {
      type: 'OWNS',
      reversed: true,
      kind: 'component',
    })
  const told: Record<string, Omit<Relation, 'field' | 'text'>> = {
    ...{ dependsOn: depends, consumesApi: depends, apiProvidedBy: depends },
    ...{ dependencyOf: needed, providesApi: needed, apiConsumedBy: needed },
  }
  for (const { type, targetRef } of body.relations ?? []) {
    const relation = Object.hasOwn(told, type) ? told[type] : undefined
    if (relation && targetRef) yield { field: `relations ${type}`, text: targetRef, ...relation }
  }
}

function relate(
  draft: Draft,
  graph: TopologyGraph,
  { document, ref, body }: Read,
  relation: Relation,
): unknown {
  const { field, text, kind, type, reversed } = relation
  const refuse = (reason: string): unknown =>
    draft.refused.push({ document, ref: refText(ref), reason: `${field}: ${text} ${reason}` })
  const own = draft.ids.get(refText(ref))
  const target = parseRef(text, { namespace: ref.namespace, ...(kind === undefined ? {} : { kind }) })
  if (!target) return refuse('is no reference to an entity (kind:namespace/name).')
  const inFile = draft.ids.get(refText(target))
  if (!own || inFile === null) return refuse('is a label here, and labels have no edges.')
  const other = inFile ?? knownAs(target, body, graph)
  if (!other) return refuse('is neither in the file nor known.')
  const [from, to] = reversed ? [other, own] : [own, other]
  return from !== to && draft.edges.set(JSON.stringify([from, to, type]), { source: from, target: to, type })
}

function knownAs(ref: Ref, body: Read['body'], graph: TopologyGraph): EntityId | undefined {
  const kinds = ref.kind === 'resource' ? (['database', 'queue', 'external', 'cluster'] as const) : undefined
  const ids = kinds
    ? kinds.map((kind) => entityId(kind, ref.name))
    : [idOf(ref, { ...body, metadata: { ...body.metadata, annotations: null } }, graph)]
  return ids.find((id) => id !== undefined && graph.has(id))
}

function* outdated(graph: TopologyGraph, edges: ReadonlyMap<string, EdgeKey>): Iterable<EdgeKey> {
  for (const { source, target, type, evidence } of graph.edges())
    if (
      evidence.some(({ origin }) => origin === 'BACKSTAGE') &&
      !edges.has(JSON.stringify([source, target, type]))
    )
      yield { source, target, type }
}
