import { type EntityId, entityId, entityKind, entityName, entityOf } from '@aiops/contract/model/entity'
import type { Incident } from '@aiops/contract/model/incident'
import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { isFault } from '../../kernel/fault.ts'
import type { SeriesData, SeriesDescription, SeriesRef } from '../../port/metric-store.ts'
import type { CaseSeries, ExplainCase } from './case.ts'
import type { ExplainConfig } from './config.ts'
import { gatherKnown } from './gather-known.ts'
import { gatherLogs } from './gather-logs.ts'
import type { ExplainDeps } from './index.ts'

/** A case with the way back to what it was made from. */
export type Gathered = {
  case: ExplainCase
  describe(seriesId: string): SeriesDescription | undefined
  notes: string[]
}

type Chosen = { ref: SeriesRef; description: SeriesDescription; entity: EntityId; peer: EntityId | undefined }

/** Collects what an incident can be explained from: its neighbourhood's series, calls, versions and error logs. */
export async function gather(
  deps: ExplainDeps,
  config: ExplainConfig,
  incident: Incident,
): Promise<Gathered> {
  const tenant = incident.tenant_id
  const notes: string[] = []
  const beganMs = Date.parse(incident.started_at)
  const endMs = Math.min(deps.clock.now(), beganMs + durationMs(config.window_max))
  const startMs = beganMs - durationMs(config.lookback)
  const { entities, edges } = neighbourhood(deps, config, incident)
  const chosen = chooseSeries(deps, tenant, entities, config.series_max)
  if (chosen.length >= config.series_max) notes.push(`only the first ${config.series_max} series were read`)
  const data = await readRange(deps, config, tenant, chosen, startMs, endMs, notes)
  const byRef = new Map(chosen.map((one) => [one.ref, one]))
  const series = data.map((one) => caseSeries(one, byRef.get(one.ref)!))
  const measured = new Set(chosen.map(({ entity }) => entity))
  const affected = new Set(incident.affected_entities)
  const placed = edges.filter(([, target]) => machineKinds.has(entityKind(target as EntityId)))
  const calls = edges.filter(([, target]) => !machineKinds.has(entityKind(target as EntityId)))
  return {
    case: {
      series,
      edges: withMeasuredCalls(calls, chosen),
      placements: placed,
      detectedAtMs: beganMs,
      startMs,
      endMs,
      symptoms: [],
      changes: versionChanges(chosen, data, startMs),
      ...(await gatherKnown(deps, config, { tenant, entities, measured, affected }, beganMs, endMs)),
      logs: await gatherLogs(deps, config, tenant, entities, beganMs, endMs),
    },
    describe: (seriesId) => byRef.get(Number(seriesId))?.description,
    notes,
  }
}

/** What things run on rather than call. */
const machineKinds: ReadonlySet<string> = new Set(['host', 'node', 'cluster', 'namespace', 'workload', 'gpu'])

/** Whatever is in them; being in one says nothing of the others there. */
const containers: ReadonlySet<string> = new Set(['cluster', 'namespace'])

/** The affected entities and those around them, nearest first, and the calls among them. */
function neighbourhood(
  deps: ExplainDeps,
  config: ExplainConfig,
  incident: Incident,
): { entities: EntityId[]; edges: [string, string][] } {
  const { knowledge } = deps
  const tenant = incident.tenant_id
  const seen = new Set<EntityId>(incident.affected_entities)
  if (incident.primary_entity) seen.add(incident.primary_entity)
  let ring = [...seen]
  for (let step = 0; step < config.depth && seen.size < config.entities_max; step += 1) {
    const next: EntityId[] = []
    for (const entity of ring) {
      for (const other of [
        ...knowledge.dependencies(tenant, entity),
        ...knowledge.dependents(tenant, entity),
      ]) {
        if (seen.has(other) || seen.size >= config.entities_max || containers.has(entityKind(other))) continue
        seen.add(other)
        next.push(other)
      }
    }
    ring = next
  }
  const entities = [...seen].slice(0, config.entities_max)
  const known = new Set(entities)
  const edges = entities.flatMap((caller) =>
    knowledge
      .dependencies(tenant, caller)
      .filter((callee) => known.has(callee))
      .map((callee): [string, string] => [caller, callee]),
  )
  return { entities, edges }
}

/** Label names that may hold an entity of the kind; contract's `entityOf` has the last word. */
const labelsOfKind: Record<string, readonly string[]> = {
  service: ['service.name', 'service', 'job'],
  pod: ['k8s.pod.name', 'pod'],
  workload: [
    ...['k8s.deployment.name', 'k8s.statefulset.name', 'k8s.daemonset.name', 'deployment'],
    ...['statefulset', 'daemonset'],
  ],
  node: ['k8s.node.name', 'node'],
  host: ['host.name', 'instance'],
}
const cumulativeName = /_(bucket|sum|count|total)$/

/** Derived series and gauges; raw counters and histogram parts only ever grow and say nothing as they are. */
function chooseSeries(
  deps: ExplainDeps,
  tenant: TenantId,
  entities: readonly EntityId[],
  seriesMax: number,
): Chosen[] {
  const { catalog } = deps.metricStore
  const chosen = new Map<SeriesRef, Chosen>()
  for (const entity of entities) {
    for (const label of labelsOfKind[entityKind(entity)] ?? []) {
      for (const ref of catalog.select(tenant, [{ name: label, op: '=', value: labelValueOf(entity) }])) {
        if (chosen.size >= seriesMax) return [...chosen.values()]
        if (chosen.has(ref)) continue
        const description = catalog.describe(ref)
        if (!usable(description) || entityOf(description.labels) !== entity) continue
        chosen.set(ref, { ref, description, entity, peer: peerOf(deps, tenant, description.labels) })
      }
    }
  }
  return [...chosen.values()]
}

/** Ids of workloads, and of what is told apart from its like, are longer than the name that series carry. */
const labelValueOf = (entity: EntityId): string =>
  entityKind(entity) === 'workload'
    ? entityName(entity).slice(entityName(entity).lastIndexOf('/') + 1)
    : entityName(entity)

/** Made of log lines and of spans by operation: evidence of another kind, and it would crowd out what causes are weighed by. */
const madeOfSignals = /^(log|trace|traces\.operation)\./

function usable({ labels, meta }: SeriesDescription): boolean {
  if (meta.derived) return !madeOfSignals.test(labels.__name__ ?? '')
  if (meta.kind === 'GAUGE') return true
  return meta.kind === 'UNKNOWN' && labels.le === undefined && !cumulativeName.test(labels.__name__ ?? '')
}

/** The other end of a call, where a series names an address: a known entity, or the address itself as something external. */
function peerOf(deps: ExplainDeps, tenant: TenantId, labels: Labels): EntityId | undefined {
  const address = labels['server.address']
  const name = labels.__name__ ?? ''
  if (address === undefined || name.startsWith('http.server.') || name.startsWith('rpc.server.'))
    return undefined
  const port = labels['server.port'] ?? ''
  return (
    deps.knowledge.resolveAddress?.(tenant, address, port) ??
    entityId('external', port === '' ? address : `${address}:${port}`)
  )
}

function withMeasuredCalls(
  edges: readonly [string, string][],
  chosen: readonly Chosen[],
): [string, string][] {
  const all = new Map(edges.map((edge) => [edge.join('\u0000'), edge]))
  for (const { entity, peer } of chosen) {
    if (peer && peer !== entity) all.set(`${entity}\u0000${peer}`, [entity, peer])
  }
  return [...all.values()]
}

async function readRange(
  deps: ExplainDeps,
  config: ExplainConfig,
  tenant: TenantId,
  chosen: readonly Chosen[],
  startMs: number,
  endMs: number,
  notes: string[],
): Promise<SeriesData[]> {
  const refs = chosen.map((one) => one.ref)
  if (refs.length === 0) return []
  try {
    return await deps.metricStore.range({ tenant, refs, startMs, endMs, samplesMax: config.samples_max })
  } catch (error) {
    if (!isFault(error) || error.code !== 'INVALID_REQUEST') throw error
    // Too many samples: half the series, the derived ones first, rather than no answer.
    notes.push('too many samples: only half of the series were read')
    const half = [...chosen]
      .sort(
        (a, b) => Number(b.description.meta.derived ?? false) - Number(a.description.meta.derived ?? false),
      )
      .slice(0, Math.ceil(chosen.length / 2))
    return half.length === chosen.length ? [] : readRange(deps, config, tenant, half, startMs, endMs, notes)
  }
}

function caseSeries(data: SeriesData, chosen: Chosen): CaseSeries {
  const { labels, meta } = chosen.description
  const own: Labels = { ...labels }
  delete own.__name__
  return {
    id: String(data.ref),
    entity: chosen.entity,
    metric: labels.__name__ ?? '',
    unit: meta.unit,
    kind: meta.kind,
    labels: own,
    peer: chosen.peer && chosen.peer !== chosen.entity ? { entity: chosen.peer, is: 'CALLEE' } : undefined,
    timesMs: data.timesMs,
    values: data.values,
  }
}

/** A version is new when its series began well after another version's of the same entity did. */
function versionChanges(
  chosen: readonly Chosen[],
  data: readonly SeriesData[],
  startMs: number,
): { entity: string; version: string; previous?: string; atMs: number }[] {
  const firstMs = new Map(data.map((one) => [one.ref, one.timesMs[0] ?? Number.POSITIVE_INFINITY]))
  const seen = new Map<string, Map<string, number>>()
  for (const { entity, description, ref } of chosen) {
    const version = description.labels['service.version']
    const at = firstMs.get(ref)
    if (version === undefined || at === undefined) continue
    const versions = seen.get(entity) ?? new Map<string, number>()
    seen.set(entity, versions)
    versions.set(version, Math.min(versions.get(version) ?? Number.POSITIVE_INFINITY, at))
  }
  return [...seen].flatMap(([entity, versions]) => {
    const ordered = [...versions].sort((a, b) => a[1] - b[1])
    const newest = ordered[ordered.length - 1]
    const previous = ordered[ordered.length - 2]
    if (!newest || !previous || newest[1] <= startMs) return []
    return [{ entity, version: newest[0], previous: previous[0], atMs: newest[1] }]
  })
}
