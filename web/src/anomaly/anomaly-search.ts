import {
  type AnomalyShape,
  type DetectionTier,
  AnomalyShape as shapes,
  DetectionTier as tiers,
} from '@aiops/contract/model/anomaly'
import { EntityId } from '@aiops/contract/model/entity'
import { type Severity, severities } from '@aiops/contract/model/severity'
import { asOneOf, asSomeOf, asText } from '../shell/search.ts'

/** What the list of anomalies shows, as it stands in the address. Absent: all of them. */
export type AnomalySearch = {
  state?: 'ACTIVE' | 'ENDED'
  severity?: Severity[]
  shape?: AnomalyShape[]
  tier?: DetectionTier[]
  entity?: EntityId
  text?: string
  /** The anomaly that stands beside the list. */
  id?: string
}

export function readAnomalySearch(raw: Record<string, unknown>): AnomalySearch {
  const state = asOneOf(raw.state, ['ACTIVE', 'ENDED'] as const)
  const severity = asSomeOf(raw.severity, severities)
  const shape = asSomeOf(raw.shape, shapes.options)
  const tier = asSomeOf(raw.tier, tiers.options)
  const entity = EntityId.safeParse(raw.entity).data
  const [text, id] = [raw.text, raw.id].map((one) => asText(one, 200))
  return {
    ...(state && { state }),
    ...(severity && { severity }),
    ...(shape && { shape }),
    ...(tier && { tier }),
    ...(entity && { entity }),
    ...(text && { text }),
    ...(id && { id }),
  }
}

export const isFiltered = ({ id: _, ...filter }: AnomalySearch): boolean => Object.keys(filter).length > 0

/** What the API is asked for. */
export const anomalyQuery = ({ state, entity, text, ...search }: AnomalySearch) => ({
  ...(state && { state }),
  ...(entity && { entity }),
  ...(text && { text }),
  severity: search.severity ?? [],
  shape: search.shape ?? [],
  tier: search.tier ?? [],
})
