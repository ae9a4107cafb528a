/** Queries that were run in this browser, newest first, each once. */
export const historyMax = 50
export type QueryLanguage = 'promql' | 'logql' | 'traceql'

const nameOf = (language: QueryLanguage): string => `aiops.history.${language}`

export function readHistory(
  language: QueryLanguage,
  storage: Pick<Storage, 'getItem'> = localStorage,
): string[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(nameOf(language)) ?? '[]')
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string').slice(0, historyMax) : []
  } catch {
    return []
  }
}

export function remember(
  language: QueryLanguage,
  query: string,
  storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage,
): void {
  const text = query.trim()
  if (text === '') return
  const kept = [text, ...readHistory(language, storage).filter((one) => one !== text)].slice(0, historyMax)
  try {
    storage.setItem(nameOf(language), JSON.stringify(kept))
  } catch {
    // A full or forbidden storage loses the history, not the query.
  }
}
