import { isPart, type Part } from './share.ts'

/** A field that differs: `status.conditions[Ready].status`. */
export type FieldDifference = { path: string; before: string | null; after: string | null }

/**
 * Visits each leaf that differs between two objects that share their equal parts, until `visit` answers false. An absent part is visited
 * as one leaf. Items of lists are told by what names them, else by their place. Answers whether all were visited.
 */
export function eachDifference(
  before: unknown,
  after: unknown,
  visit: (path: string, before: unknown, after: unknown) => boolean,
  path = '',
): boolean {
  if (before === after) return true
  const isBoth = isPart(before) && isPart(after) && Array.isArray(before) === Array.isArray(after)
  if (!isBoth) return visit(path, before, after)
  const [old, now] = [fieldsOf(before), fieldsOf(after)]
  for (const key in old) {
    const next = fieldOf(now, key)
    if (old[key] === next) continue
    if (!eachDifference(old[key], next, visit, joined(path, key))) return false
  }
  for (const key in now) {
    if (now[key] === undefined || fieldOf(old, key) !== undefined) continue
    if (!eachDifference(undefined, now[key], visit, joined(path, key))) return false
  }
  return true
}

/** At most `max` of them. */
export function differencesOf(before: unknown, after: unknown, max = 64): FieldDifference[] {
  const found: FieldDifference[] = []
  eachDifference(before, after, (path, old, now) => {
    if (path === 'metadata.resourceVersion') return true
    found.push({ path, before: textOf(old), after: textOf(now) })
    return found.length < max
  })
  return found
}

const textMax = 256
const joined = (path: string, name: string): string =>
  path === '' || name.startsWith('[') ? path + name : `${path}.${name}`

function fieldsOf(part: Part): Record<string, unknown> {
  if (!Array.isArray(part)) return part as Record<string, unknown>
  const fields: Record<string, unknown> = Object.create(null)
  for (const [i, item] of part.entries()) {
    const name = `[${nameOf(item) ?? i}]`
    fields[name in fields ? `[${i}]` : name] = item
  }
  return fields
}

/** A label may be called `constructor`. */
const fieldOf = (fields: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(fields, key) ? fields[key] : undefined

function nameOf(item: unknown): string | undefined {
  if (typeof item === 'string') return item
  if (!isPart(item) || Array.isArray(item)) return undefined
  const { name, type, uid, ip, key } = item as Record<string, unknown>
  for (const one of [name, type, uid, ip, key]) if (typeof one === 'string' && one !== '') return one
  return undefined
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > textMax ? `${text.slice(0, textMax - 1)}…` : text
}
