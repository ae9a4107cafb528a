/**
 * The one text of a JSON value (RFC 8785, JSON Canonicalization Scheme): keys in the order of their UTF-16 code units, no white space,
 * numbers and strings as ECMAScript writes them. What JSON cannot hold becomes what `JSON.stringify` makes of it. Unlike the RFC, a lone
 * surrogate is no error: it stays as its escape, because what somebody typed must be recordable. Depth is what `JSON.stringify` takes.
 */
export const canonicalJson = (value: unknown): string => textOf(JSON.parse(JSON.stringify(value) ?? 'null'))

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${textOf(member)}`)
  return `{${members.join(',')}}`
}
