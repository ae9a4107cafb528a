import { asText } from '../shell/search.ts'

/** Which tool is open, and what the list is searched by, as it stands in the address. */
export type ToolSearch = { tool?: string; text?: string }

export function readToolSearch(raw: Record<string, unknown>): ToolSearch {
  const tool = asText(raw.tool, 128)
  const text = asText(raw.text, 100)
  return { ...(tool && { tool }), ...(text && { text }) }
}
