import type { Correction, ModelVersion, ShadowScore } from '@aiops/contract/model/detection-model'
import type { LabelScore } from '@aiops/contract/model/feedback'
import { placeOf, seriesKey } from '../correction/series-key.ts'

export const percents = [1, 10, 50, 100] as const
export type Percent = 0 | (typeof percents)[number]

export type RolloutRules = {
  shadowDecisions: number
  canaryDecisions: number
  canaryStepMs: number
  regressionMax: number
}

export type Step =
  | { kind: 'STAY'; reason: string }
  | { kind: 'ADVANCE'; percent: Exclude<Percent, 0>; reason: string }
  | { kind: 'ROLL_BACK'; reason: string }

/** Labels that neither was trained on, before they can take a candidate back. */
const unseenMin = 5
/** A candidate may take so much longer to decide: times the champion's, and microseconds. */
const slowerMax = 3
const slowerUs = 5

/** Where a candidate goes from here: on, back, or nowhere yet. Pure. */
export function nextStep(
  version: ModelVersion,
  shadow: ShadowScore,
  nowMs: number,
  rules: RolloutRules,
): Step {
  const worse = regressionOf(version, shadow, rules.regressionMax)
  if (worse !== undefined) return { kind: 'ROLL_BACK', reason: worse }
  const inShadow = version.state === 'SHADOW'
  const needed = inShadow ? rules.shadowDecisions : rules.canaryDecisions
  if (shadow.decisions < needed)
    return { kind: 'STAY', reason: `${shadow.decisions} of ${needed} decisions it is judged by` }
  const sinceMs = nowMs - Date.parse(version.entered_at)
  if (!inShadow && sinceMs < rules.canaryStepMs)
    return {
      kind: 'STAY',
      reason: `waits ${Math.ceil((rules.canaryStepMs - sinceMs) / 60_000)} min for its next step`,
    }
  const next = percents.find((percent) => percent > version.percent)
  return {
    ...{ kind: 'ADVANCE', percent: next ?? 100 },
    reason: `no worse over ${shadow.decisions} decisions and ${labelsOf(shadow.unseen.before)} labels it had not seen`,
  }
}

function regressionOf(
  { validation }: ModelVersion,
  { unseen, champion_us, candidate_us }: ShadowScore,
  regressionMax: number,
): string | undefined {
  const worse = (before: LabelScore, after: LabelScore): string | undefined => {
    if (before.f1 !== null && after.f1 === null) return `it holds back all ${before.told_real} that were real`
    if (before.f1 !== null && after.f1 !== null && after.f1 < before.f1 - regressionMax)
      return `its F1 is ${after.f1.toFixed(2)}, that of the one in force ${before.f1.toFixed(2)}`
    if (after.told_unreal > before.told_unreal * 1.05 + 1)
      return `it tells ${after.told_unreal} that were not real, the one in force ${before.told_unreal}`
    return undefined
  }
  if (validation) {
    const found = worse(validation.before, validation.after)
    if (found) return `${found}, over the labels it was trained on in turns`
  }
  if (labelsOf(unseen.before) >= unseenMin) {
    const found = worse(unseen.before, unseen.after)
    if (found) return `${found}, over ${labelsOf(unseen.before)} labels given since`
  }
  if (candidate_us > champion_us * slowerMax + slowerUs)
    return `it takes ${candidate_us.toFixed(1)} µs for a decision, the one in force ${champion_us.toFixed(1)} µs`
  return undefined
}

const labelsOf = ({ real, unreal }: LabelScore): number => real + unreal

/** Which corrections are in force while a candidate is applied to a share: a series, or a metric, is always on one side. */
export function blended(
  champion: readonly Correction[],
  candidate: readonly Correction[],
  percent: number,
): Correction[] {
  const isFirst = ({ match }: Correction): boolean => placeOf(seriesKey(match)) < percent
  return [...champion.filter((one) => !isFirst(one)), ...candidate.filter(isFirst)]
}

/** The same to every series: no correction came or went, and none changed by a twentieth. */
export function isSameEffect(a: readonly Correction[], b: readonly Correction[]): boolean {
  const keyOf = ({ match, window }: Correction): string => `${seriesKey(match)}${JSON.stringify(window)}`
  const factors = new Map(a.map((one) => [keyOf(one), one.factor]))
  return (
    a.length === b.length &&
    b.every((one) => {
      const factor = factors.get(keyOf(one))
      return factor !== undefined && Math.abs(factor / one.factor - 1) < 0.05
    })
  )
}
