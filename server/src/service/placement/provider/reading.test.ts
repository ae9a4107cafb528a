import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isoTime } from '../../../kernel/clock.ts'
import { readingOf, startMs } from '../placement-rig.suite.ts'
import { behindMsMax, readTelemetry } from './reading.ts'

const { source: _, ...plain } = readingOf('aws')

test('a body of our form gives readings of its source', () => {
  const told = readTelemetry(
    { source: 'exporter', readings: [plain], placements: [{ service: 'cart', provider: 'aws' }] },
    'api',
    startMs,
  )
  expect(told).toEqual({
    readings: [{ ...plain, source: 'exporter' }],
    placements: [{ service: 'cart', provider: 'aws' }],
    refused: [],
  })
})

test('the described form is read, times without a zone as UTC, and what is missing is unknown and not 0', () => {
  const told = readTelemetry(
    {
      service1: {
        current_provider: 'aws',
        aws: { cost: 1.2, timestamp: '2026-01-01T00:00:00.123456' },
        alibaba: { latency: 80, credits: 0.5, available_gpus: 2, region: 'eu', instance: 'g6' },
      },
    },
    'api ann',
    Date.parse('2026-01-01T00:00:00Z'),
  )
  expect(told.refused).toEqual([])
  expect(told.placements).toEqual([{ service: 'service1', provider: 'aws' }])
  expect(told.readings[0]).toMatchObject({
    cost_hourly_usd: 1.2,
    latency_ms: null,
    credits: null,
    available_gpus: null,
    at: '2026-01-01T00:00:00.123456Z',
    source: 'api ann',
  })
  expect(told.readings[1]).toMatchObject({ cost_hourly_usd: null, latency_ms: 80, region: 'eu' })
})

test('a reading that is older than series are taken is refused, and disturbs no other', () => {
  const told = readTelemetry(
    {
      a: {
        aws: { cost: 1, timestamp: isoTime(startMs) },
        b: { cost: 1, timestamp: '0001-01-01T00:00:00Z' },
        c: { cost: 1, timestamp: isoTime(startMs - 3_600_000) },
      },
    },
    'api',
    startMs,
    startMs - behindMsMax,
  )
  expect(told.readings).toHaveLength(1)
  expect(told.refused.map(({ path }) => path)).toEqual(['a.b', 'a.c'])
})

test('a reading that is wrong is refused with its place and disturbs no other', () => {
  const good = { cost: 1, timestamp: isoTime(startMs) }
  const told = readTelemetry(
    {
      a: {
        aws: good,
        b: { ...good, cost: -1 },
        c: { ...good, credits: 3 },
        d: { ...good, timestamp: isoTime(startMs + 3_600_000) },
        e: 'x',
        f: {},
        g: { ...good, cost: '1' },
      },
      'bad name': { aws: good },
    },
    'api',
    startMs,
  )
  expect(told.readings.map(({ provider }) => provider)).toEqual(['aws'])
  expect(told.refused.map(({ path }) => path).sort()).toEqual([
    'a.b',
    'a.c',
    'a.d',
    'a.e',
    'a.f',
    'a.g',
    'bad name',
  ])
  expect(told.refused.find(({ path }) => path === 'a.d')?.message).toContain('3600 s ahead')
})

test('whatever is sent, it is read or refused, and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.anything())), (body) => {
      const told = readTelemetry(body, 'api', startMs)
      for (const { cost_hourly_usd: cost } of told.readings) expect(cost === null || cost >= 0).toBe(true)
    }),
    { numRuns: 300 },
  )
})
