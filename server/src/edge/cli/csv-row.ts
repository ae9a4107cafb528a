/** Unix seconds, milliseconds, microseconds or nanoseconds by size, or a date; without a zone it is UTC. NaN when neither. */
export function timeOf(text: string): number {
  const trimmed = text.trim()
  if (trimmed === '') return Number.NaN
  const value = Number(trimmed)
  if (!Number.isNaN(value)) {
    const size = Math.abs(value)
    return size < 1e11 ? value * 1e3 : size < 1e14 ? value : size < 1e17 ? value / 1e3 : value / 1e6
  }
  const zoned = /(z|[+-]\d\d:?\d\d)$/i.test(trimmed)
  return Date.parse(
    /^\d{4}-\d\d-\d\d[ t]\d/i.test(trimmed) && !zoned ? `${trimmed.replace(' ', 'T')}Z` : trimmed,
  )
}

/** An empty cell, `NaN` and `null` stand for no value, which is NaN; undefined for what is no number. */
export function numberOf(text: string): number | undefined {
  const trimmed = text.trim()
  if (trimmed === '' || /^(nan|null|none)$/i.test(trimmed)) return Number.NaN
  const value = Number(trimmed)
  return Number.isNaN(value) ? undefined : value
}

/** RFC 4180 within one line: a quoted cell may hold commas and doubled quotes. */
export function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',')
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, inside, plain]) => inside?.replaceAll('""', '"') ?? plain ?? '',
  )
}

export const quoted = (cell: string): string => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
