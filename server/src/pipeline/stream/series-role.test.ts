import type { SeriesKind } from '@aiops/contract/model/series'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupOf, plainRoleOf, roleOf, sourceOf } from './series-role.ts'

const role = (name: string, kind: SeriesKind, labels: Record<string, string> = {}, siblings: string[] = []) =>
  roleOf({ ref: 0, tenant: 'default', labels: { ...labels, __name__: name }, meta: { kind } }, (other) =>
    siblings.includes(other),
  )

describe('what a series is to the stream', () => {
  it.each([
    ['cpu.utilization', 'GAUGE', {}, [], 'PASS'],
    ['node_load1', 'UNKNOWN', {}, [], 'PASS'],
    ['node_cpu_seconds_total', 'UNKNOWN', {}, [], 'COUNTER'],
    ['system.network.io', 'COUNTER', {}, [], 'COUNTER'],
    ['http_requests_total', 'UNKNOWN', { code: '200' }, [], 'COUNT'],
    ['x_bucket', 'UNKNOWN', { le: '0.5' }, [], 'BUCKET'],
    ['x_sum', 'COUNTER', {}, ['x_count'], 'SUM'],
    ['x_count', 'COUNTER', {}, ['x_sum'], 'COUNT'],
    ['x_count', 'COUNTER', {}, [], 'COUNTER'],
    ['pods_count', 'GAUGE', {}, [], 'PASS'],
    ['rpc_seconds', 'SUMMARY', { quantile: '0.9' }, [], 'PASS'],
    ['x_created', 'UNKNOWN', {}, [], 'IGNORE'],
  ] as const)('%s of kind %s with %o is %s', (name, kind, labels, siblings, expected) => {
    expect(role(name, kind, labels, [...siblings]).kind).toBe(expected)
  })

  it('is told by name and a few labels as by all of them, where it is told at all', () => {
    const name = fc.tuple(
      fc.constantFrom('', 'x', 'x_y', 'x_total'),
      fc.constantFrom('', '_bucket', '_sum', '_count', '_created', '_total'),
    )
    const kind = fc.constantFrom<SeriesKind>('UNKNOWN', 'GAUGE', 'COUNTER', 'HISTOGRAM', 'SUMMARY')
    const labels = fc.dictionary(
      fc.constantFrom('le', 'code', 'status', 'rpc.grpc.status_code', 'error.type', 'job'),
      fc.constantFrom('200', '503', 'OK', 'x'),
    )
    fc.assert(
      fc.property(name, kind, labels, fc.boolean(), fc.boolean(), (parts, of, some, derived, sibling) => {
        const all = { ...some, __name__: parts.join('') }
        const meta = { kind: of, derived }
        const plain = plainRoleOf(all.__name__, meta, (label) => (all as Record<string, string>)[label])
        const whole = roleOf({ ref: 0, tenant: 'default', labels: all, meta }, () => sibling, false)
        if (plain) expect(whole).toMatchObject({ kind: plain, base: all.__name__ })
      }),
    )
  })

  it('tells failures by status first, then by error.type', () => {
    expect(role('x_count', 'HISTOGRAM', { 'http.response.status_code': '503' })).toMatchObject({
      error: true,
      tellsErrors: true,
    })
    expect(
      role('x_count', 'HISTOGRAM', { 'http.response.status_code': '404', 'error.type': '404' }),
    ).toMatchObject({ error: false, tellsErrors: true })
    expect(role('x_count', 'HISTOGRAM', { 'error.type': 'timeout' })).toMatchObject({
      error: true,
      tellsErrors: true,
    })
    expect(role('x_count', 'HISTOGRAM', { 'rpc.grpc.status_code': '0' })).toMatchObject({
      error: false,
      tellsErrors: true,
    })
    expect(role('x_count', 'HISTOGRAM', { 'rpc.grpc.status_code': '14' })).toMatchObject({
      error: true,
      tellsErrors: true,
    })
    expect(role('x_count', 'HISTOGRAM', { status: 'ready' })).toMatchObject({
      error: false,
      tellsErrors: false,
    })
  })

  it('groups by who serves and whom is called; version, instance, route and status go', () => {
    const labels = {
      'service.name': 'pay',
      'service.namespace': 'shop',
      'service.version': '2',
      'service.instance.id': 'i',
      'host.name': 'h',
      'http.route': '/x',
      'http.response.status_code': '500',
      'server.address': 'db',
      'server.port': '5432',
    }
    expect(groupOf(labels)).toEqual({
      'service.name': 'pay',
      'service.namespace': 'shop',
      'server.address': 'db',
      'server.port': '5432',
    })
    expect(groupOf({ 'host.name': 'h', instance: 'i' })).toEqual({ 'host.name': 'h' })
    expect(sourceOf(labels)).not.toBe(sourceOf({ ...labels, 'service.instance.id': 'j' }))
  })
})
