import { asOneOf, asText } from '../shell/search.ts'

/** What is open over the list, as it stands in the address: one to read, to edit, or a new one, made from nothing or from `id`. */
export type PersonaSearch = { id?: string; act?: 'edit' | 'new' }

export function readPersonaSearch(raw: Record<string, unknown>): PersonaSearch {
  const id = asText(raw.id, 64)
  const act = asOneOf(raw.act, ['edit', 'new'] as const)
  return { ...(id && { id }), ...(act && (act === 'new' || id) ? { act } : {}) }
}
