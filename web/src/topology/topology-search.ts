import { asText } from '../shell/search.ts'

export type TopologySearch = { text?: string; entity?: string }

export function readTopologySearch(raw: Record<string, unknown>): TopologySearch {
  const text = asText(raw.text, 200)
  const entity = asText(raw.entity, 300)
  return { ...(text && { text }), ...(entity && { entity }) }
}
