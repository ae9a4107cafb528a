import type {
  Aggregate,
  AggregateName,
  Comparison,
  Pipeline,
  Relation,
  Scalar,
  ScalarFilter,
  ScalarOperator,
  Spanset,
  SpansetOperator,
  Stage,
} from '../expression.ts'
import { readField, readFieldName, readStatic } from './field.ts'
import { isNumeric, typeOf } from './field-type.ts'
import type { TokenReader } from './token-reader.ts'

const aggregates = ['count', 'avg', 'min', 'max', 'sum']
const comparisons = ['=', '!=', '<', '<=', '>', '>=']
const scalarPrecedence: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3 }
const relations: Readonly<Record<string, SpansetOperator>> = Object.fromEntries(
  (['>', '>>', '<', '<<', '~'] as Relation[]).flatMap((relation) =>
    ['', '!', '&'].map((sign) => [
      sign + relation,
      { kind: 'structure', relation, negated: sign === '!', union: sign === '&' },
    ]),
  ),
)
const operators: Readonly<Record<string, { least: number; operator: SpansetOperator }>> = {
  '&&': { least: 1, operator: { kind: 'and' } },
  '||': { least: 1, operator: { kind: 'or' } },
  ...Object.fromEntries(Object.entries(relations).map(([sign, operator]) => [sign, { least: 2, operator }])),
}

/** Stages up to what is none: the end, a closing bracket, or a `|` before what only `isLast` knows. */
export function readPipeline(reader: TokenReader, isLast: () => boolean = () => false): Pipeline {
  return reader.nested(() => {
    const stages: Stage[] = [readStage(reader, true)]
    while (reader.is('|')) {
      const mark = reader.mark
      reader.next()
      if (isLast()) {
        reader.back(mark)
        break
      }
      stages.push(readStage(reader, false))
    }
    return { stages }
  })
}

function readStage(reader: TokenReader, first: boolean): Stage {
  const { from } = reader.peek()
  if (opensSpanset(reader)) return readSpanset(reader)
  if (reader.is('by') && reader.is('(', 1)) {
    reader.next()
    reader.next()
    const field = readField(reader)
    reader.expect(')')
    return { node: 'by', field, place: reader.place(from) }
  }
  if (!first && reader.take('coalesce')) {
    reader.expect('(')
    reader.expect(')')
    return { node: 'coalesce', place: reader.place(from) }
  }
  if (!first && reader.take('select')) {
    const fields = bracketed(reader, () => readFieldName(reader))
    return { node: 'select', fields, place: reader.place(from) }
  }
  return readScalarFilter(reader)
}

/** A list in round brackets, of one or more. */
export function bracketed<T>(reader: TokenReader, readOne: () => T): T[] {
  reader.expect('(')
  const found = [readOne()]
  while (reader.take(',')) found.push(readOne())
  reader.expect(')')
  return found
}

/** Whether what follows any brackets is a selector. */
function opensSpanset(reader: TokenReader): boolean {
  let ahead = 0
  while (reader.is('(', ahead)) ahead += 1
  return reader.is('{', ahead)
}

function readSpanset(reader: TokenReader, least = 1): Spanset {
  return reader.nested(() => {
    let left = readSpansetOperand(reader)
    for (;;) {
      const { kind, text } = reader.peek()
      const found = kind === 'symbol' && Object.hasOwn(operators, text) ? operators[text] : undefined
      if (!found || found.least < least) return left
      reader.next()
      const right = readSpanset(reader, found.least + 1)
      const place = { from: left.place.from, to: right.place.to }
      left = { node: 'operation', operator: found.operator, left, right, place }
    }
  })
}

function readSpansetOperand(reader: TokenReader): Spanset {
  const { from } = reader.peek()
  if (reader.take('(')) {
    const pipeline = readPipeline(reader)
    reader.expect(')')
    const [only] = pipeline.stages
    if (pipeline.stages.length === 1 && only && isSpanset(only)) return only
    return { node: 'pipeline', pipeline, place: reader.place(from) }
  }
  reader.expect('{')
  if (reader.take('}')) {
    const place = reader.place(from)
    return { node: 'filter', condition: { node: 'static', type: 'boolean', value: true, place }, place }
  }
  const condition = readField(reader)
  const type = typeOf(condition)
  if (type !== 'boolean' && type !== 'any')
    throw reader.fault(condition.place.from, `a selector holds a condition, and this is a ${type}`)
  reader.expect('}')
  return { node: 'filter', condition, place: reader.place(from) }
}

const isSpanset = (stage: Stage): stage is Spanset =>
  stage.node === 'filter' || stage.node === 'operation' || stage.node === 'pipeline'

function readScalarFilter(reader: TokenReader): ScalarFilter {
  const { from } = reader.peek()
  const left = readScalar(reader)
  if (!comparisons.includes(reader.peek().text)) throw reader.unexpected('a comparison, such as > 2')
  const operator = reader.next().text as Comparison
  const right = readScalar(reader)
  return { node: 'compare', operator, left, right, place: reader.place(from) }
}

function readScalar(reader: TokenReader, least = 1): Scalar {
  return reader.nested(() => {
    let left = readScalarOperand(reader)
    for (;;) {
      const { kind, text } = reader.peek()
      const found = kind === 'symbol' ? (scalarPrecedence[text] ?? 0) : 0
      if (found === 0 || found < least) return left
      const operator = reader.next().text as ScalarOperator
      const right = readScalar(reader, operator === '^' ? found : found + 1)
      const place = { from: left.place.from, to: right.place.to }
      left = { node: 'scalar', operator, left, right, place }
    }
  })
}

function readScalarOperand(reader: TokenReader): Scalar {
  const token = reader.peek()
  if (reader.take('(')) {
    const inner = readScalar(reader)
    reader.expect(')')
    return inner
  }
  if (token.kind === 'word' && aggregates.includes(token.text)) return readAggregate(reader)
  const negative = reader.take('-')
  const value = readStatic(reader)
  if (!value || !isNumeric(value.type))
    throw value
      ? reader.fault(value.place.from, `a number or a duration is wanted here, not a ${value.type}`)
      : reader.unexpected('a selector in braces, an aggregate such as count(), by(), coalesce() or select()')
  return negative ? { ...value, value: -Number(value.value) } : value
}

function readAggregate(reader: TokenReader): Aggregate {
  const { text, from } = reader.next()
  const name = text as AggregateName
  reader.expect('(')
  if (name === 'count') {
    reader.expect(')')
    return { node: 'aggregate', name, place: reader.place(from) }
  }
  const field = readField(reader)
  if (!isNumeric(typeOf(field)))
    throw reader.fault(field.place.from, `${name}() is for numbers, and this is a ${typeOf(field)}`)
  reader.expect(')')
  return { node: 'aggregate', name, field, place: reader.place(from) }
}
