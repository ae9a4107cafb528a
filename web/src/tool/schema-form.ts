/**
 * A form made from a JSON Schema (2020-12) of a tool's arguments: strings, numbers, booleans, choices, lists of strings, moments and
 * names with values. Whatever else a schema says is written as JSON; the server checks everything again.
 */

type Schema = Readonly<Record<string, unknown>>

export type FormField = {
  name: string
  description: string
  required: boolean
  /** What the server takes where nothing is given, in words. */
  usual: string | undefined
  kind:
    | 'TEXT'
    | 'LONG_TEXT'
    | 'NUMBER'
    | 'BOOLEAN'
    | 'CHOICE'
    | 'CHOICES'
    | 'TEXTS'
    | 'MOMENT'
    | 'PAIRS'
    | 'JSON'
  options: readonly string[]
  integer: boolean
  min: number | undefined
  max: number | undefined
  maxLength: number | undefined
}

/** As typed: a text, or what is chosen of several. Absent or empty: not given. */
export type FormValues = Readonly<Record<string, string | readonly string[]>>

/** Fields that are needed come first; the order of the schema otherwise. */
export function fieldsOf(schema: Schema): FormField[] {
  const required = Array.isArray(schema.required) ? schema.required : []
  const fields = Object.entries(asSchema(schema.properties)).map(([name, property]) =>
    fieldOf(name, asSchema(property), required.includes(name)),
  )
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)]
}

/** The arguments that the values stand for, and what is wrong with those that stand for none. */
export function argumentsOf(
  fields: readonly FormField[],
  values: FormValues,
): { args: Record<string, unknown>; problems: ReadonlyMap<string, string> } {
  const args: Record<string, unknown> = {}
  const problems = new Map<string, string>()
  for (const field of fields) {
    const given = Object.hasOwn(values, field.name) ? values[field.name] : undefined
    if (given === undefined || given.length === 0 || (typeof given === 'string' && given.trim() === '')) {
      if (field.required) problems.set(field.name, 'This is needed.')
      continue
    }
    const read = readValue(field, given)
    if ('problem' in read) problems.set(field.name, read.problem)
    else args[field.name] = read.value
  }
  return { args, problems }
}

/** What would have to be typed for these arguments. */
export function valuesOf(fields: readonly FormField[], args: Readonly<Record<string, unknown>>): FormValues {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = Object.hasOwn(args, field.name) ? args[field.name] : undefined
      return value === undefined ? [] : [[field.name, typedOf(field, value)]]
    }),
  )
}

function fieldOf(name: string, given: Schema, required: boolean): FormField {
  const options = optionsOf(given)
  const items = asSchema(given.items)
  const itemOptions = given.type === 'array' ? optionsOf(items) : []
  const maxLength = numberOf(given.maxLength)
  return {
    ...{ name, required, options: options.length > 0 ? options : itemOptions, maxLength },
    description: typeof given.description === 'string' ? given.description : '',
    usual: usualText(given.default),
    kind: kindOf(given, options, itemOptions, maxLength),
    integer: given.type === 'integer',
    ...{ min: numberOf(given.minimum), max: numberOf(given.maximum) },
  }
}

function kindOf(
  given: Schema,
  options: readonly string[],
  itemOptions: readonly string[],
  maxLength: number | undefined,
): FormField['kind'] {
  if (options.length > 0) return manyAllowed(given) ? 'CHOICES' : 'CHOICE'
  switch (given.type) {
    case 'string':
      if (given.format === 'date-time') return 'MOMENT'
      return maxLength !== undefined && maxLength >= longFrom ? 'LONG_TEXT' : 'TEXT'
    case 'number':
    case 'integer':
      return 'NUMBER'
    case 'boolean':
      return 'BOOLEAN'
    case 'array':
      if (itemOptions.length > 0) return 'CHOICES'
      return asSchema(given.items).type === 'string' ? 'TEXTS' : 'JSON'
    case 'object':
      return asSchema(given.additionalProperties).type === 'string' ? 'PAIRS' : 'JSON'
    default:
      return 'JSON'
  }
}

/** Texts that may be so long are queries and the like. */
const longFrom = 4_096

/** The texts that are allowed, also where several forms are: `A | B`, or `A | list of A`. */
function optionsOf(schema: Schema): string[] {
  if (Array.isArray(schema.enum))
    return schema.enum.every((one) => typeof one === 'string') ? schema.enum.filter((one) => one !== '') : []
  if (typeof schema.const === 'string') return [schema.const]
  if (!Array.isArray(schema.anyOf)) return []
  const parts = schema.anyOf.map((part) => {
    const one = asSchema(part)
    return one.type === 'array' ? optionsOf(asSchema(one.items)) : optionsOf(one)
  })
  return parts.every((part) => part.length > 0) ? [...new Set(parts.flat())] : []
}

const manyAllowed = ({ anyOf }: Schema): boolean =>
  Array.isArray(anyOf) && anyOf.some((part) => asSchema(part).type === 'array')

function usualText(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.join(', ')
  if (typeof value === 'object') return undefined
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}

type Read = { value: unknown } | { problem: string }

function readValue(field: FormField, given: string | readonly string[]): Read {
  const text = (typeof given === 'string' ? given : given.join('\n')).trim()
  const lines = text.split('\n').flatMap((line) => line.trim() || [])
  switch (field.kind) {
    case 'NUMBER':
      return readNumber(field, text)
    case 'BOOLEAN':
      return { value: text === 'true' }
    case 'CHOICES':
    case 'TEXTS':
      return { value: typeof given === 'string' ? lines : [...given] }
    case 'MOMENT': {
      const at = new Date(text)
      return Number.isNaN(at.getTime()) ? { problem: 'No such moment.' } : { value: at.toISOString() }
    }
    case 'PAIRS':
      return readPairs(lines)
    case 'JSON':
      try {
        return { value: JSON.parse(text) }
      } catch {
        return { problem: 'This is not JSON.' }
      }
    default:
      return { value: field.kind === 'CHOICE' ? text : typeof given === 'string' ? given : text }
  }
}

function readNumber({ integer, min, max }: FormField, text: string): Read {
  const value = Number(text)
  if (!Number.isFinite(value)) return { problem: 'This is no number.' }
  if (integer && !Number.isInteger(value)) return { problem: 'A whole number is needed.' }
  if (min !== undefined && value < min) return { problem: `At least ${min}.` }
  return max !== undefined && value > max ? { problem: `At most ${max}.` } : { value }
}

function readPairs(lines: readonly string[]): Read {
  const pairs = lines.map((line) => [
    line.slice(0, line.indexOf('=')).trim(),
    line.slice(line.indexOf('=') + 1).trim(),
  ])
  return pairs.every(([name]) => name) && lines.every((line) => line.includes('='))
    ? { value: Object.fromEntries(pairs) }
    : { problem: 'Write name=value, one a line.' }
}

function typedOf(field: FormField, value: unknown): string | readonly string[] {
  const asJson = (): string => JSON.stringify(value, null, 2)
  switch (field.kind) {
    case 'CHOICES':
      return Array.isArray(value) ? value.map(String) : [String(value)]
    case 'TEXTS':
      return Array.isArray(value) ? value.map(String).join('\n') : String(value)
    case 'MOMENT':
      return localMoment(String(value))
    case 'PAIRS':
      return Object.entries(asSchema(value))
        .map(([name, one]) => `${name}=${String(one)}`)
        .join('\n')
    case 'JSON':
      return asJson()
    default:
      return typeof value === 'object' ? asJson() : String(value)
  }
}

/** As the browser's field writes it, to the second: `2026-11-21T07:00:00` in local time. */
function localMoment(text: string): string {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) return ''
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
const asSchema = (value: unknown): Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {}
