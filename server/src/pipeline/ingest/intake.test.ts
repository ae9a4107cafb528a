import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Fault } from '../../kernel/fault.ts'
import type { HostProbe, HostReading } from '../../port/host-probe.ts'
import {
  coded,
  delta,
  JSON_TYPE,
  logs,
  metrics,
  now,
  PROTOBUF,
  SNAPPY,
  traces,
  up,
  write,
} from './request.suite.ts'
import { Rig, samplesOf } from './rig.suite.ts'
import { encode } from './wire/proto.suite.ts'

describe('delta values', () => {
  it('become running totals, and a request sent twice adds nothing', async () => {
    const rig = await Rig.started()
    const send = (...points: [number, number][]) =>
      rig.send(
        '/v1/metrics',
        JSON.stringify(metrics(...points.map(([value, at]) => delta(value, now + at)))),
        JSON_TYPE,
      )
    await send([5, 0])
    await send([2, 10], [3, 20])
    await send([2, 10], [3, 20])
    await send([1, 30])
    expect(rig.stored.metrics.map((s) => s.value)).toEqual([5, 7, 10, 11])
    expect(await rig.metrics.render()).toContain('aiops_ingestion_repeated_deltas_total 2')
  })

  it('go on from the stored total after a crash', async () => {
    const rig = await Rig.started()
    await rig.send('/v1/metrics', JSON.stringify(metrics(delta(5, now))), JSON_TYPE)
    rig.checkpoint('metrics')
    await rig.send('/v1/metrics', JSON.stringify(metrics(delta(2, now + 10))), JSON_TYPE)
    const again = await rig.crash()
    expect(again.stored.metrics.map((s) => s.value)).toEqual([5, 7])
    await again.send('/v1/metrics', JSON.stringify(metrics(delta(1, now + 20))), JSON_TYPE)
    expect(again.stored.metrics.map((s) => s.value)).toEqual([5, 7, 8])
  })

  it('add nothing when the log refused the request', async () => {
    const rig = await Rig.started()
    rig.appendFault = new Fault('STORAGE_UNAVAILABLE', 'The disk is full.')
    const body = JSON.stringify(metrics(delta(5, now)))
    await expect(rig.send('/v1/metrics', body, JSON_TYPE)).rejects.toThrow(coded('STORAGE_UNAVAILABLE'))
    rig.appendFault = undefined
    await rig.send('/v1/metrics', body, JSON_TYPE)
    expect(rig.stored.metrics.map((s) => s.value)).toEqual([5])
  })
})

describe('a restart', () => {
  it('brings back everything acknowledged, each store from its own checkpoint, as it was decoded then', async () => {
    const rig = await Rig.started()
    await rig.send('/api/v1/write', write(up(now, 1)), SNAPPY)
    await rig.send('/v1/logs', JSON.stringify(logs), JSON_TYPE)
    rig.checkpoint('metrics')
    await rig.send('/api/v1/write', write(up(now + 1, 2, 'b')), SNAPPY)
    await rig.send('/v1/traces', JSON.stringify(traces), JSON_TYPE)
    rig.clock.advance(7_200_000)
    const again = await rig.crash()
    expect(again.stored).toEqual(rig.stored)
    expect(
      again.published.samples.flatMap((b) => samplesOf(rig.disk.catalog, b)).map((s) => s.value),
    ).toEqual([1, 2])
    expect(again.published.logs).toHaveLength(1)
    expect(again.published.spans).toHaveLength(1)
    expect(await again.metrics.render()).toContain('aiops_ingestion_replayed_entries_total 4')
  })

  it('passes over an entry that cannot be decoded, and counts it', async () => {
    const rig = await Rig.started()
    await rig.send('/api/v1/write', write(up(now, 1)), SNAPPY)
    await rig.send('/api/v1/write', write(up(now, 2)), SNAPPY)
    rig.disk.entries[0]!.entry.body = Buffer.from('rotten')
    const again = await rig.crash()
    expect(again.stored.metrics.map((s) => s.value)).toEqual([2])
    expect(await again.metrics.render()).toContain('aiops_ingestion_replay_failed_total 1')
  })

  it('tells every store the position of an entry, so that the log can be cut although no logs are sent', async () => {
    const rig = await Rig.started()
    await rig.send('/api/v1/write', write(up()), SNAPPY)
    expect(rig.positions).toEqual({ metrics: 1, logs: 1, spans: 1 })
  })
})

describe('the host', () => {
  const probe: HostProbe = {
    hostName: 'box',
    read: async (): Promise<HostReading[]> => [
      {
        name: 'system.cpu.utilization',
        kind: 'GAUGE',
        unit: '1',
        attributes: { 'cpu.mode': 'user' },
        value: 0.25,
      },
      { name: 'system.cpu.time', kind: 'COUNTER', unit: 's', attributes: { 'cpu.mode': 'user' }, value: 12 },
      { name: 'broken', kind: 'GAUGE', unit: '1', attributes: {}, value: Number.NaN },
    ],
  }

  it('is read every second, through the log, and comes back after a crash', async () => {
    const rig = await Rig.started({ hostProbe: probe })
    await rig.clock.advance(2_000)
    expect(
      rig.stored.metrics.map((s) => [
        s.labels.__name__,
        s.labels['host.name'],
        s.kind,
        s.unit,
        s.timeMs - now,
        s.value,
      ]),
    ).toEqual([
      ['system.cpu.utilization', 'box', 'GAUGE', '1', 1_000, 0.25],
      ['system.cpu.time', 'box', 'COUNTER', 's', 1_000, 12],
      ['system.cpu.utilization', 'box', 'GAUGE', '1', 2_000, 0.25],
      ['system.cpu.time', 'box', 'COUNTER', 's', 2_000, 12],
    ])
    expect(rig.disk.entries.map(({ entry }) => entry.kind)).toEqual(['points', 'points'])
    expect((await rig.crash()).stored.metrics).toEqual(rig.stored.metrics)
  })

  it('does not stop ingest when it cannot be read, and is not read when it is switched off', async () => {
    const failing = await Rig.started({
      hostProbe: { hostName: 'box', read: () => Promise.reject(new Error('no')) },
    })
    await failing.clock.advance(3_000)
    await failing.send('/api/v1/write', write(up()), SNAPPY)
    expect(failing.stored.metrics).toHaveLength(1)
    const off = await Rig.started({ hostProbe: probe, config: { host: { enabled: false } } })
    await off.clock.advance(3_000)
    expect(off.stored.metrics).toEqual([])
  })
})

const suite = new URL('../../../../../shared/suites/otlp-json-examples/examples/', import.meta.url)
describe.skipIf(!existsSync(suite))('the OTLP example files (skipped where shared/suites is absent)', () => {
  it.each([
    ['metrics', '/v1/metrics', 'otlp.MetricsRequest'],
    ['logs', '/v1/logs', 'otlp.LogsRequest'],
    ['events', '/v1/logs', 'otlp.LogsRequest'],
    ['trace', '/v1/traces', 'otlp.TraceRequest'],
  ])(
    '%s.json is taken with 200 and an empty object, eight years later, and means the same in protobuf',
    async (file, path, type) => {
      const json = readFileSync(new URL(`${file}.json`, suite), 'utf8')
      const rig = await Rig.started()
      expect(await rig.send(path, json, JSON_TYPE)).toEqual({
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: '{}',
      })
      const other = await Rig.started()
      const message = JSON.parse(json, (key, value) =>
        /^(traceId|spanId|parentSpanId)$/.test(key) ? [...Buffer.from(value, 'hex')] : value,
      )
      expect(await other.send(path, encode(type, message), PROTOBUF)).toMatchObject({
        status: 200,
        body: Buffer.alloc(0),
      })
      expect(other.stored).toEqual(rig.stored)
      expect(rig.stored.metrics.length + rig.stored.logs.length + rig.stored.spans.length).toBeGreaterThan(0)
    },
  )
})
