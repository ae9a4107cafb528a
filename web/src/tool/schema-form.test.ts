import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { argumentsOf, type FormField, fieldsOf, valuesOf } from './schema-form.ts'

const schema = {
  type: 'object',
  properties: {
    cluster_ids: { type: 'array', items: { type: 'string' }, default: [] },
    query: { type: 'string', maxLength: 8_192, description: 'PromQL.' },
    limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
    level: { type: 'number' },
    silenced: { type: 'boolean' },
    phase: { type: 'string', enum: ['', 'Pending', 'Running'], default: '' },
    state: {
      anyOf: [
        { type: 'string', enum: ['ONLINE'] },
        { type: 'string', const: 'NOT_ONLINE' },
      ],
    },
    severity: {
      anyOf: [
        { type: 'string', enum: ['HIGH', 'LOW'] },
        { type: 'array', items: { type: 'string', enum: ['HIGH', 'LOW'] } },
      ],
    },
    area: { type: 'array', items: { type: 'string', enum: ['GPU', 'CNF'] } },
    start_time: { type: 'string', format: 'date-time' },
    tags: { type: 'object', additionalProperties: { type: 'string' } },
    odd: { oneOf: [{ type: 'string' }, { type: 'null' }] },
  },
  required: ['query'],
}
const fields = fieldsOf(schema)
const kinds = Object.fromEntries(fields.map(({ name, kind }) => [name, kind]))

describe('a form from a schema', () => {
  it('has what is needed first, and for each property the field that suits it', () => {
    expect(fields[0]).toMatchObject({
      name: 'query',
      required: true,
      kind: 'LONG_TEXT',
      description: 'PromQL.',
    })
    expect(kinds).toEqual({
      ...{ query: 'LONG_TEXT', cluster_ids: 'TEXTS', limit: 'NUMBER', level: 'NUMBER', silenced: 'BOOLEAN' },
      ...{ phase: 'CHOICE', state: 'CHOICE', severity: 'CHOICES', area: 'CHOICES', start_time: 'MOMENT' },
      ...{ tags: 'PAIRS', odd: 'JSON' },
    })
    const byName = new Map(fields.map((field): [string, FormField] => [field.name, field]))
    expect(byName.get('state')?.options).toEqual(['ONLINE', 'NOT_ONLINE'])
    expect(byName.get('severity')?.options).toEqual(['HIGH', 'LOW'])
    expect(byName.get('phase')?.options).toEqual(['Pending', 'Running'])
    expect(byName.get('limit')?.usual).toBe('50')
  })

  it('gives only what was filled in', () => {
    const { args, problems } = argumentsOf(fields, {
      ...{ query: 'up', cluster_ids: 'a\n b \n', limit: '7', silenced: 'false', severity: ['LOW'] },
      ...{ start_time: '2026-11-21T07:00:00', tags: 'a=b\nc=d=e', phase: '', area: [], odd: 'null' },
    })
    expect(problems.size).toBe(0)
    expect(args).toEqual({
      ...{ query: 'up', cluster_ids: ['a', 'b'], limit: 7, silenced: false, severity: ['LOW'], odd: null },
      ...{ start_time: new Date('2026-11-21T07:00:00').toISOString(), tags: { a: 'b', c: 'd=e' } },
    })
    expect(argumentsOf(fields, valuesOf(fields, args)).args).toEqual(args)
  })

  it('says what is wrong at its field', () => {
    const { problems } = argumentsOf(fields, {
      ...{ query: ' ', limit: '1.5', level: 'x', start_time: 'soon', tags: 'a', odd: '{' },
    })
    expect([...problems.keys()].sort()).toEqual(['level', 'limit', 'odd', 'query', 'start_time', 'tags'])
    expect(argumentsOf(fields, { query: 'up', limit: '900' }).problems.get('limit')).toBe('At most 200.')
  })

  it('is made of any schema, whatever a foreign server sends', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (properties, required) => {
        const made = fieldsOf({ properties, required })
        expect(made).toHaveLength(Object.keys(properties).length)
        argumentsOf(made, Object.fromEntries(made.map(({ name }) => [name, 'x'])))
        valuesOf(made, properties)
      }),
    )
  })
})
