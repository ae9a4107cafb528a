import type { Cause, Diagnosis, Evidence } from '@aiops/contract/model/diagnosis'
import type { EntityId } from '@aiops/contract/model/entity'
import type { Incident } from '@aiops/contract/model/incident'
import { isoTime } from '../../kernel/clock.ts'
import type { SeriesDescription } from '../../port/metric-store.ts'
import type { ExplainResult } from './explain-case.ts'
import type { Gathered } from './gather.ts'
import type { Evidence as FoundEvidence } from './method/evidence.ts'

export type DiagnosisHead = { id: string; revision: number; nowMs: number; seconds: number }

/** The core's result as the record other parts read: ids, times as text, and for each evidence the query that shows it. */
export function diagnosisOf(
  incident: Incident,
  gathered: Gathered,
  result: ExplainResult,
  head: DiagnosisHead,
): Diagnosis {
  return {
    id: head.id,
    incident_id: incident.id,
    revision: head.revision,
    created_at: isoTime(head.nowMs),
    causes: result.ranked.map(
      (cause, at): Cause => ({
        rank: at + 1,
        entity: cause.entity as EntityId,
        ...(cause.metric === undefined ? {} : { metric: cause.metric }),
        category: cause.category,
        probability: cause.probability,
        confidence: cause.confidence,
        sentence: cause.sentence,
        evidence: cause.evidence.map((one, index) => evidence(one, `${at + 1}.${index + 1}`, gathered)),
        suggested_runbook_id: null,
        group: cause.group,
        counterfactual: cause.counterfactual
          ? { sentence: cause.counterfactual.sentence, explained_share: cause.counterfactual.explainedShare }
          : null,
      }),
    ),
    unknown_probability: result.unknownProbability,
    causal_chain: result.causalChain.map((link) => ({
      entity: link.entity as EntityId,
      sentence: link.sentence,
      at: isoTime(link.atMs),
    })),
    checked: result.checked.map((one) => ({ ...one, entity: one.entity as EntityId })),
    would_change: result.wouldChange,
    impact: result.impact
      ? {
          entities: result.impact.entities as EntityId[],
          requests_per_second: result.impact.requestsPerSecond,
          sentence: result.impact.sentence,
        }
      : null,
    method: 'robust change, explaining away along calls, joint posterior over sets of causes',
    degraded: [...result.degraded, ...gathered.notes],
    seconds: head.seconds,
  }
}

function evidence(found: FoundEvidence, id: string, gathered: Gathered): Evidence {
  const described = found.seriesId === undefined ? undefined : gathered.describe(found.seriesId)
  return {
    id,
    kind: found.kind,
    entity: found.entity as EntityId,
    sentence: found.sentence,
    ...defined({
      metric: found.metric,
      unit: found.unit,
      baseline: found.baseline,
      value: found.value,
      weight: found.weight,
    }),
    ...(found.atMs === undefined ? {} : { at: isoTime(found.atMs) }),
    ...(described ? { query: queryOf(described, gathered) } : {}),
  }
}

function queryOf(description: SeriesDescription, gathered: Gathered): NonNullable<Evidence['query']> {
  const matchers = Object.entries(description.labels).map(([name, value]) => ({
    name,
    op: '=' as const,
    value,
  }))
  return { matchers, start: isoTime(gathered.case.startMs), end: isoTime(gathered.case.endMs) }
}

function defined<T extends Record<string, unknown>>(
  fields: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && !(typeof value === 'number' && !Number.isFinite(value)),
    ),
  ) as never
}
