import type { FacetOption } from './facet-menu.tsx'

/** The values of a facet, most frequent first; what is chosen stays, also where nothing has it any more. */
export function facetOptions(
  counts: Readonly<Record<string, number>> | undefined,
  chosen: readonly string[],
  wordOf: (value: string) => string = (value) => value,
): FacetOption[] {
  const known = counts ?? {}
  return [...new Set([...Object.keys(known), ...chosen])]
    .map((value) => ({ value, word: wordOf(value), count: known[value] ?? 0 }))
    .sort((a, b) => b.count - a.count || a.word.localeCompare(b.word, 'en', { numeric: true }))
}
