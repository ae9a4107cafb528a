/** An entry of a list, with the entries and the answer around it. */
export type JsonPlace = { value: unknown; outer: JsonPlace | null }

/**
 * What a path names: `name.value` from the entry itself, each `^` before it one level further out; `list[0]` by number. Undefined where
 * there is nothing. Keys are own ones only: no path reaches an object's prototype.
 */
export function lookUp(place: JsonPlace, path: string): unknown {
  let from: JsonPlace | null = place
  let rest = path
  while (rest.startsWith('^')) {
    from = from?.outer ?? null
    rest = rest.slice(1)
  }
  let value = from?.value
  if (rest === '' || rest === '.') return value
  for (const part of rest.split(/[.[]/)) {
    const key = part.endsWith(']') ? part.slice(0, -1) : part
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

const slot = /\{\{\s*([^{}]+?)\s*\}\}/g

/** Fills `{{…}}`; undefined where one of them has no value. */
export function fill(template: string, lookup: (expression: string) => unknown): string | undefined {
  let missing = false
  const filled = template.replace(slot, (_, expression: string) => {
    const value = lookup(expression)
    if (typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    missing = true
    return ''
  })
  return missing ? undefined : filled
}

/** The expressions of a template. */
export const expressionsOf = (template: string): string[] =>
  [...template.matchAll(slot)].map(([, expression = '']) => expression)
