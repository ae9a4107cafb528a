import { expect, it } from 'vitest'
import { metricUnit } from './metric-unit.ts'

it.each([
  ['cpu_usage_percent', undefined, '%'],
  ['usage_percent', '1', '%'],
  ['memory.used.percentage', '', '%'],
  ['cpu_usage_percent:p95', undefined, '%'],
  ['usage_percent', '%', '%'],
  ['cpu.utilization', '1', '1'],
  ['percentile_rank', undefined, undefined],
  ['tax_percent', 'USD', 'USD'],
])('%s in %s is in %s', (name, unit, said) => expect(metricUnit({ name, unit })).toBe(said))
