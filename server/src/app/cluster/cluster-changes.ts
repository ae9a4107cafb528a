import type { EntityId } from '@aiops/contract/model/entity'
import type { ObjectChange } from '@aiops/contract/model/kubernetes'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import { isFault, messageOf } from '../../kernel/fault.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import { createRepeated } from '../../kernel/repeated.ts'
import { xxhash64 } from '../../kernel/xxhash.ts'
import type { ChangeDraft, Knowledge } from '../../service/knowledge/index.ts'
import { causeKinds, entitiesOfChange, type Kubernetes } from '../../service/kubernetes/index.ts'

export type ClusterChangesDeps = {
  clock: Clock
  log: Log
  metrics: Metrics
  kubernetes: Pick<Kubernetes, 'changes' | 'view'>
  knowledge: Pick<Knowledge, 'recordChanges' | 'knows'>
  clusters(): Promise<readonly { tenant: TenantId; id: string; name: string }[]>
}

const lookEveryMs = 5_000
/** Of one kind in one look; what is more was done by a machine and says little about each. */
const changesMax = 50
/** What is kept of one: a cluster may say anything. */
const [fieldsMax, textMax] = [20, 500]
/** Looked at again, for what came in while the last look was on its way. Told twice it is still one. */
const overlapMs = 1_000

/** What is done in watched clusters (rollouts, configuration, sizes, nodes; not how pods come and go) becomes changes that are weighed when something breaks. */
export function createClusterChanges(deps: ClusterChangesDeps): Lifecycle {
  const { clock, log, knowledge, kubernetes } = deps
  const skipped = deps.metrics.counter(
    'aiops_cluster_changes_skipped_total',
    'Changes in clusters that were too many at a time to be recorded.',
  )
  /** Until when each cluster was looked at. */
  const seen = new Map<string, number>()
  const started = clock.now()

  const lookAt = async (tenant: TenantId, id: string, name: string): Promise<void> => {
    const key = JSON.stringify([tenant, id])
    const endMs = clock.now()
    const startMs = (seen.get(key) ?? started) - overlapMs
    const view = kubernetes.view(tenant, id)
    if (!view) return
    const drafts: ChangeDraft[] = []
    for (const kind of causeKinds) {
      const filter = {
        startMs,
        endMs,
        namespace: '',
        kind,
        name: '',
        owner: '',
        causes: true,
        limit: changesMax,
      }
      const { items, truncated } = kubernetes.changes(tenant, id, filter)
      if (truncated) skipped.inc()
      for (const change of items) {
        const entities = entitiesOfChange(view, name, change).map((ids) => known(knowledge, tenant, ids))
        const draft = entities.length > 0 ? draftOf(change, id, entities) : undefined
        if (draft) drafts.push(draft)
      }
    }
    if (drafts.length > 0) await knowledge.recordChanges(tenant, 'KUBERNETES', drafts)
    seen.set(key, endMs)
  }
  const look = async (): Promise<void> => {
    const clusters = await deps.clusters()
    const keys = new Set(clusters.map(({ tenant, id }) => JSON.stringify([tenant, id])))
    for (const key of seen.keys()) if (!keys.has(key)) seen.delete(key)
    for (const { tenant, id, name } of clusters) {
      try {
        await lookAt(tenant, id, name)
      } catch (error) {
        if (isFault(error) && (error.code === 'CLUSTER_NOT_WATCHED' || error.code === 'CLUSTER_NOT_FOUND'))
          continue
        log.warn({ cluster: id, problem: messageOf(error) }, 'changes in a cluster could not be recorded')
      }
    }
  }
  return createRepeated(clock, lookEveryMs, look, (error) =>
    log.warn({ problem: messageOf(error) }, 'the fleet could not be looked at'),
  )
}

/** The name that the topology goes by; the last, plainest one where it knows none. */
const known = (knowledge: Pick<Knowledge, 'knows'>, tenant: TenantId, ids: readonly EntityId[]): EntityId =>
  ids.find((id) => knowledge.knows(tenant, id)) ?? ids.at(-1)!

function draftOf(change: ObjectChange, clusterId: string, entities: EntityId[]): ChangeDraft | undefined {
  const { kind, object, at, summary, fields } = change
  if (kind === 'STATUS') return undefined
  const words = `${object.kind} ${object.name}: ${summary}`
  return {
    id: `k8s-${hashOf(JSON.stringify([clusterId, object.kind, object.namespace, object.name, at, summary]))}`,
    ...{ at, kind: isExperiment(object.kind) ? 'CHAOS' : kind, entities, cluster_id: clusterId, object },
    summary: words.slice(0, 1_000),
    fields: fields.slice(0, fieldsMax).map((field) => ({
      path: field.path.slice(0, textMax),
      before: field.before?.slice(0, textMax) ?? null,
      after: field.after?.slice(0, textMax) ?? null,
    })),
  }
}

/** LitmusChaos' engines, and whatever Chaos Mesh has of its own. */
const isExperiment = (kind: string): boolean => kind === 'ChaosEngine' || kind.endsWith('Chaos')

function hashOf(text: string): string {
  const { high, low } = xxhash64(Buffer.from(text))
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
}
