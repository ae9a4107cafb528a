import { z } from 'zod'

type Json = Record<string, unknown>
type NumberSchema = { minimum?: number; exclusiveMinimum?: number; maximum?: number }

/** What a field of this name usually holds, so that an example reads like life. */
const byName: Record<string, unknown> = {
  id: '12',
  tenant_id: 'default',
  incident_id: '0190b6f2-7c1e-7d3a-9a55-0d8f6d1c2b3a',
  runbook_id: 'restore-service',
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  span_id: '00f067aa0ba902b7',
  name: 'PaymentsSlow',
  title: 'payments answers slowly',
  message: 'p95 of payments is 1.8 s',
  comment: 'looking at it',
  provider: 'aws',
  service: 'payments',
  source: 'my-monitor',
  severity: 'critical',
  status: 'firing',
  match: '{service.name="payments"}',
  metric: 'http.server.request.duration:p95',
  unit: 's',
  duration: '15m',
  text: 'payments',
  service_name: 'payments',
  label: 'region=eu',
  api_server_url: 'https://api.edge-paris.example:6443',
  question: 'Why is payments slow?',
  content: 'Why is payments slow?',
  cron: '0 7 * * 1',
  metric_query: 'http_requests_total',
  sentence: 'The p95 of payments rose from 40 ms to 1.8 s.',
}

/** What fits a pattern of ours. */
const byPattern: readonly (readonly [RegExp, string])[] = [
  [/\\\/\.(\+|\{1,256\})\$$/, 'service/payments'],
  [/\(ms\|\[smhdwy\]\)/, '30s'],
  [/^\^\[0-9\]\+\[smhdw\]\$$/, '15m'],
  [/^\^\[0-9a-f\]\{40\}\$$/, '9fceb02d0ae598e95dc970b74767f19372d61af8'],
  [/^\^\[0-9a-f\]/, '4bf92f3577b34da6a3ce929d0e0e4736'],
  [/^\^\[\\w\.:@\/-\]\+\$$/, 'payments'],
  [/^\^\[\\w\.-\]\+\$$/, 'aws'],
  [/^\^\[a-z0-9\]/, 'default'],
  [/^\^\[a-z\]\[a-z0-9-\]/, 'gpu-expert'],
  [/^\^\(-\?\[1-5\]\)/, 'MO'],
  [/^\^https\?/, 'https://wiki.example/payments'],
]

/**
 * A value that fits a schema, always the same one, for documents and tests. `required` leaves out what may be left out.
 * Throws for a pattern it knows no example of, so that a new one gets a row above.
 */
export function exampleOf(schema: z.ZodType, extent: 'required' | 'all' = 'all'): unknown {
  const read = (io: 'input' | 'output') => z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json
  return valueFor(filledIn(read('input'), read('output')), '', extent)
}

/** What is taken in any form before it is read, as lists in a query are, has no input schema; what is read serves as well. */
export function filledIn(input: Json, output: Json): Json {
  const taken = (input.properties ?? {}) as Record<string, Json>
  const read = (output.properties ?? {}) as Record<string, Json>
  const properties = Object.entries(taken).map(([name, of]): [string, Json] => {
    const { default: _, ...rest } = of
    if (of.type === 'string' && read[name]?.type === 'boolean') return [name, { enum: ['true', 'false'] }]
    return [name, Object.keys(rest).length === 0 ? { ...read[name], ...of } : of]
  })
  return properties.length === 0 ? input : { ...input, properties: Object.fromEntries(properties) }
}

function valueFor(schema: Json, name: string, extent: 'required' | 'all'): unknown {
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  if (extent === 'all' && 'default' in schema && schema.type !== 'array' && schema.type !== 'object')
    return schema.type === 'string' ? String(schema.default) : schema.default
  const choices = (schema.anyOf ?? schema.oneOf) as Json[] | undefined
  if (choices?.[0]) return valueFor(choices[0], name, extent)
  switch ([schema.type].flat()[0]) {
    case 'object':
      return objectOf(schema, name, extent)
    case 'array':
      return arrayOf(schema, name, extent)
    case 'string':
      return textOf(schema, name)
    case 'boolean':
      return true
    case 'null':
      return null
    case 'number':
    case 'integer':
      return numberOf(schema)
    default:
      return byName[name] ?? 'example'
  }
}

function objectOf(schema: Json, name: string, extent: 'required' | 'all'): Json {
  const properties = schema.properties as Record<string, Json> | undefined
  if (!properties) return recordOf(schema, name, extent)
  const required = (schema.required ?? []) as string[]
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([key]) => extent === 'all' || required.includes(key))
      .map(([key, of]) => [key, valueFor(of, key, extent)]),
  )
}

function recordOf(schema: Json, name: string, extent: 'required' | 'all'): Json {
  const value = valueFor((schema.additionalProperties ?? { type: 'string' }) as Json, '', extent)
  const keys = (schema.propertyNames as Json | undefined)?.enum as string[] | undefined
  if (keys) return Object.fromEntries(keys.map((key) => [key, value]))
  return name === 'labels' ? { 'service.name': 'payments' } : { key: value }
}

function arrayOf(schema: Json, name: string, extent: 'required' | 'all'): unknown[] {
  const tuple = schema.prefixItems as Json[] | undefined
  if (tuple) return tuple.map((item) => valueFor(item, '', extent))
  const length = Math.max(1, typeof schema.minItems === 'number' ? schema.minItems : 1)
  return Array.from({ length }, () => valueFor((schema.items ?? { type: 'string' }) as Json, name, extent))
}

function textOf(schema: Json, name: string): string {
  if (schema.format === 'date-time') return '2026-01-15T09:30:00Z'
  const named = byName[name] ?? (schema.format === 'uri' ? 'https://prometheus.paris.example' : undefined)
  const pattern = schema.pattern as string | undefined
  if (pattern !== undefined) {
    if (typeof named === 'string' && new RegExp(pattern).test(named)) return named
    const found = byPattern.find(([of, value]) => of.test(pattern) && new RegExp(pattern).test(value))
    if (!found) throw new Error(`there is no example that fits ${pattern}`)
    return found[1]
  }
  return typeof named === 'string' ? named : 'example'
}

function numberOf({ minimum = 1, exclusiveMinimum, maximum = Number.MAX_VALUE }: NumberSchema): number {
  const above = exclusiveMinimum === undefined ? 1 : exclusiveMinimum + 1
  return Math.min(maximum, Math.max(1, minimum, above))
}
