import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { FeedbackTarget, LabelledAnomaly } from '@aiops/contract/model/feedback'
import type { Severity } from '@aiops/contract/model/severity'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault } from '../../../kernel/fault.ts'
import type { AnomalyRepository, IncidentRepository } from '../../../port/record-store.ts'

/** Anomalies of an incident that its label is about. */
const anomaliesMax = 20
const subjectMax = 1_000
/** What was told by another tier than the basic one, or for its climb, counts as at its bound. */
const ratioMax = 1_000

/** What a label is about, as it is now. */
export type Subject = {
  targetId: string
  sentence: string
  severity: Severity
  anomalies: LabelledAnomaly[]
  /** When the platform told it. */
  toldMs: number
}

type Records = {
  anomalies: Pick<AnomalyRepository, 'get' | 'list'>
  incidents: Pick<IncidentRepository, 'get'>
}
/** The factor of a series' bound when the anomaly was told. */
export type FactorThen = (anomaly: Anomaly) => number

/** Throws NOT_FOUND. An incident may be named by its number. */
export async function subjectOf(
  records: Records,
  tenant: TenantId,
  target: FeedbackTarget,
  id: string,
  factorThen: FactorThen,
): Promise<Subject> {
  if (target === 'ANOMALY') {
    const anomaly = await records.anomalies.get(tenant, id)
    if (!anomaly) throw new Fault('NOT_FOUND', `There is no anomaly ${id}.`)
    return {
      ...{
        targetId: anomaly.id,
        sentence: anomaly.sentence.slice(0, subjectMax),
        severity: anomaly.severity,
      },
      anomalies: [labelled(anomaly, factorThen)],
      toldMs: Date.parse(anomaly.detected_at),
    }
  }
  const incident = await records.incidents.get(tenant, id)
  if (!incident) throw new Fault('NOT_FOUND', `There is no incident ${id}.`)
  const filter = { incidentId: incident.id, limit: anomaliesMax, offset: 0 }
  const { anomalies } = await records.anomalies.list(tenant, filter)
  return {
    ...{ targetId: incident.id, sentence: incident.title.slice(0, subjectMax), severity: incident.severity },
    anomalies: anomalies.map((anomaly) => labelled(anomaly, factorThen)),
    toldMs: Date.parse(incident.created_at),
  }
}

/** Distance from the usual in bounds as shipped, whatever correction was in force when it was told. */
export function ratioOf({ score }: Pick<Anomaly, 'score'>, factor: number): number {
  const ratio = score < 1 ? score / (1 - score) : ratioMax
  return Math.min(ratioMax, Math.max(1, ratio) * factor)
}

const labelled = (anomaly: Anomaly, factorThen: FactorThen): LabelledAnomaly => ({
  anomaly_id: anomaly.id,
  series: { name: anomaly.series.name, labels: anomaly.series.labels },
  ...{ shape: anomaly.shape, severity: anomaly.severity, ratio: ratioOf(anomaly, factorThen(anomaly)) },
  ...{ started_at: anomaly.started_at, detected_at: anomaly.detected_at },
  model_version: anomaly.model_version,
})
