/**
 * Search parameters as people write them: `?status=OPEN&status=RESOLVED&text=pay`. A key given once is a string, given
 * more often a list; each route's own reader decides what it takes. The router's default writes JSON into the address.
 */
export type RawSearch = Record<string, string | string[]>

export function parseSearch(text: string): RawSearch {
  const found = new Map<string, string[]>()
  for (const [key, value] of new URLSearchParams(text)) found.set(key, [...(found.get(key) ?? []), value])
  return Object.fromEntries(
    [...found].map(([key, values]) => [key, values.length === 1 ? (values[0] ?? '') : values]),
  )
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '' && one !== false) params.append(key, String(one))
    }
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

/** Readers for a route's parameters. Whatever does not fit is as if it were absent: an old link never breaks a page. */
export const asText = (value: unknown, max = 2_048): string | undefined => {
  const one = Array.isArray(value) ? value[0] : value
  const text = typeof one === 'number' ? String(one) : one
  return typeof text === 'string' && text !== '' ? text.slice(0, max) : undefined
}

export const asTexts = (value: unknown, countMax = 20): string[] | undefined => {
  const list = (Array.isArray(value) ? value : [value]).flatMap((one) => asText(one) ?? [])
  return list.length > 0 ? [...new Set(list)].slice(0, countMax) : undefined
}

export const asOneOf = <T extends string>(value: unknown, known: readonly T[]): T | undefined =>
  known.find((one) => one === asText(value))

export const asSomeOf = <T extends string>(value: unknown, known: readonly T[]): T[] | undefined => {
  const asked = asTexts(value) ?? []
  const some = known.filter((one) => asked.includes(one))
  return some.length > 0 ? some : undefined
}

export const asInteger = (value: unknown, min: number, max: number): number | undefined => {
  const text = asText(value)
  const n = text === undefined ? Number.NaN : Number(text)
  return Number.isInteger(n) && n >= min && n <= max ? n : undefined
}

export const asFlag = (value: unknown): true | undefined =>
  asText(String(value ?? '')) === 'true' ? true : undefined
