import type { Labels } from '@aiops/contract/model/label'
import type { Matching } from '../expression.ts'
import type { StepSeries } from '../value.ts'
import { dropLabels, keepLabels, labelsKey, withoutName } from './label-set.ts'

/** The labels by which series of both sides find each other. */
export function matchLabels(labels: Labels, matching: Matching): Labels {
  if (matching.on) return keepLabels(labels, matching.on)
  return withoutName(matching.ignoring?.length ? dropLabels(labels, matching.ignoring) : labels)
}

export const signatures =
  (matching: Matching): ((series: StepSeries) => string) =>
  (series) =>
    labelsKey(matchLabels(series.labels, matching))
