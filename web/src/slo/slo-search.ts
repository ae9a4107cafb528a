import { type SloState, SloState as states } from '@aiops/contract/model/slo'
import { asSomeOf, asText } from '../shell/search.ts'

/** What the list of objectives shows, as it stands in the address. */
export type SloSearch = { state?: SloState[]; text?: string }

export function readSloSearch(raw: Record<string, unknown>): SloSearch {
  const state = asSomeOf(raw.state, states.options)
  const text = asText(raw.text, 200)
  return { ...(state && { state }), ...(text && { text }) }
}

/** What the API is asked for. */
export const sloQuery = ({ state, text }: SloSearch) => ({
  state: state ?? [],
  ...(text && { search: text }),
})
