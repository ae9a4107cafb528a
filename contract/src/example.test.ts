import { describe, expect, it } from 'vitest'
import { api, type OperationId } from './api/index.ts'
import type { Operation } from './api/operation.ts'
import { eventPayloads, eventTypes } from './event.ts'
import { exampleOf } from './example.ts'

const parts = (Object.keys(api) as OperationId[]).flatMap((id) => {
  const { params, query, body, response }: Operation = api[id]
  return Object.entries({ params, query, body, response }).flatMap(([part, schema]) =>
    schema ? [{ name: `${id} ${part}`, schema }] : [],
  )
})

describe('an example', () => {
  it.each([...parts, ...eventTypes.map((type) => ({ name: type, schema: eventPayloads[type] }))])(
    'of $name fits its schema, whole and without what may be left out',
    ({ schema }) => {
      for (const extent of ['all', 'required'] as const) {
        const { error } = schema.safeParse(exampleOf(schema, extent))
        expect(error?.issues).toBeUndefined()
      }
    },
  )

  it('is the same each time', () => {
    expect(exampleOf(api.getIncident.response)).toEqual(exampleOf(api.getIncident.response))
  })
})
