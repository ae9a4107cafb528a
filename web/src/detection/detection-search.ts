import { type DetectionTier, DetectionTier as tiers } from '@aiops/contract/model/anomaly'
import { type DetectorState, DetectorState as states } from '@aiops/contract/model/detection'
import { asOneOf, asText } from '../shell/search.ts'

export const detectionTabs = ['detectors', 'settings', 'learning'] as const
export type DetectionTab = (typeof detectionTabs)[number]

/** What the page of detection shows, as it stands in the address. */
export type DetectionSearch = {
  tab?: DetectionTab
  metric?: string
  tier?: DetectionTier
  state?: DetectorState
}

export function readDetectionSearch(raw: Record<string, unknown>): DetectionSearch {
  const tab = asOneOf(raw.tab, detectionTabs)
  const metric = asText(raw.metric, 256)
  const tier = asOneOf(raw.tier, tiers.options)
  const state = asOneOf(raw.state, states.options)
  return { ...(tab && { tab }), ...(metric && { metric }), ...(tier && { tier }), ...(state && { state }) }
}

/** What the API is asked for. Words without a wildcard are meant as a part of the name. */
export const detectorQuery = ({ metric, tier, state }: DetectionSearch) => ({
  ...(metric && { metric: /[*?]/.test(metric) ? metric : `*${metric}*` }),
  ...(tier && { tier }),
  ...(state && { state }),
})
