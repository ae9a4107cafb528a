import { api } from '@aiops/contract/api/index'
import type { Operation } from '@aiops/contract/api/operation'
import { errors } from '@aiops/contract/error'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { openapiDocument } from './index.ts'

type Json = Record<string, unknown>
type Described = {
  operationId: string
  parameters: ({ name: string; in: string; required: boolean; schema: Json } & { $ref?: string })[]
  responses: Record<string, { description: string }>
  requestBody?: { content: { 'application/json': { schema: Json; example: unknown } } }
}

const document = await openapiDocument(
  '1.2.3',
  [
    { path: '/v1/metrics', summary: 'a' },
    { path: '/v1/{kind}/push', summary: 'b' },
  ],
  () => true,
  systemClock,
)
const all = Object.entries(document.paths as Record<string, Record<string, Described>>).flatMap(
  ([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
)

function everyValue(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null
    ? [value, ...Object.values(value).flatMap(everyValue)]
    : [value]
}
const resolve = (pointer: string): unknown =>
  pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Json | undefined)?.[key], document)

describe('the OpenAPI document', () => {
  it('is 3.1 and survives JSON unchanged', () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  it('has no reference that leads nowhere', () => {
    const references = everyValue(document).flatMap((value) =>
      typeof value === 'object' && value !== null && '$ref' in value ? [String(value.$ref)] : [],
    )
    expect(references.length).toBeGreaterThan(0)
    expect(
      references.filter((pointer) => !pointer.startsWith('#/') || resolve(pointer) === undefined),
    ).toEqual([])
  })

  it('describes every operation once, and its errors by status', () => {
    const ids = all.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [id, operation] of Object.entries(api) as [string, Operation][]) {
      const found = all.find((one) => one.operation.operationId === id)
      expect(found).toMatchObject({ path: operation.path, method: operation.method.toLowerCase() })
      for (const code of operation.errors)
        expect(found?.operation.responses[errors[code].status]?.description).toContain(code)
    }
  })

  it('declares the parts of each path, required, and no other', () => {
    for (const { path, operation } of all) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const declared = operation.parameters.filter((p) => p.in === 'path')
      expect(declared.map((p) => p.name)).toEqual(inPath)
      expect(declared.every((p) => p.required)).toBe(true)
    }
  })

  it('says of every parameter what it may be', () => {
    const bare = all.flatMap(({ operation }) =>
      operation.parameters
        .filter((p) => p.$ref === undefined && !('type' in p.schema || 'enum' in p.schema))
        .map((p) => `${operation.operationId} ${p.name}`),
    )
    expect(bare).toEqual([])
    const status = all
      .find(({ operation }) => operation.operationId === 'listIncidents')
      ?.operation.parameters.find((p) => p.name === 'status')
    expect(status?.schema).toMatchObject({ type: 'array', items: { enum: expect.arrayContaining(['OPEN']) } })
  })

  it('gives an example of each body', () => {
    const bodies = all.flatMap(({ operation }) => operation.requestBody?.content['application/json'] ?? [])
    expect(bodies.length).toBe(Object.values(api).filter((o: Operation) => o.body).length)
    for (const { example } of bodies) expect(example).toEqual(expect.any(Object))
  })
})
