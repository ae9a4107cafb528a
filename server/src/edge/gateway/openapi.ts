import { api, type OperationId } from '@aiops/contract/api/index'
import type { Operation } from '@aiops/contract/api/operation'
import { ErrorBody, errors } from '@aiops/contract/error'
import { exampleOf, filledIn } from '@aiops/contract/example'
import { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import { Turn } from '../../kernel/turn.ts'

type Json = Record<string, unknown>

/** Receivers of standard protocols: their shapes are their specifications', so only the path is described. */
export type ProtocolPath = {
  path: string
  summary: string
  method?: Operation['method']
  tag?: string
  /** What a success means. */
  answer?: string
}

const taken = 'Everything accepted is on disk.'

/** OpenAPI 3.1 of the whole API, made from the contract's table: a tenth of a second of work, which nobody else waits for. */
export async function openapiDocument(
  version: string,
  protocols: readonly ProtocolPath[],
  served: (id: OperationId) => boolean,
  clock: Pick<Clock, 'monotonic'>,
): Promise<Json> {
  const paths: Record<string, Json> = {}
  const turn = new Turn(clock)
  for (const [id, operation] of Object.entries(api) as [OperationId, Operation][]) {
    if (!served(id)) continue
    if (turn.due()) await turn.give()
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: operationOf(id, operation),
    }
  }
  for (const { path, summary, method = 'POST', tag = 'protocols', answer = taken } of protocols) {
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: {
        operationId: `${method === 'POST' ? 'receive' : method.toLowerCase()}${path.replace(/[^a-z0-9]+(\w?)/gi, (_, next: string) => next.toUpperCase())}`,
        parameters: [
          ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
            ...{ name, in: 'path', required: true, schema: { type: 'string' } },
          })),
          { $ref: '#/components/parameters/Tenant' },
        ],
        summary,
        tags: [tag],
        responses: { '2XX': { description: answer }, default: errorReply },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'AIOps NextGen',
      version,
      description: 'Observes, finds what is wrong, explains why with evidence, and acts under control.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{}, { bearer: [] }],
    paths,
    components: {
      schemas: { Error: schemaOf(ErrorBody) },
      parameters: { Tenant: tenantParameter },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  }
}

const errorReply = {
  description: 'Refused or failed.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
}

const tenantParameter = {
  name: 'X-Tenant-ID',
  in: 'header',
  required: false,
  description: 'Tenant, where the key does not say it; `default` when none is named.',
  schema: { type: 'string' },
}

function operationOf(id: string, operation: Operation): Json {
  const open = operation.permission === null
  const success = String(operation.status ?? 200)
  return {
    operationId: id,
    summary: operation.summary,
    tags: [operation.tag],
    ...(open ? { security: [{}] } : { 'x-permission': operation.permission }),
    parameters: [
      ...parametersOf(operation.params, 'path'),
      ...parametersOf(operation.query, 'query'),
      ...(open ? [] : [{ $ref: '#/components/parameters/Tenant' }]),
    ],
    ...(operation.body ? { requestBody: requestBodyOf(operation.body) } : {}),
    responses: {
      [success]: {
        description: 'Done.',
        content: { 'application/json': { schema: schemaOf(operation.response) } },
      },
      ...(operation.partial
        ? {
            206: {
              description: 'Done, but not whole: `missing` names every cluster that is not in it, and why.',
              content: { 'application/json': { schema: schemaOf(operation.response) } },
            },
          }
        : {}),
      ...refusalsOf(operation),
      default: errorReply,
    },
  }
}

const requestBodyOf = (body: z.ZodType): Json => ({
  required: true,
  content: { 'application/json': { schema: schemaOf(body, 'input'), example: exampleOf(body) } },
})

/** One reply a status, its description naming each code that has it. */
function refusalsOf({ errors: codes }: Operation): Json {
  const replies: Record<string, Json & { description: string }> = {}
  for (const code of codes) {
    const status = String(errors[code].status)
    const before = replies[status]
    const sentence = `${code}: ${errors[code].meaning}`
    replies[status] = { ...errorReply, description: before ? `${before.description} ${sentence}` : sentence }
  }
  return replies
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = filledIn(schemaOf(schema, 'input'), schemaOf(schema)) as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, of]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: of,
    ...(of.type === 'array' ? { style: 'form', explode: true } : {}),
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    reused: 'inline',
  }) as Json
  return rest
}
