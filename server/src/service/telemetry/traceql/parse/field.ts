import type {
  Attribute,
  AttributeScope,
  Field,
  FieldOperator,
  Intrinsic,
  IntrinsicName,
  Static,
} from '../expression.ts'
import { checkBinary, checkUnary } from './field-type.ts'
import type { Token } from './lexer.ts'
import type { TokenReader } from './token-reader.ts'

/**
 * How tightly operators bind, as Tempo's grammar has it: `&&` and `||` alike, from left to right; `^` from right to left; `!` binds
 * tighter than comparisons and sums, so that `!.a = .b` compares `!.a`.
 */
const precedence: Readonly<Record<FieldOperator, number>> = {
  ...{ '&&': 1, '||': 1 },
  ...{ '=': 2, '!=': 2, '<': 2, '<=': 2, '>': 2, '>=': 2, '=~': 2, '!~': 2 },
  ...{ '+': 3, '-': 3, '*': 5, '/': 5, '%': 5, '^': 6 },
}
const notPrecedence = 4

export const wordIntrinsics: Readonly<Record<string, IntrinsicName>> = {
  ...{ duration: 'duration', name: 'name', status: 'status', statusMessage: 'statusMessage', kind: 'kind' },
  ...{ childCount: 'childCount', traceDuration: 'traceDuration', rootName: 'rootName' },
  ...{ rootServiceName: 'rootServiceName', nestedSetLeft: 'nestedSetLeft' },
  ...{ nestedSetRight: 'nestedSetRight', nestedSetParent: 'nestedSetParent' },
}
export const scopedIntrinsics: Readonly<Record<string, Readonly<Record<string, IntrinsicName>>>> = {
  span: {
    ...{ duration: 'duration', name: 'name', status: 'status', statusMessage: 'statusMessage', kind: 'kind' },
    ...{ id: 'id', parentID: 'parentID', childCount: 'childCount' },
  },
  trace: { duration: 'traceDuration', rootName: 'rootName', rootService: 'rootServiceName', id: 'traceID' },
  event: { name: 'eventName', timeSinceStart: 'eventTimeSinceStart' },
  link: { traceID: 'linkTraceID', spanID: 'linkSpanID' },
  instrumentation: { name: 'instrumentationName', version: 'instrumentationVersion' },
}
const statuses = ['ok', 'error', 'unset']
const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']

export function readField(reader: TokenReader, least = 1): Field {
  return reader.nested(() => {
    let left = operand(reader)
    for (;;) {
      const operator = operatorAt(reader)
      if (operator === undefined || precedence[operator] < least) return left
      reader.next()
      const right = readField(reader, precedence[operator] + (operator === '^' ? 0 : 1))
      const place = { from: left.place.from, to: right.place.to }
      checkBinary(reader, operator, left, right)
      left = { node: 'binary', operator, left, right, place }
    }
  })
}

/** An attribute or an intrinsic, as `by`, `select` and the metric functions take it. */
export function readFieldName(reader: TokenReader): Attribute | Intrinsic {
  const field = named(reader)
  if (!field) throw reader.unexpected('an attribute or an intrinsic, such as span.http.route or duration')
  return field
}

function operatorAt(reader: TokenReader): FieldOperator | undefined {
  const { kind, text } = reader.peek()
  return kind === 'symbol' && Object.hasOwn(precedence, text) ? (text as FieldOperator) : undefined
}

function operand(reader: TokenReader): Field {
  const { from } = reader.peek()
  if (reader.take('(')) {
    const inner = readField(reader)
    reader.expect(')')
    return { ...inner, place: reader.place(from) }
  }
  for (const operator of ['-', '!'] as const) {
    if (!reader.take(operator)) continue
    const inner = readField(reader, operator === '-' ? precedence['*'] : notPrecedence)
    checkUnary(reader, operator, inner)
    return { node: 'unary', operator, inner, place: reader.place(from) }
  }
  const field = named(reader) ?? readStatic(reader)
  if (!field) throw reader.unexpected('a field or a value')
  return field
}

function named(reader: TokenReader): Attribute | Intrinsic | undefined {
  const token = reader.peek()
  if (token.kind === 'attribute') {
    reader.next()
    return attributeOf(reader, token)
  }
  if (token.kind !== 'word') return undefined
  if (reader.is(':', 1)) {
    const group = scopedIntrinsics[token.text]
    const name = group && Object.hasOwn(group, reader.peek(2).text) ? group[reader.peek(2).text] : undefined
    if (!group || !name || reader.peek(2).kind !== 'word') {
      const known = group ? Object.keys(group).map((one) => `${token.text}:${one}`) : []
      const expected =
        known.length > 0 ? known.join(', ') : 'span:, trace:, event:, link: or instrumentation:'
      throw reader.fault(token.from, `there is no such intrinsic; there are ${expected}`)
    }
    for (let i = 0; i < 3; i += 1) reader.next()
    return intrinsic(reader, name, token.from)
  }
  if (!Object.hasOwn(wordIntrinsics, token.text)) return undefined
  reader.next()
  return intrinsic(reader, wordIntrinsics[token.text] as IntrinsicName, token.from)
}

function intrinsic(reader: TokenReader, name: IntrinsicName, from: number): Intrinsic {
  const place = reader.place(from)
  return { node: 'intrinsic', name, parent: false, text: reader.text.slice(from, place.to), place }
}

function attributeOf(reader: TokenReader, token: Token): Attribute | Intrinsic {
  const place = reader.place(token.from)
  const text = reader.text.slice(place.from, place.to)
  const parent = token.scopes[0] === 'parent.'
  const scope = token.scopes[parent ? 1 : 0]?.slice(0, -1)
  if (parent && scope === undefined && Object.hasOwn(wordIntrinsics, token.text))
    return { node: 'intrinsic', name: wordIntrinsics[token.text] as IntrinsicName, parent, text, place }
  return {
    ...{ node: 'attribute', name: token.text, parent, text, place },
    ...(scope ? { scope: scope as AttributeScope } : {}),
  }
}

/** A value as written, or undefined where none is next. */
export function readStatic(reader: TokenReader): Static | undefined {
  const { kind, text, value, from, to } = reader.peek()
  const place = { from, to }
  const found = (type: Static['type'], of: Static['value']): Static => {
    reader.next()
    return { node: 'static', type, value: of, place }
  }
  if (kind === 'string') return found('string', text)
  if (kind === 'number') return found('number', value)
  if (kind === 'duration') return found('duration', value)
  if (kind !== 'word') return undefined
  if (text === 'true' || text === 'false') return found('boolean', text === 'true')
  if (text === 'nil') return found('nil', null)
  if (statuses.includes(text)) return found('status', text)
  if (kinds.includes(text)) return found('kind', text)
  return undefined
}
