/**
 * Keys of rows whose records may be equal in everything: the record's text, and which of its equals it is, counted from
 * the end. Rows that are put before others therefore change no key, and an opened row stays open.
 */
export function uniqueKeys<T>(rows: readonly T[], text: (row: T) => string): string[] {
  const met = new Map<string, number>()
  const keys: string[] = []
  for (const row of rows.toReversed()) {
    const base = text(row)
    const nth = met.get(base) ?? 0
    met.set(base, nth + 1)
    keys.push(`${nth} ${base}`)
  }
  return keys.reverse()
}
