import { expect, test } from 'vitest'
import { meaningOf, wordsOf } from './meaning.ts'

const roleOf = (metric: string, unit?: string, labels: Record<string, string> = {}, atEdge = false) => {
  const { role, scope, bad } = meaningOf(metric, unit, labels, atEdge)
  return `${role} ${scope} ${bad}`
}

test.each([
  ['http.server.request.duration:p95', 's', 'LATENCY SERVER UP'],
  ['http.server.request.duration:mean', 's', 'LATENCY SERVER UP'],
  ['http.server.request.duration:rate', '1/s', 'TRAFFIC SERVER DOWN'],
  ['http.server.request.duration:error_ratio', '1', 'ERRORS SERVER UP'],
  ['http.client.request.duration:mean', 's', 'LATENCY CLIENT UP'],
  ['traces.span.self_time:mean', 's', 'LATENCY SELF UP'],
  ['traces.span.error_origin_ratio', '1', 'ERRORS SELF UP'],
  ['traces.span.rate', '1/s', 'TRAFFIC SERVER DOWN'],
  ['process.cpu.utilization', '1', 'CPU RESOURCE UP'],
  ['process.memory.usage', 'By', 'MEMORY RESOURCE UP'],
  ['nodejs.eventloop.delay.p99', 's', 'CPU RESOURCE UP'],
  ['db.client.connection.pending_requests', '{request}', 'POOL RESOURCE UP'],
  ['db.client.connection.wait_time:mean', 's', 'POOL RESOURCE UP'],
  ['db.client.connection.timeouts:rate', '{timeout}/s', 'POOL RESOURCE UP'],
  ['system.disk.io:rate', 'By/s', 'DISK RESOURCE UP'],
  ['CpuUsageRate', undefined, 'CPU RESOURCE UP'],
  ['PodServerLatencyP99', undefined, 'LATENCY SERVER UP'],
  ['PodClientLatencyP99', undefined, 'LATENCY CLIENT UP'],
  ['PodSuccessRate', undefined, 'ERRORS SERVER DOWN'],
  ['NetworkReceiveBytes', undefined, 'NETWORK RESOURCE EITHER'],
  ['up', undefined, 'ERRORS SELF DOWN'],
  ['temperature_celsius', undefined, 'OTHER RESOURCE EITHER'],
])('%s in %s means %s', (metric, unit, expected) => expect(roleOf(metric, unit)).toBe(expected))

test('idle connections hurt when they vanish', () => {
  expect(roleOf('db.client.connection.count', '{connection}', { 'db.client.connection.state': 'idle' })).toBe(
    'POOL RESOURCE DOWN',
  )
})

test('limits and build information say nothing', () => {
  expect(meaningOf('db.client.connection.max', '{connection}', {}, false).weight).toBe(0)
  expect(meaningOf('build_info', undefined, {}, false).weight).toBe(0)
})

test('words end at punctuation, case and digits', () =>
  expect(wordsOf('PodServerLatencyP99_5xx.rate')).toEqual([
    'pod',
    'server',
    'latency',
    'p',
    '99',
    '5',
    'xx',
    'rate',
  ]))
