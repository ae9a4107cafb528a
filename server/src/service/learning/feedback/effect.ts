import type { ModelVersion } from '@aiops/contract/model/detection-model'
import type { FeedbackCounts, FeedbackEffect, LabelComparison } from '@aiops/contract/model/feedback'
import { CorrectionTable } from '../correction/in-force.ts'
import { compare, crossValidate, folds } from '../correction/score.ts'
import type { TrainingInputs } from '../correction/train.ts'

type EffectInputs = {
  counts: FeedbackCounts
  inputs: TrainingInputs
  champion: { version: ModelVersion; table: CorrectionTable } | undefined
}

/** Precision and recall on labels that nothing was learned from: dealt into parts, and those given since training. */
export function effectOf({ counts, inputs, champion }: EffectInputs): FeedbackEffect {
  const validated = crossValidate(inputs)
  const trainedMs = champion ? Date.parse(champion.version.training.end ?? champion.version.created_at) : 0
  const since = champion && {
    ...compare(
      inputs.evidence.filter(({ atMs }) => atMs > trainedMs),
      new CorrectionTable([]),
      champion.table,
    ),
    version: champion.version.number,
    trained_at: champion.version.created_at,
  }
  return {
    counts,
    cross_validated: { ...validated, folds },
    since_training: since ?? null,
    sentence: sentenceOf(validated, counts),
  }
}

export function sentenceOf({ before, after }: LabelComparison, counts: FeedbackCounts): string {
  const labels = before.real + before.unreal
  if (labels === 0)
    return counts.total === 0
      ? 'Nobody has labelled anything yet.'
      : 'None of the labels so far says whether what was told was real.'
  const of = `of ${labels} labelled anomalies`
  if (before.precision === null || after.precision === null)
    return `${before.real} ${of} were real; what was learned would hold all of them back and is not put in force.`
  const lost = before.real - after.told_real
  return `Without labels ${percent(before.precision)} ${of} told were real, with them ${percent(after.precision)}: ${before.unreal - after.told_unreal} of the ${before.unreal} unreal would not be told, and ${lost === 0 ? 'none' : lost} of the ${before.real} real would be lost. Each was judged by what the others teach.`
}

const percent = (share: number): string => `${Math.round(share * 100)} %`
