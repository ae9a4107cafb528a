import type { Labels } from '@aiops/contract/model/label'
import type { Matching } from '../expression.ts'
import type { StepSeries } from '../value.ts'
import { dropLabels, keepLabels, labelsKey, metricName } from './label-set.ts'

/** The labels by which series of both sides find each other. */
export function matchLabels(labels: Labels, matching: Matching): Labels {
  if (matching.on) return keepLabels(labels, matching.on)
  return dropLabels(labels, [metricName, ...(matching.ignoring ?? [])])
}

export const signatures =
  (matching: Matching): ((series: StepSeries) => string) =>
  (series) =>
    labelsKey(matchLabels(series.labels, matching))
