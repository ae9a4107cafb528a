import type { RawObject } from '../../server/src/port/cluster-api.ts'
import type { Served } from './resource.ts'
import { badRequest } from './status.ts'
import type { Entry } from './store.ts'

export type Matches = (entry: Entry) => boolean
type Requirement = { key: string; operator: string; values: string[] }

/** The `labelSelector` of a request: `a=b,c!=d,e in (f,g),h notin (i),j,!k`. */
export function labelMatcher(selector: string | null): Matches {
  if (!selector?.trim()) return () => true
  const requirements = splitAtCommas(selector).map(requirementOf)
  return ({ object }) => {
    const labels = (object.metadata as { labels?: Record<string, string> }).labels ?? {}
    return requirements.every(({ key, operator, values }) => {
      const value = Object.hasOwn(labels, key) ? labels[key]! : undefined
      if (operator === 'exists') return value !== undefined
      if (operator === 'absent') return value === undefined
      if (operator === 'in') return value !== undefined && values.includes(value)
      return value === undefined || !values.includes(value)
    })
  }
}

function requirementOf(text: string): Requirement {
  const set = /^([^\s!=]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text)
  if (set) return { key: set[1]!, operator: set[2]!, values: set[3]!.split(',').map((v) => v.trim()) }
  const equal = /^([^\s!=]+)\s*(==|=|!=)\s*([^\s!=]*)$/.exec(text)
  if (equal) return { key: equal[1]!, operator: equal[2] === '!=' ? 'notin' : 'in', values: [equal[3]!] }
  if (/^![^\s!=(),]+$/.test(text)) return { key: text.slice(1), operator: 'absent', values: [] }
  if (/^[^\s!=(),]+$/.test(text)) return { key: text, operator: 'exists', values: [] }
  throw badRequest(`unable to parse requirement: ${JSON.stringify(text)}`)
}

/** Not at those within the brackets of a set. */
const splitAtCommas = (selector: string): string[] =>
  selector.split(/,(?![^(]*\))/).map((part) => part.trim())

/** The `fieldSelector` of a request: equality only, over the fields that the kind has for it. */
export function fieldMatcher(selector: string | null, type: Served): Matches {
  if (!selector?.trim()) return () => true
  const wanted = selector.split(',').map((part) => {
    const [, field = '', operator = '', value = ''] = /^\s*([^!=]+?)\s*(==|=|!=)\s*(.*?)\s*$/.exec(part) ?? []
    if (!operator) throw badRequest(`invalid selector: ${JSON.stringify(part)}`)
    const known =
      field === 'metadata.name' ||
      (field === 'metadata.namespace' && type.namespaced) ||
      type.fields.includes(field)
    if (!known) throw badRequest(`field label not supported: ${field}`)
    return { path: field.split('.'), isNegative: operator === '!=', value }
  })
  return ({ object }) =>
    wanted.every(({ path, isNegative, value }) => (fieldOf(object, path) === value) !== isNegative)
}

function fieldOf(object: RawObject, path: readonly string[]): string {
  if (path[0] === 'source' && path.length === 1) return fieldOf(object, ['source', 'component'])
  let value: unknown = object
  for (const part of path)
    value = typeof value === 'object' && value !== null ? (value as RawObject)[part] : undefined
  // What was never set reads as its zero value.
  if (value === undefined)
    return path.at(-1) === 'unschedulable' || path.at(-1) === 'hostNetwork' ? 'false' : ''
  return String(value)
}
