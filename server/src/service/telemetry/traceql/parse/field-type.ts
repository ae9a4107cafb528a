import { fullMatch } from '../evaluate/pattern.ts'
import type { Field, FieldOperator, FieldType, IntrinsicName } from '../expression.ts'
import type { TokenReader } from './token-reader.ts'

const intrinsicTypes: Readonly<Partial<Record<IntrinsicName, FieldType>>> = {
  ...{ duration: 'duration', traceDuration: 'duration', eventTimeSinceStart: 'duration' },
  ...{ status: 'status', kind: 'kind', childCount: 'number' },
  ...{ nestedSetLeft: 'number', nestedSetRight: 'number', nestedSetParent: 'number' },
}

export function typeOf(field: Field): FieldType {
  if (field.node === 'static') return field.type
  if (field.node === 'attribute') return 'any'
  if (field.node === 'intrinsic') return intrinsicTypes[field.name] ?? 'string'
  if (field.node === 'unary') return field.operator === '!' ? 'boolean' : typeOf(field.inner)
  if (!isArithmetic(field.operator)) return 'boolean'
  return typeOf(field.left) === 'duration' || typeOf(field.right) === 'duration' ? 'duration' : 'number'
}

/** Throws INVALID_TRACEQL where the sides cannot go together. */
export function checkBinary(reader: TokenReader, operator: FieldOperator, left: Field, right: Field): void {
  const [a, b] = [typeOf(left), typeOf(right)]
  const refuse = (why: string) => reader.fault(left.place.from, why)
  if (operator === '&&' || operator === '||') {
    for (const [side, type] of [[left, a] as const, [right, b] as const])
      if (type !== 'boolean' && type !== 'any')
        throw reader.fault(side.place.from, `"${operator}" joins conditions, and this is a ${type}`)
  } else if (operator === '=~' || operator === '!~') {
    if (right.node !== 'static' || typeof right.value !== 'string' || right.type !== 'string')
      throw reader.fault(right.place.from, `"${operator}" wants a pattern in quotes on its right`)
    if (a !== 'string' && a !== 'any') throw refuse(`"${operator}" is for strings, and this is a ${a}`)
    try {
      fullMatch(right.value)
    } catch (error) {
      throw reader.fault(
        right.place.from,
        error instanceof Error ? error.message.replace(/\.$/, '') : 'the pattern is none',
      )
    }
  } else if (isArithmetic(operator)) {
    for (const [side, type] of [[left, a] as const, [right, b] as const])
      if (!isNumeric(type))
        throw reader.fault(side.place.from, `"${operator}" is for numbers, and this is a ${type}`)
  } else if (a === 'nil' || b === 'nil') {
    if (operator !== '=' && operator !== '!=') throw refuse('nil can only be compared by = and !=')
  } else {
    if (!comparable(a, b)) throw refuse(`a ${a} cannot be compared with a ${b}`)
    const ordered = operator !== '=' && operator !== '!='
    for (const type of [a, b])
      if (ordered && (type === 'boolean' || type === 'status' || type === 'kind'))
        throw refuse(`a ${type} can only be compared by = and !=`)
  }
}

export function checkUnary(reader: TokenReader, operator: '-' | '!', inner: Field): void {
  const type = typeOf(inner)
  if (operator === '!' && type !== 'boolean' && type !== 'any')
    throw reader.fault(inner.place.from, `"!" is for conditions, and this is a ${type}`)
  if (operator === '-' && !isNumeric(type))
    throw reader.fault(inner.place.from, `"-" is for numbers, and this is a ${type}`)
}

export const isNumeric = (type: FieldType): boolean =>
  type === 'number' || type === 'duration' || type === 'any'
const comparable = (a: FieldType, b: FieldType): boolean =>
  a === b || a === 'any' || b === 'any' || (isNumeric(a) && isNumeric(b))
export const isArithmetic = (operator: FieldOperator): boolean => /^[-+*/%^]$/.test(operator)
