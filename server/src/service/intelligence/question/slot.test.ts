import { expect, test } from 'vitest'
import { read } from './asked.suite.ts'
import type { Slots } from './question.ts'

test.each<[string, Partial<Slots>]>([
  ['top 5 services by cpu', { limit: 5, order: 'MOST' }],
  ['which three services use the most memory', { order: 'MOST' }],
  ['which node has the least load', { order: 'FEWEST' }],
  ['last 20 log lines of ledger', { limit: 20 }],
  ['show me the latest incident', { limit: 1 }],
  ['how many pods run in web', { count: true }],
  ['is ledger ok', { yesNo: true, askedState: 'FINE' }],
  ['is ledger down', { yesNo: true, askedState: 'TROUBLE' }],
  ['is ledger ok? it was so slow', { yesNo: true, askedState: 'FINE' }],
  ['critical alerts', { severity: 'CRITICAL' }],
  ['alerts of severity warning', { severity: 'MEDIUM' }],
  ['what depends on ledger', { direction: 'UP' }],
  ['what does ledger depend on', { direction: 'DOWN' }],
  ['upstream and downstream of ledger', { direction: 'BOTH' }],
  ['error logs of ledger', { logLevel: 'ERROR' }],
  ['find log lines with "pool empty"', { logText: 'pool empty' }],
  ['compare ledger and checkout', { compareWith: 'ENTITY' }],
  ['when does the disk of metal-1 reach 90%', { threshold: { value: 90, unit: '%' } }],
  ['show trace 4bf92f3577b34da6a3ce929d0e0e4736', { traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }],
  ['which pods are not running', { onlyProblems: true }],
  ['roll ledger back', { action: 'rollback' }],
  ['turn the flag off', { action: 'disable' }],
  ['post-mortem as pdf', { reportType: 'INCIDENT_REPORT', reportFormat: 'PDF' }],
  ['executive summary for the board in html', { reportType: 'EXECUTIVE_SUMMARY', reportFormat: 'HTML' }],
  ['resolved incidents', { past: true }],
  ['statefulsets in money', { workloadKind: 'StatefulSet' }],
  ['FailedScheduling events', { eventReason: 'FailedScheduling' }],
  ['is the new-basket flag to blame', { named: 'new-basket' }],
  ['why does HighErrorRate fire', { named: 'HighErrorRate' }],
])('%s: %j', (text, slots) => {
  expect(read(text).slots).toMatchObject(slots)
})

test.each([
  ['p99 of ledger', 'LATENCY', 0.99],
  ['median response time of ledger', 'LATENCY', 0.5],
  ['95th percentile of checkout', 'LATENCY', 0.95],
  ['error rate of ledger', 'ERRORS', undefined],
  ['how many requests fail in ledger', 'ERRORS', undefined],
  ['requests per second of ledger', 'TRAFFIC', undefined],
  ['cpu usage of metal-1', 'CPU', undefined],
  ['memory used by ledger', 'MEMORY', undefined],
  ['free space on metal-1', 'DISK', undefined],
  ['connection pool of ledger', 'POOL', undefined],
  ['consumer lag of mailer', 'LAG', undefined],
  ['gpu temperature', 'TEMPERATURE', undefined],
  ['is ledger slow', 'LATENCY', undefined],
])('%s measures %s', (text, aspect, quantile) => {
  const { metric } = read(text).slots
  expect([metric?.aspect, metric?.quantile]).toEqual([aspect, quantile])
})

test('a metric that exists is named and is no entity', () => {
  const { slots, entities } = read('rate of http_requests_total for ledger')
  expect([slots.metric?.aspect, slots.metric?.names]).toEqual(['NAMED', ['http_requests_total']])
  expect(entities.map(({ kind }) => kind)).toEqual(['SERVICE'])
})
