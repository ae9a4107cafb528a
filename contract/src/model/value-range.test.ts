import { describe, expect, it } from 'vitest'
import { provenRange, valueRangeOf, withinRange } from './value-range.ts'

describe('where values can lie', () => {
  it.each([
    ['cpu_usage', '%', { min: 0, max: 100 }],
    ['system.cpu.utilization', '1', { min: 0, max: 1 }],
    ['traces.span.error_ratio', '1', { min: 0, max: 1 }],
    ['http.server.request.duration:error_ratio', '1', { min: 0, max: 1 }],
    ['cache_hit_ratio', undefined, { min: 0, max: 1 }],
    ['k8s.container.memory.utilization:p95', '1', { min: 0, max: 1 }],
    ['traces.span.duration:p95', 's', { min: 0 }],
    ['request_duration', 'ms', { min: 0 }],
    ['process.memory.usage', 'By', { min: 0 }],
    ['network.io:rate', 'By/s', { min: 0 }],
    ['queue.depth', '{item}', { min: 0 }],
    ['jobs:rate', '{job}/s', { min: 0 }],
    ['traces.span.rate', '1/s', { min: 0 }],
    ['hw.temperature', 'Cel', {}],
    ['usage_percent', undefined, {}],
    ['system.cpu.load_average', '1', {}],
    ['anything', undefined, {}],
  ])('%s in %s', (name, unit, range) => {
    expect(valueRangeOf({ name, unit })).toEqual(range)
  })

  it('a value beyond an end disproves that end alone', () => {
    expect(provenRange({ min: 0, max: 1 }, [0.2, 1.3])).toEqual({ min: 0 })
    expect(provenRange({ min: 0, max: 1 }, [-0.2, 0.3])).toEqual({ max: 1 })
    expect(provenRange({ min: 0 }, [0, 9])).toEqual({ min: 0 })
    expect([-2, 0.5, 3].map((value) => withinRange(value, { min: 0, max: 1 }))).toEqual([0, 0.5, 1])
  })
})
