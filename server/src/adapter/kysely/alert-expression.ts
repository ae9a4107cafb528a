import { type RawBuilder, sql } from 'kysely'
import type { AlertExpression, AlertField } from '../../port/alert-search-repository.ts'

type Sql = RawBuilder<boolean>

const both = { and: sql` and `, or: sql` or ` } as const
const yes = sql<boolean>`true`
const no = sql<boolean>`false`

/** A condition over one row of `alert`, with NULL for what is unknown. */
export function expressionSql(expression: AlertExpression): Sql {
  switch (expression.op) {
    case 'always':
      return yes
    case 'never':
      return no
    case 'not':
      return sql<boolean>`(not ${expressionSql(expression.of)})`
    case 'and':
    case 'or':
      return sql<boolean>`(${sql.join(expression.of.map(expressionSql), both[expression.op])})`
    case 'has':
      return sql<boolean>`(${fieldSql(expression.field)} is not null)`
    case 'is':
      return isOneOf(expression.field, expression.texts)
    default:
      return partOf(expression.op, expression.field, expression.text)
  }
}

function isOneOf(field: AlertField, texts: readonly string[]): Sql {
  if (texts.length === 0) return sql<boolean>`(${fieldSql(field)} is null and null)`
  if (field.of === 'label')
    return sql<boolean>`(case when ${hasLabel(`${JSON.stringify(field.name)}:`)} then (${sql.join(
      texts.map((text) => labelIs(field.name, text)),
      both.or,
    )}) end)`
  // What is not written in the body at all need not be read from it.
  if (field.of === 'annotation')
    return sql<boolean>`(case when ${holds(`${JSON.stringify(field.name)}:`)} then ${fieldSql(field)} in (${sql.join(texts)}) end)`
  return sql<boolean>`(${fieldSql(field)} in (${sql.join(texts)}))`
}

function partOf(op: 'starts' | 'ends' | 'contains', field: AlertField, text: string): Sql {
  const value = fieldSql(field)
  if (text === '') return sql<boolean>`(case when ${value} is null then null else true end)`
  if (op === 'contains') return sql<boolean>`(instr(${value}, ${text}) > 0)`
  return op === 'starts'
    ? sql<boolean>`(substr(${value}, 1, length(${text})) = ${text})`
    : sql<boolean>`(substr(${value}, length(${value}) - length(${text}) + 1) = ${text})`
}

function fieldSql(field: AlertField): RawBuilder<unknown> {
  switch (field.of) {
    case 'label':
    case 'annotation':
      return at(`$.${field.of}s.${JSON.stringify(field.name)}`)
    case 'entity':
      return sql`coalesce(${at('$.entity')}, '')`
    case 'service': {
      const named = ['service.name', 'service', 'service_name'].map((name) => at(`$.labels."${name}"`))
      return sql`(case when ${at('$.entity')} like 'service/%' then service else coalesce(${sql.join(named)}, '') end)`
    }
    default:
      return sql.ref(field.of)
  }
}

const at = (path: string) => sql`json_extract(body, ${path})`

/** A label's value, not empty. */
export const labelIs = (name: string, value: string): Sql =>
  hasLabel(`${JSON.stringify(name)}:${JSON.stringify(value)}`)

/** A quote within a name or a value is escaped, so that one behind a comma begins a pair. */
const hasLabel = (written: string): Sql => sql<boolean>`(instr(labels, ${`,${written}`}) > 0)`

/** Whether the body's text holds this, A to Z in either case. */
export const holds = (text: string): Sql =>
  sql<boolean>`body like ${`%${text.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`
