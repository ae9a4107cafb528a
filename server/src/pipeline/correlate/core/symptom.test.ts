import { expect, it } from 'vitest'
import { symptomOf } from './symptom.ts'

it.each([
  ['http.server.request.duration:p95', 9, 'slow answers'],
  ['http.server.request.duration:mean', -9, 'unusually fast answers'],
  ['http.client.request.duration:rate', -9, 'less traffic'],
  ['http_requests_total:rate', 9, 'more traffic'],
  ['http.server.request.duration:error_ratio', 9, 'failing answers'],
  ['traces.span.self_time:mean', 9, 'slow answers'],
  ['db.client.connection.pending_requests', 9, 'requests waiting'],
  ['process.cpu.utilization', 9, 'high CPU use'],
  ['swen_service_cost', 9, 'rising cost'],
  ['aiops_cost_hourly_usd', -9, 'falling cost'],
  ['room.brightness', 9, 'unusual room brightness'],
])('calls %s (%d) %s', (metric, deviation, words) => {
  expect(symptomOf(metric, 'LEVEL_SHIFT', deviation)).toBe(words)
})

it('calls what stopped speaking silence, whatever it measured', () => {
  expect(symptomOf('http.server.request.duration:p95', 'MISSING', -9)).toBe('silence')
})
