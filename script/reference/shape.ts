import * as contract from '@aiops/contract'
import { filledIn } from '@aiops/contract/example'
import { z } from 'zod'

type Json = Record<string, unknown>

/** Models of the contract by name: where one is part of another, its name stands for it. */
const models: [string, z.ZodType][] = Object.entries(contract)
  .flatMap(([name, value]): [string, z.ZodType][] => (value instanceof z.ZodType ? [[name, value]] : []))
  .sort(([a], [b]) => (a < b ? -1 : 1))
const names = z.registry<{ id: string }>()
for (const [name, schema] of models) names.add(schema, { id: name })

export const modelNames: readonly string[] = models.map(([name]) => name)

/** A schema as a TypeScript type, each model in it by its name. */
export const shapeOf = (schema: z.ZodType, io: 'input' | 'output' = 'output'): string => {
  const { $ref, $defs: _, ...json } = jsonOf(schema, io)
  return typeof $ref === 'string' ? nameOf($ref) : shape(json, '')
}

/** A model written out. */
export const definitionOf = (name: string): string => {
  const { $ref: _, $defs, ...own } = jsonOf(models.find(([known]) => known === name)![1], 'output')
  return shape((($defs as Record<string, Json> | undefined)?.[name] ?? own) as Json, '')
}

export type Field = { name: string; type: string; required: boolean; fallback: string; limits: string }

/** The fields of parameters or of a query, one a row. */
export function fieldsOf(schema: z.ZodObject): Field[] {
  const { properties = {}, required = [] } = filledIn(jsonOf(schema, 'input'), jsonOf(schema, 'output')) as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, of]) => ({
    name,
    type: shape(of, ''),
    required: required.includes(name),
    fallback: 'default' in of ? JSON.stringify(of.default) : '',
    limits: limitsOf(of),
  }))
}

const jsonOf = (schema: z.ZodType, io: 'input' | 'output'): Json =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any', metadata: names }) as Json

const nameOf = (reference: string): string => reference.split('/').at(-1) ?? reference

function shape(of: Json, indent: string): string {
  if (typeof of.$ref === 'string') return nameOf(of.$ref)
  if ('const' in of) return JSON.stringify(of.const)
  if (Array.isArray(of.enum)) return of.enum.map((value) => JSON.stringify(value)).join(' | ')
  const choices = (of.anyOf ?? of.oneOf) as Json[] | undefined
  if (choices) return choices.map((choice) => shape(choice, indent)).join(' | ')
  if (Array.isArray(of.type)) return of.type.map((type) => shape({ ...of, type }, indent)).join(' | ')
  if (of.type === 'array') return listOf(of, indent)
  if (of.type === 'object') return objectOf(of, indent)
  if (of.format === 'date-time') return 'Time'
  return of.type === 'integer' ? 'integer' : ((of.type as string | undefined) ?? 'unknown')
}

function listOf(of: Json, indent: string): string {
  if (Array.isArray(of.prefixItems))
    return `[${of.prefixItems.map((item: Json) => shape(item, indent)).join(', ')}]`
  const item = shape((of.items ?? {}) as Json, indent)
  return item.includes(' | ') && !item.startsWith('{') ? `(${item})[]` : `${item}[]`
}

function objectOf(of: Json, indent: string): string {
  const properties = of.properties as Record<string, Json> | undefined
  if (!properties) {
    const keys = of.propertyNames as Json | undefined
    const key = keys && (keys.$ref || keys.enum) ? shape(keys, indent) : 'string'
    return `Record<${key}, ${shape((of.additionalProperties ?? {}) as Json, indent)}>`
  }
  const required = (of.required ?? []) as string[]
  const lines = Object.entries(properties).map(([name, value]) => {
    const note = [value.description, limitsOf(value)].filter(Boolean).join('; ')
    return `${indent}  ${name}${required.includes(name) ? '' : '?'}: ${shape(value, `${indent}  `)}${note ? ` // ${note}` : ''}`
  })
  return `{\n${lines.join('\n')}\n${indent}}`
}

/** Bounds worth telling; what is only JavaScript's own is not. */
function limitsOf(of: Json): string {
  const isOwn = (value: unknown): value is number =>
    typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER
  const parts = [
    isOwn(of.minimum) && `at least ${of.minimum}`,
    isOwn(of.exclusiveMinimum) && `more than ${of.exclusiveMinimum}`,
    isOwn(of.maximum) && `at most ${of.maximum}`,
    isOwn(of.minLength) && of.minLength > 1 && `at least ${of.minLength} characters`,
    isOwn(of.maxLength) && `at most ${of.maxLength} characters`,
    isOwn(of.minItems) && `at least ${of.minItems} items`,
    isOwn(of.maxItems) && `at most ${of.maxItems} items`,
    typeof of.pattern === 'string' && of.format !== 'date-time' && `matches ${of.pattern}`,
  ]
  return parts.filter(Boolean).join(', ')
}
