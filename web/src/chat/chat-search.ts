import { asInteger, asText } from '../shell/search.ts'

export type ChatSearch = {
  /** Words of the titles in the list. */
  search?: string
  page?: number
  /** A question that stands ready to be sent. */
  q?: string
  /** Who shall answer. */
  persona?: string
}

/** Of a message, as the contract has it. */
export const questionMax = 8_000

export function readChatSearch(raw: Record<string, unknown>): ChatSearch {
  const search = asText(raw.search, 200)
  const page = asInteger(raw.page, 2, 10_000)
  const q = asText(raw.q, questionMax)
  const persona = asText(raw.persona, 32)
  return {
    ...(search ? { search } : {}),
    ...(page ? { page } : {}),
    ...(q ? { q } : {}),
    ...(persona ? { persona } : {}),
  }
}

export const readAskSearch = (raw: Record<string, unknown>): Pick<ChatSearch, 'q' | 'persona'> => {
  const { q, persona } = readChatSearch(raw)
  return { ...(q ? { q } : {}), ...(persona ? { persona } : {}) }
}
