import type { LabelComparison, LabelScore } from '@aiops/contract/model/feedback'
import type { Evidence } from './evidence.ts'
import { CorrectionTable } from './in-force.ts'
import { placeOf } from './series-key.ts'
import { type TrainingInputs, train } from './train.ts'

export const folds = 5

/** An anomaly and what people, by majority, said of it. */
type Judged = { evidence: Evidence; real: boolean }

/** Every anomaly judged by what the labels of the other parts teach; the parts are dealt by its id, always the same way. */
export function crossValidate(inputs: TrainingInputs): LabelComparison {
  const partOf = (anomalyId: string): number => Math.floor((placeOf(anomalyId) / 100) * folds)
  const tables = Array.from(
    { length: folds },
    (_, part) =>
      new CorrectionTable(
        train({ ...inputs, evidence: inputs.evidence.filter((one) => partOf(one.anomalyId) !== part) })
          .corrections,
      ),
  )
  const judged = judgedOf(inputs.evidence)
  return {
    before: scoreOf(judged, () => true),
    after: scoreOf(judged, ({ anomalyId, labels, startedMs, ratio }) => {
      const table = tables[partOf(anomalyId)]
      return ratio >= (table?.factorOf(labels, startedMs) ?? 1)
    }),
  }
}

/** The same labels judged by one table and by another. */
export function compare(
  evidence: readonly Evidence[],
  before: CorrectionTable,
  after: CorrectionTable,
): LabelComparison {
  const judged = judgedOf(evidence)
  const by =
    (table: CorrectionTable) =>
    ({ labels, startedMs, ratio }: Evidence): boolean =>
      ratio >= table.factorOf(labels, startedMs)
  return { before: scoreOf(judged, by(before)), after: scoreOf(judged, by(after)) }
}

function judgedOf(evidence: readonly Evidence[]): Judged[] {
  const byAnomaly = new Map<string, { evidence: Evidence; sum: number }>()
  for (const one of evidence) {
    const known = byAnomaly.get(one.anomalyId) ?? { evidence: one, sum: 0 }
    known.sum += one.verdict === 'TRUE' ? one.share : -one.share
    byAnomaly.set(one.anomalyId, known)
  }
  return [...byAnomaly.values()]
    .filter(({ sum }) => Math.abs(sum) > 1e-9)
    .map(({ evidence: first, sum }) => ({ evidence: first, real: sum > 0 }))
}

function scoreOf(judged: readonly Judged[], isTold: (evidence: Evidence) => boolean): LabelScore {
  const score = { real: 0, unreal: 0, told_real: 0, told_unreal: 0 }
  for (const { evidence, real } of judged) {
    score[real ? 'real' : 'unreal'] += 1
    if (isTold(evidence)) score[real ? 'told_real' : 'told_unreal'] += 1
  }
  const told = score.told_real + score.told_unreal
  const precision = told === 0 ? null : score.told_real / told
  const recall = score.real === 0 ? null : score.told_real / score.real
  const f1 =
    precision === null || recall === null || precision + recall === 0
      ? null
      : (2 * precision * recall) / (precision + recall)
  return { ...score, precision, recall, f1 }
}
