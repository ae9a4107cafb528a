import type { Change } from '@aiops/contract/model/change'
import { type EntityId, entitiesOfObject, entityKind } from '@aiops/contract/model/entity'
import type { Finding, ObjectRef } from '@aiops/contract/model/finding'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import type { CaseChange, CaseFinding } from './case.ts'
import type { ExplainConfig } from './config.ts'
import type { ExplainDeps } from './index.ts'

type Knowledge = Pick<ExplainDeps['knowledge'], 'knows' | 'dependencies' | 'dependents'>

/** What is near the incident, and how the parts of a workload stand for the service that they make. */
export type Neighbours = {
  knowledge: Knowledge
  tenant: TenantId
  /** Of the case, nearest first. */
  entities: readonly EntityId[]
  /** Those that series speak of: of two Services over the same pods the one that telemetry knows is meant. */
  measured: ReadonlySet<string>
  /** What the incident is about. */
  affected: ReadonlySet<EntityId>
}

/** Shares of what was done to a thing that the entity stands on, not to the entity. */
const shareOnMachine = 0.4
const shareAround = 0.25

/** Changes and findings that have to do with the entities of a case. What cannot be tied to one of them is left out. */
export async function gatherKnown(
  deps: ExplainDeps,
  config: ExplainConfig,
  near: Omit<Neighbours, 'knowledge' | 'tenant'> & { tenant: TenantId },
  beganMs: number,
  endMs: number,
): Promise<{ recorded: CaseChange[]; recordedWindowMs: number; findings: CaseFinding[] }> {
  const neighbours: Neighbours = { ...near, knowledge: deps.knowledge }
  const windowMs = durationMs(config.changes_before)
  const { changes } = await deps.knowledge.changes(near.tenant, {
    // An onset that is found may lie before the time that the incident is said to have begun.
    ...{ startMs: beganMs - 2 * windowMs, endMs, kinds: [], sources: [] },
    ...{ entities: reachOf(neighbours), limit: config.changes_max, offset: 0 },
  })
  const findings = (deps.findings?.(near.tenant) ?? []).slice(0, config.findings_max)
  return {
    recorded: changes.flatMap((change) => changesOf(neighbours, change)),
    recordedWindowMs: windowMs,
    findings: findingsOf(neighbours, findings, endMs),
  }
}

/** Workloads of a namespace that are asked where they are at home. */
const insideMax = 500
/** As the repository looks for them at once. */
const reachMax = 500
const around: ReadonlySet<string> = new Set(['workload', 'pod', 'node', 'host', 'namespace', 'cluster'])

/** The entities, what they are made of and run on, and the namespace and cluster around them. */
function reachOf({ knowledge, tenant, entities }: Neighbours): EntityId[] {
  const reach = new Set(entities)
  for (const entity of reach) {
    if (reach.size >= reachMax) break
    const kind = entityKind(entity)
    const below = kind === 'service' || kind === 'workload' || kind === 'pod'
    for (const other of below ? knowledge.dependencies(tenant, entity) : [])
      if (around.has(entityKind(other))) reach.add(other)
    const inside = kind === 'workload' || kind === 'node'
    for (const other of inside ? knowledge.dependents(tenant, entity) : [])
      if (entityKind(other) === 'namespace' || entityKind(other) === 'cluster') reach.add(other)
  }
  return [...reach].slice(0, reachMax)
}

/**
 * The entity of the case that a thing of a cluster stands for: the service whose pods they are, where one is known, else itself. Undefined
 * for what is not near.
 */
export function homeOf(near: Neighbours, id: EntityId): EntityId | undefined {
  const kind = entityKind(id)
  const ownService = kind === 'pod' || kind === 'workload' ? serviceOver(near, id) : undefined
  if (ownService) return ownService
  if (kind === 'pod') {
    const maker = near.knowledge.dependents(near.tenant, id).find((one) => entityKind(one) === 'workload')
    const home = maker && (serviceOver(near, maker) ?? (near.entities.includes(maker) ? maker : undefined))
    if (home) return home
  }
  return near.entities.includes(id) ? id : undefined
}

function serviceOver(near: Neighbours, id: EntityId): EntityId | undefined {
  const services = near.knowledge
    .dependents(near.tenant, id)
    .filter((one) => entityKind(one) === 'service' && near.entities.includes(one))
  return services.find((one) => near.measured.has(one)) ?? services.sort()[0]
}

function changesOf(near: Neighbours, change: Change): CaseChange[] {
  const shares = new Map<string, { share: number; about: EntityId }>()
  const add = (entity: EntityId | undefined, share: number, about: EntityId): void => {
    if (entity !== undefined && (shares.get(entity)?.share ?? 0) < share) shares.set(entity, { share, about })
  }
  for (const about of change.entities) {
    add(homeOf(near, about), 1, about)
    const kind = entityKind(about)
    if (kind === 'node' || kind === 'host')
      for (const tenant of near.knowledge.dependents(near.tenant, about))
        if (!around.has(entityKind(tenant)) || entityKind(tenant) === 'pod')
          add(homeOf(near, tenant), shareOnMachine, about)
    if (kind === 'namespace')
      for (const inside of near.knowledge.dependencies(near.tenant, about).slice(0, insideMax))
        add(homeOf(near, inside), shareAround, about)
  }
  const { kind, summary, source, cluster_id, actor, object } = change
  const told = source === 'API' ? 'the API' : `cluster ${clusterOf(change) ?? cluster_id ?? ''}`.trim()
  return [...shares].map(([entity, { share, about }]) => ({
    ...{ entity, about, share, atMs: Date.parse(change.at), kind, summary, actor },
    source: object && object.namespace !== '' ? `${told}, namespace ${object.namespace}` : told,
  }))
}

/** Its name, which ids of workloads and namespaces begin with. */
function clusterOf({ entities }: Change): string | undefined {
  const named = entities.find((id) => ['workload', 'namespace', 'cluster'].includes(entityKind(id)))
  return named?.slice(named.indexOf('/') + 1).split('/')[0]
}

function findingsOf(near: Neighbours, findings: readonly Finding[], endMs: number): CaseFinding[] {
  const homes = new Map<string, Set<EntityId>>()
  const keyOf = (cluster: string, { kind, namespace, name }: ObjectRef): string =>
    JSON.stringify([cluster, kind, namespace, name])
  /** A claim or a quota is no entity: it is at home where findings name it as their reason. */
  const note = (key: string, home: EntityId): void =>
    void homes.set(key, (homes.get(key) ?? new Set()).add(home))
  for (const finding of findings) {
    const own = homesOfFinding(near, finding)
    for (const home of own) note(keyOf(finding.cluster_id, finding.object), home)
    for (const cause of own.length > 0 ? finding.causes : [])
      if (entitiesOfObject(finding.cluster_name, cause.object).length === 0)
        for (const home of own) note(keyOf(finding.cluster_id, cause.object), home)
  }
  return findings.flatMap((finding) => {
    const { rule, severity, title, object, cluster_id, cluster_name, causes } = finding
    const sinceMs = Date.parse(finding.since ?? finding.found_at)
    if (sinceMs > endMs) return []
    const explainedBy = causes.flatMap((cause) => homeOfObject(near, cluster_name, cause.object) ?? [])
    const isNoticed = [object, ...(finding.parent ? [finding.parent] : [])].some((one) =>
      entitiesOfObject(cluster_name, one).some((id) => near.affected.has(id)),
    )
    const name = object.namespace === '' ? object.name : `${object.namespace}/${object.name}`
    return [...(homes.get(keyOf(cluster_id, object)) ?? [])].map((entity) => ({
      ...{ entity, rule, severity, title, sinceMs, isNoticed },
      object: `${object.kind} ${name} of cluster ${cluster_name}`,
      explainedBy: [...new Set(explainedBy)].filter((other) => other !== entity),
    }))
  })
}

/** Of its object, else of what that belongs to. */
function homesOfFinding(near: Neighbours, { cluster_name, object, parent }: Finding): EntityId[] {
  const home =
    homeOfObject(near, cluster_name, object) ??
    (parent ? homeOfObject(near, cluster_name, parent) : undefined)
  return home === undefined ? [] : [home]
}

function homeOfObject(near: Neighbours, cluster: string, object: ObjectRef): EntityId | undefined {
  const ids = entitiesOfObject(cluster, object)
  const known = ids.find((id) => near.knowledge.knows(near.tenant, id)) ?? ids.at(-1)
  return known === undefined ? undefined : homeOf(near, known)
}
