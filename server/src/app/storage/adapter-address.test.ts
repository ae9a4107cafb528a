import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { credentialsOf, kafkaTopicOf, postgresDatabaseOf, serviceOf } from './adapter-address.ts'
import { AdapterConfig, adapterOf, describeAdapters, elsewhereOf } from './adapters.ts'

const Settings = z.strictObject({ size: z.coerce.number().int().default(7) })
const wrong = (problem: RegExp) =>
  expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(problem) })

describe('an adapter’s address', () => {
  it('names a service and its settings', () => {
    expect(serviceOf('loki:http://loki:3100/base/?size=9', Settings)).toEqual({
      ...{ url: 'http://loki:3100/base', config: { size: 9 } },
    })
    expect(serviceOf('loki:https://loki', Settings)).toEqual({ url: 'https://loki', config: { size: 7 } })
  })
  it('names brokers, a topic and its settings', () => {
    expect(kafkaTopicOf('kafka://a,b:9093,[::1]:9094/some.topic?size=9', Settings)).toEqual({
      ...{ brokers: ['a:9092', 'b:9093', '[::1]:9094'], topic: 'some.topic', config: { size: 9 } },
    })
  })
  it('names a server, a database and its settings', () => {
    expect(postgresDatabaseOf('postgres://db/aiops?size=9', Settings)).toEqual({
      ...{ host: 'db', port: 5432, database: 'aiops', config: { size: 9 } },
    })
    expect(postgresDatabaseOf('postgres://[::1]:5433/aiops', Settings)).toEqual({
      ...{ host: '::1', port: 5433, database: 'aiops', config: { size: 7 } },
    })
  })
  it('says what is wrong with it', () => {
    for (const [value, problem] of [
      ['loki:', /http:\/\/HOST:PORT/],
      ['loki:ftp://x', /http:\/\/HOST:PORT/],
      ['loki:http://x?size=much', /size: /],
      ['loki:http://x?sise=1', /sise/],
    ] as const)
      expect(() => serviceOf(value, Settings)).toThrowError(wrong(problem))
    for (const [value, problem] of [
      ['kafka://a', /kafka:\/\/HOST/],
      ['kafka:///topic', /kafka:\/\/HOST/],
      ['kafka://a b/topic', /kafka:\/\/HOST/],
      ['kafka://a/..', /no name of a topic/],
      ['kafka://a/t?size=x', /size: /],
    ] as const)
      expect(() => kafkaTopicOf(value, Settings)).toThrowError(wrong(problem))
    for (const [value, problem] of [
      ['postgres:', /postgres:\/\/HOST/],
      ['postgres://db', /postgres:\/\/HOST/],
      ['postgres://db/a/b', /postgres:\/\/HOST/],
      ['postgres://db/aiops?size=x', /size: /],
    ] as const)
      expect(() => postgresDatabaseOf(value, Settings)).toThrowError(wrong(problem))
  })
  it('makes credentials of a secret, read each time', async () => {
    let password = 'one'
    const secrets = { read: async (name: string) => `${name}:${password}` }
    const { headers } = credentialsOf({ user: 'u', secret: 'S' }, secrets)
    expect(await headers?.()).toEqual({ authorization: `Basic ${btoa('u:S:one')}` })
    password = 'two'
    expect(await headers?.()).toEqual({ authorization: `Basic ${btoa('u:S:two')}` })
    expect(await credentialsOf({ user: '', secret: 'S' }, secrets).headers?.()).toEqual({
      authorization: 'Bearer S:two',
    })
    expect(credentialsOf({ user: '', secret: '' }, secrets)).toEqual({})
  })
})

describe('the adapters of a configuration', () => {
  it('are embedded where nothing else is said, the four parts of telemetry by one setting', () => {
    const adapters = AdapterConfig.parse({})
    expect(elsewhereOf(adapters)).toEqual([])
    const mixed = AdapterConfig.parse({ metrics: 'victoriametrics:http://vm:8428', telemetry: 'sqlite:' })
    expect(elsewhereOf(mixed)).toEqual(['metrics'])
    expect(adapterOf(mixed, 'logs')).toBe('sqlite:')
    expect(describeAdapters(mixed)).toContainEqual({
      ...{ port: 'MetricStore', adapter: 'victoriametrics', url: 'victoriametrics:http://vm:8428' },
    })
    expect(describeAdapters(mixed)).toContainEqual({ port: 'LogStore', adapter: 'sqlite', url: 'sqlite:' })
  })
  it('never hold a password, which the settings page would show', () => {
    const parsed = AdapterConfig.safeParse({ logs: 'loki:http://user:word@loki:3100' })
    expect(JSON.stringify(parsed.error?.issues)).toContain('must not hold a password')
    const records = AdapterConfig.safeParse({ records: 'postgres://aiops:word@db/aiops' })
    expect(JSON.stringify(records.error?.issues)).toContain('must not hold a password')
  })
  it('for other machines are loaded by those who choose them alone', () => {
    const folder = new URL('.', import.meta.url)
    const names = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    expect(names).toContain('telemetry-ports.ts')
    for (const name of names) {
      const source = readFileSync(new URL(name, folder), 'utf8')
      expect(source, name).not.toMatch(
        /^import (?!type).*adapter\/(kafka|victoriametrics|victorialogs|loki|tempo|s3|postgres)\//m,
      )
    }
  })
})
