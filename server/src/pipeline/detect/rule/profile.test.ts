import { describe, expect, it } from 'vitest'
import { DetectConfig } from '../config.ts'
import { metricRole, profileOf } from './profile.ts'

const config = DetectConfig.parse({})
const service = { 'service.name': 'pay' }

describe('how a series is judged', () => {
  it.each([
    ['http.server.request.duration:error_ratio', '1', 'ERRORS'],
    ['traces.span.error_origin_ratio', '1', 'ERRORS'],
    ['http.server.request.duration:p95', 's', 'LATENCY'],
    ['traces.span.self_time:mean', 's', 'LATENCY'],
    ['nodejs.eventloop.delay.p99', 's', 'LATENCY'],
    ['http.server.request.duration:rate', '1/s', 'TRAFFIC'],
    ['traces.edge.rate', '1/s', 'TRAFFIC'],
    ['process.cpu.utilization', '1', 'UTILIZATION'],
    ['process.memory.usage', 'By', 'MEMORY'],
    ['db.client.connection.count', '{connection}', 'COUNT'],
    ['queue.size', undefined, 'GENERIC'],
  ] as const)('%s in %s is %s', (name, unit, role) => expect(metricRole(name, unit)).toBe(role))

  it('a least effect in seconds fits a series in milliseconds', () => {
    const seconds = profileOf({ ...service, __name__: 'x.duration' }, { kind: 'GAUGE', unit: 's' }, config)
    const millis = profileOf({ ...service, __name__: 'x.duration' }, { kind: 'GAUGE', unit: 'ms' }, config)
    expect(millis?.effect).toBe((seconds?.effect ?? 0) * 1_000)
  })

  it('a percentage without a unit is held against points of a hundred, as with one', () => {
    const of = (meta: { unit?: string }) =>
      profileOf({ ...service, __name__: 'cpu_usage_percent' }, { kind: 'GAUGE', ...meta }, config)
    expect(of({})?.effect).toBe(20)
    expect(of({})).toEqual(of({ unit: '%' }))
  })

  it('a machine is watched only by what a rule names, and later and milder', () => {
    const host = { 'host.name': 'laptop' }
    expect(profileOf({ ...host, __name__: 'system.disk.io:rate' }, { kind: 'GAUGE' }, config)).toBeUndefined()
    expect(profileOf({ ...host, __name__: 'anything' }, { kind: 'GAUGE' }, config)).toBeUndefined()
    const cpu = profileOf(
      { ...host, __name__: 'system.cpu.utilization' },
      { kind: 'GAUGE', unit: '1' },
      config,
    )
    expect(cpu).toMatchObject({ persistenceMs: 30_000, severityMax: 'MEDIUM', effect: 0.35 })
    const pay = profileOf(
      { ...service, __name__: 'process.cpu.utilization' },
      { kind: 'GAUGE', unit: '1' },
      config,
    )
    expect(cpu?.bound).toBeGreaterThan(pay?.bound ?? 0)
  })

  it('the unused part of a resource is not watched', () => {
    const of = (labels: Record<string, string>) =>
      profileOf({ ...labels, __name__: 'system.cpu.utilization' }, { kind: 'GAUGE', unit: '1' }, config)
    expect(of({ 'host.name': 'h', 'cpu.mode': 'idle' })).toBeUndefined()
    expect(of({ 'host.name': 'h', 'cpu.mode': 'user' })).toBeDefined()
    expect(of({ 'service.name': 'a', state: 'free' })).toBeUndefined()
  })

  it('the first rule that fits decides', () => {
    const ruled = DetectConfig.parse({
      rules: [
        { match: 'a.b', enabled: false },
        { match: 'a.', sensitivity: 1 },
      ],
    })
    expect(profileOf({ ...service, __name__: 'a.b.c' }, { kind: 'GAUGE' }, ruled)).toBeUndefined()
    expect(profileOf({ ...service, __name__: 'a.c' }, { kind: 'GAUGE' }, ruled)?.bound).toBe(3.5)
    expect(profileOf({ ...service, __name__: 'b' }, { kind: 'GAUGE' }, ruled)?.bound).toBe(5)
  })
})
