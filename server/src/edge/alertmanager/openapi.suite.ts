/** Answers held against Alertmanager's `openapi.yaml` (Swagger 2.0): the few words of JSON Schema that it uses, and no others. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'yaml'

type Schema = {
  $ref?: string
  type?: string
  format?: string
  enum?: unknown[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minItems?: number
  additionalProperties?: Schema
  allOf?: Schema[]
}
type Document = {
  paths: Record<string, Record<string, { responses: Record<string, Schema & { schema?: Schema }> }>>
}

const file = resolve('../shared/suites/alertmanager-api/openapi.yaml')
export const specification = existsSync(file) ? (parse(readFileSync(file, 'utf8')) as Document) : undefined
const known = new Set([
  ...['$ref', 'type', 'format', 'enum', 'properties', 'required', 'items', 'minItems'],
  ...['additionalProperties', 'allOf', 'default', 'description'],
])

/** What is wrong with an answer; empty when it fits, or when the specification says nothing of its body. */
export function problemsOf(path: string, method: string, status: number, body: unknown): string[] {
  const named = specification?.paths[path]?.[method]?.responses[String(status)]
  if (!named) return [`${method} ${path} has no answer ${status}`]
  const { schema } = named.$ref ? (resolved(named.$ref) as typeof named) : named
  return schema ? check(schema, body, '$') : []
}

function check(schema: Schema, value: unknown, at: string): string[] {
  const strange = Object.keys(schema).filter((word) => !known.has(word))
  if (strange.length > 0) throw new Error(`the validator does not know ${strange.join(', ')}`)
  if (schema.$ref) return check(resolved(schema.$ref) as Schema, value, at)
  return [
    ...(schema.allOf ?? []).flatMap((part) => check(part, value, at)),
    ...typeProblems(schema, value, at),
    ...(schema.enum && !schema.enum.includes(value) ? [`${at} is none of ${schema.enum.join(', ')}`] : []),
  ]
}

function typeProblems(schema: Schema, value: unknown, at: string): string[] {
  switch (schema.type) {
    case 'object':
      return objectProblems(schema, value, at)
    case 'array':
      if (!Array.isArray(value)) return [`${at} is no array`]
      return [
        ...(value.length < (schema.minItems ?? 0) ? [`${at} is too short`] : []),
        ...value.flatMap((item, i) => check(schema.items ?? {}, item, `${at}[${i}]`)),
      ]
    case 'string':
      if (typeof value !== 'string') return [`${at} is no string`]
      return schema.format === 'date-time' &&
        !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)
        ? [`${at} is no date-time: ${value}`]
        : []
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${at} is no boolean`]
    default:
      return []
  }
}

function objectProblems(schema: Schema, value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no object`]
  const of = value as Record<string, unknown>
  const missing = (schema.required ?? []).filter((name) => of[name] === undefined)
  return [
    ...missing.map((name) => `${at}.${name} is missing`),
    ...Object.entries(of).flatMap(([name, one]) => {
      const property = schema.properties?.[name] ?? schema.additionalProperties
      return property && one !== undefined ? check(property, one, `${at}.${name}`) : []
    }),
  ]
}

function resolved(ref: string): unknown {
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], specification)
}
