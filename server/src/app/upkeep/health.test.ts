import { expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import { createHealth } from './health.ts'

it('says where each listener listens, and of one that does not why', () => {
  const listeners = () => [
    { name: 'otlp_grpc', address: '127.0.0.1:4317', problem: null },
    { name: 'statsd', address: null, problem: '127.0.0.1:8125 is taken by another program.' },
  ]
  const deps = { dataFolder: '.', writable: () => true, listeners, clock: new ManualClock() }
  const { status, checks } = createHealth(deps, '1')()
  expect(checks).toContainEqual({
    name: 'listener otlp_grpc',
    status: 'ok',
    message: 'listens on 127.0.0.1:4317',
  })
  expect(checks).toContainEqual({
    name: 'listener statsd',
    status: 'degraded',
    message: '127.0.0.1:8125 is taken by another program.',
  })
  expect(status).not.toBe('ok')
})
