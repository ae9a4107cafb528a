import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { ShadowScore } from '@aiops/contract/model/detection-model'
import type { Clock } from '../../../kernel/clock.ts'
import { type Evidence, isCorrectable } from '../correction/evidence.ts'
import type { CorrectionTable } from '../correction/in-force.ts'
import { compare } from '../correction/score.ts'
import { ratioOf } from '../feedback/subject.ts'

export type ShadowInputs = {
  champion: CorrectionTable
  candidate: CorrectionTable
  /** Anomalies that were told since the candidate is judged. */
  anomalies: readonly Anomaly[]
  /** Labels that neither of the two was trained on. */
  unseen: readonly Evidence[]
  factorThen: (anomaly: Anomaly) => number
}

/** What the candidate would have told of what was told, beside the champion. */
export function shadowScore(inputs: ShadowInputs, clock: Pick<Clock, 'monotonic'>): ShadowScore {
  const { champion, candidate, unseen, factorThen } = inputs
  const seen = inputs.anomalies
    .filter(({ shape }) => isCorrectable(shape))
    .map((anomaly) => ({
      ...{ labels: anomaly.series.labels, atMs: Date.parse(anomaly.started_at) },
      ratio: ratioOf(anomaly, factorThen(anomaly)),
    }))
  const told = (table: CorrectionTable): { told: boolean[]; us: number } => {
    const before = clock.monotonic()
    const all = seen.map(({ labels, atMs, ratio }) => ratio >= table.factorOf(labels, atMs))
    return { told: all, us: seen.length === 0 ? 0 : ((clock.monotonic() - before) * 1_000) / seen.length }
  }
  const byChampion = told(champion)
  const byCandidate = told(candidate)
  const count = (all: readonly boolean[]): number => all.filter(Boolean).length
  return {
    decisions: seen.length,
    ...{ champion_told: count(byChampion.told), candidate_told: count(byCandidate.told) },
    differing: byChampion.told.filter((one, i) => one !== byCandidate.told[i]).length,
    champion_us: Math.round(byChampion.us * 100) / 100,
    candidate_us: Math.round(byCandidate.us * 100) / 100,
    unseen: compare(unseen, champion, candidate),
  }
}
