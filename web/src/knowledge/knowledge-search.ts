import { type KnowledgeKind as Kind, KnowledgeKind } from '@aiops/contract/model/knowledge'
import { asInteger, asSomeOf, asText } from '../shell/search.ts'

/** What the page of documents shows: a list, or what answers a question. */
export type KnowledgeSearch = { q?: string; kind?: Kind[]; page?: number }

export function readKnowledgeSearch(raw: Record<string, unknown>): KnowledgeSearch {
  const q = asText(raw.q, 500)
  const kind = asSomeOf(raw.kind, KnowledgeKind.options)
  const page = asInteger(raw.page, 2, 100_000)
  return { ...(q && { q }), ...(kind && { kind }), ...(page && { page }) }
}
