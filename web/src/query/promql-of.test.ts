import { expect, test } from 'vitest'
import { promqlOf } from './promql-of.ts'

test('a series is a selector of it alone, in quotes where names have dots; a counter is its rate', () => {
  expect(promqlOf({ name: 'up', labels: { job: 'a' }, kind: 'GAUGE' })).toBe('up{job="a"}')
  expect(promqlOf({ name: 'system.disk.io', labels: { 'host.name': 'vm' }, kind: 'COUNTER' })).toBe(
    'rate({"system.disk.io", "host.name"="vm"}[5m])',
  )
})
