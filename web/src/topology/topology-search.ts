import { asText } from '../shell/search.ts'

/** `at`: as it was then, instead of now. */
export type TopologySearch = { text?: string; entity?: string; at?: string }

export function readTopologySearch(raw: Record<string, unknown>): TopologySearch {
  const text = asText(raw.text, 200)
  const entity = asText(raw.entity, 300)
  const time = Date.parse(asText(raw.at, 40) ?? '')
  return {
    ...(text && { text }),
    ...(entity && { entity }),
    ...(!Number.isNaN(time) && { at: new Date(time).toISOString() }),
  }
}
