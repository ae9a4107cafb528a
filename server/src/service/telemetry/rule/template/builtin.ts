import { failed, type TemplateFunction, textOf } from './function.ts'
import { sprint, sprintf } from './printf.ts'
import { Int, isTrue, Moment, printed, Span, Struct, typeOf, type Value } from './value.ts'

/** What `text/template` itself gives; `and` and `or` are lazy and live with the executor. */
export const builtins: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['not', ([value = null]) => !isTrue(value)],
  ['len', ([value = null]) => new Int(lengthOf(value))],
  ['index', ([value = null, ...keys]) => keys.reduce<Value>(indexed, value)],
  ['slice', sliced],
  ['print', sprint],
  ['println', (args) => `${args.map((value) => (value === null ? '<nil>' : printed(value))).join(' ')}\n`],
  ['printf', ([format = '', ...args]) => sprintf(textOf('printf', format), args)],
  ['html', (args) => escaped(sprint(args))],
  ['js', (args) => jsEscaped(sprint(args))],
  ['urlquery', (args) => queryEscaped(sprint(args))],
  ['eq', ([first = null, ...others]) => equalAny(first, others)],
  ['ne', ([a = null, b = null]) => !equalAny(a, [b])],
  ['lt', ([a = null, b = null]) => order(a, b) < 0],
  ['le', ([a = null, b = null]) => order(a, b) <= 0],
  ['gt', ([a = null, b = null]) => order(a, b) > 0],
  ['ge', ([a = null, b = null]) => order(a, b) >= 0],
])

/** `url.QueryEscape`. */
export const queryEscaped = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')

function lengthOf(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.length
  if (value instanceof Map) return value.size
  throw failed(`len of type ${typeOf(value)}`)
}

function indexed(value: Value, key: Value): Value {
  if (value instanceof Map) return value.get(textOf('index', key)) ?? ''
  const at = key instanceof Int ? key.value : Number.NaN
  const list: readonly Value[] | undefined = Array.isArray(value)
    ? value
    : typeof value === 'string'
      ? [...Buffer.from(value)].map((byte) => new Int(byte))
      : undefined
  if (!list) throw failed(`can't index item of type ${typeOf(value)}`)
  const found = list[at]
  if (found === undefined) throw failed(`index out of range: ${printed(key)}`)
  return found
}

function sliced([value = null, ...bounds]: readonly Value[]): Value {
  const list = Array.isArray(value) ? (value as readonly Value[]) : undefined
  const bytes = typeof value === 'string' ? Buffer.from(value) : undefined
  const length = list?.length ?? bytes?.length
  if (length === undefined) throw failed(`can't slice item of type ${typeOf(value)}`)
  const [from = 0, to = length] = bounds.map((bound) => (bound instanceof Int ? bound.value : Number.NaN))
  if (!(from >= 0 && from <= to && to <= length)) throw failed(`index out of range: ${from}:${to}`)
  return list ? list.slice(from, to) : (bytes?.toString('utf8', from, to) ?? '')
}

const kindOf = (value: Value): string => {
  if (value instanceof Span) return 'int'
  return value instanceof Struct || value instanceof Moment ? 'struct' : typeOf(value)
}

function equalAny(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw failed('missing argument for comparison')
  return others.some((other) => {
    if (first === null || other === null) return first === other
    const [kind, otherKind] = [kindOf(first), kindOf(other)]
    if (kind !== otherKind) throw failed('incompatible types for comparison')
    if (!comparable.has(kind)) throw failed(`non-comparable type ${typeOf(first)}`)
    return plainOf(first) === plainOf(other)
  })
}

const comparable = new Set(['string', 'float64', 'int', 'bool'])

function order(a: Value, b: Value): number {
  const [kind, otherKind] = [kindOf(a), kindOf(b)]
  if (!comparable.has(kind) || !comparable.has(otherKind) || kind === 'bool')
    throw failed('invalid type for comparison')
  if (kind !== otherKind) throw failed('incompatible types for comparison')
  const [left, right] = [plainOf(a), plainOf(b)]
  if (left === right) return 0
  if (left < right) return -1
  return left > right ? 1 : Number.NaN
}

function plainOf(value: Value): string | number | boolean {
  if (value instanceof Int) return value.value
  if (value instanceof Span) return value.ns
  return value as string | number | boolean
}

const entities: Record<string, string> = {
  ...{ '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;', '\0': '\ufffd' },
}
const escaped = (text: string): string => text.replace(/["'&<>\0]/g, (letter) => entities[letter] ?? letter)

function jsEscaped(text: string): string {
  const named: Record<string, string> = {
    '\\': '\\\\',
    "'": "\\'",
    '"': '\\"',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
  }
  return text.replace(/[\\'"<>&=\p{Cc}]/gu, (letter) => {
    const code = letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    return named[letter] ?? `\\u${code}`
  })
}
