import type { Labels } from '@aiops/contract/model/label'
import { parsePath, type Scope, valueAt } from './path.ts'
import type { RuleDocument } from './rule-document.ts'
import { type TextValue, textOf, textReader } from './text-value.ts'

type From = RuleDocument['labels_from'][number]

/** Names to take at most; what is beyond is refused where labels are checked. */
const namesMax = 1_000

/** Labels or annotations: first what is gathered from the body, then what is written by name, which wins. */
export function namesReader(
  written: Readonly<Record<string, TextValue>>,
  from: readonly From[],
): (scope: Scope) => Labels {
  const gather = from.map(gatherer)
  const named = Object.entries(written).map(([name, value]) => ({ name, read: textReader(value) }))
  return (scope) => {
    const names: Labels = Object.create(null)
    const put = (name: string, value: string | undefined): void => {
      if (name !== '' && value !== undefined && value !== '') names[name] = value
    }
    for (const add of gather) add(scope, put)
    for (const { name, read } of named) put(name, read(scope))
    return names
  }
}

type Put = (name: string, value: string | undefined) => void

function gatherer(from: From): (scope: Scope, put: Put) => void {
  if (typeof from === 'string') {
    const path = parsePath(from)
    return (scope, put) => gatherAny(valueAt(path, scope), put)
  }
  const path = parsePath(from.path)
  const [name, value] = [parsePath(from.name), parsePath(from.value)]
  return (scope, put) => {
    const list = valueAt(path, scope)
    if (!Array.isArray(list)) return
    for (const item of list.slice(0, namesMax)) {
      const inner = { root: scope.root, item }
      put(`${from.prefix}${textOf(valueAt(name, inner)) ?? ''}`, textOf(valueAt(value, inner)))
    }
  }
}

function gatherAny(value: unknown, put: Put): void {
  if (typeof value === 'string') gatherAny(value.split(','), put)
  else if (Array.isArray(value)) {
    for (const text of value.slice(0, namesMax)) {
      if (typeof text !== 'string') continue
      const at = text.indexOf(':')
      if (at > 0) put(text.slice(0, at).trim(), text.slice(at + 1).trim())
      else put(text.trim(), 'true')
    }
  } else if (value !== null && typeof value === 'object') {
    for (const [name, one] of Object.entries(value).slice(0, namesMax)) put(name, textOf(one))
  }
}
