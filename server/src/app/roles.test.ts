import { expect, it } from 'vitest'
import { pipeline } from '../pipeline/pipeline.ts'
import { parseRoles, roleNames, roles } from './roles.ts'
import { AdapterConfig, checkShared } from './storage/adapters.ts'

it('runs every role unless some are named', () => {
  expect(parseRoles(undefined)).toEqual(roleNames)
  expect(parseRoles('all')).toEqual(roleNames)
})

it('reads names between commas, with spaces, each once', () => {
  expect(parseRoles('collector, analytics,collector')).toEqual(['collector', 'analytics'])
})

it.each(['', 'colector', 'collector,', 'all,collector', 'toString'])(
  'refuses %j and says which roles there are',
  (text) => {
    expect(() => parseRoles(text)).toThrowError(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('gateway, registry, collector'),
      }),
    )
  },
)

it('runs each stage of the flow in the role that the flow table gives it', () => {
  for (const { stage, role } of pipeline) expect(roles[role]).toContain(stage)
})

it('runs the edge alone, and never with all', () => {
  expect(parseRoles('edge')).toEqual(['edge'])
  expect(parseRoles('all')).not.toContain('edge')
  expect(() => parseRoles('edge,collector')).toThrowError(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('runs alone') }),
  )
})

it('runs no module in two roles', () => {
  const modules = Object.values(roles).flat()
  expect(new Set(modules).size).toBe(modules.length)
})

it('refuses a role apart over a store that others cannot see, naming the setting', () => {
  expect(() => checkShared(AdapterConfig.parse({}))).toThrowError(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('adapters.telemetry is sqlite:'),
    }),
  )
  const elsewhere = {
    ...{ telemetry: 'sqlite:', telemetry_log: 'kafka://a/t', metrics: 'victoriametrics:http://a' },
    ...{ logs: 'loki:http://a', traces: 'tempo:http://a', records: 'postgres://a' },
  }
  expect(() => checkShared({ ...elsewhere, bus: 'memory:', secrets: 'file:' })).toThrowError(
    /adapters\.bus is memory:/,
  )
  expect(() =>
    checkShared({ ...elsewhere, traces: '', bus: 'redis://a', secrets: 'kubernetes:' }),
  ).toThrowError(/adapters\.telemetry is sqlite:.*set adapters\.traces to/)
  expect(() => checkShared({ ...elsewhere, bus: 'redis://a', secrets: 'kubernetes:' })).not.toThrow()
})

it('takes only adapters that exist', () => {
  expect(AdapterConfig.safeParse({ bus: 'kafka://x' }).error?.issues[0]?.message).toBe(
    'must begin with memory:',
  )
})
