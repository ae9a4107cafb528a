import { describe, expect, it } from 'vitest'
import { Fault } from '../../../kernel/fault.ts'
import { delta, JSON_TYPE, metrics, now, SNAPPY, traces, up, write } from '../request.suite.ts'
import { Rig } from '../rig.suite.ts'

async function ruled(yaml: string, config: Record<string, unknown> = {}): Promise<Rig> {
  return Rig.started({ config, ruleFiles: [{ file: 'a.yaml', text: yaml }] })
}
const namesOf = (samples: readonly { labels: Record<string, string> }[]): (string | undefined)[] =>
  samples.map(({ labels }) => labels.__name__)
const load = (instance: string, value: number) => ({
  labels: [
    { name: '__name__', value: 'load' },
    { name: 'instance', value: instance },
  ],
  samples: [{ value, timestamp: now }],
})
const sendLog = (rig: Rig, body: string, attributes: object[] = []) =>
  rig.send(
    '/v1/logs',
    JSON.stringify({
      resourceLogs: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'cart' } }] },
          scopeLogs: [
            {
              logRecords: [
                { timeUnixNano: `${now}000000`, severityNumber: 9, body: { stringValue: body }, attributes },
              ],
            },
          ],
        },
      ],
    }),
    JSON_TYPE,
  )

describe('stream rules', () => {
  it('drop a series before it is stored, also when it comes again', async () => {
    const rig = await ruled(`rules: [{ name: d, signal: metrics, match: ['__name__="up"'], drop: true }]`)
    expect(await rig.send('/api/v1/write', write(up()), SNAPPY)).toEqual({ status: 204 })
    expect(await rig.send('/api/v1/write', write(up()), SNAPPY)).toEqual({ status: 204 })
    expect([rig.stored.metrics, rig.disk.entries, rig.published.samples]).toEqual([[], [], []])
    expect(rig.disk.catalog.rows).toEqual([])
  })

  it('enrich and rename labels, and convert values into another series', async () => {
    const rig = await ruled(`
rules:
  - { name: s, signal: metrics, match: ['instance="a"'], set: { team: shop, instance: kept } }
  - { name: l, signal: metrics, lookup: { by: team, values: { shop: { owner: ana } } } }
  - { name: r, signal: metrics, rename: { from: instance, to: host } }
  - { name: c, signal: metrics, convert: { metric: up_percent, scale: 100 } }`)
    await rig.send('/api/v1/write', write(up()), SNAPPY)
    expect(rig.stored.metrics).toMatchObject([
      { labels: { __name__: 'up', host: 'a', team: 'shop', owner: 'ana' }, value: 1 },
      { labels: { __name__: 'up_percent', host: 'a', team: 'shop', owner: 'ana' }, value: 100 },
    ])
  })

  it('relabel as Prometheus does', async () => {
    const rig = await ruled(`
rules:
  - name: r
    signal: metrics
    relabel:
      - { source_labels: [instance], regex: '(.*)', target_label: host, replacement: 'host-$1' }
      - { regex: instance, action: labeldrop }`)
    await rig.send('/api/v1/write', write(up()), SNAPPY)
    expect(rig.stored.metrics).toMatchObject([{ labels: { __name__: 'up', host: 'host-a' } }])
    expect(rig.stored.metrics[0]?.labels).not.toHaveProperty('instance')
  })

  it('store a series that detection is not to see', async () => {
    const rig = await ruled(`rules: [{ name: r, signal: metrics, route: { analyse: false } }]`)
    await rig.send('/api/v1/write', write(up()), SNAPPY)
    expect(namesOf(rig.stored.metrics)).toEqual(['up'])
    expect(rig.published.samples).toEqual([])
  })

  it('drop, keep and label log records and spans', async () => {
    const rig = await ruled(`
rules:
  - { name: d, signal: logs, match: ['message=~".*noise.*"'], drop: true }
  - { name: s, signal: [logs, traces], set: { team: shop } }
  - { name: k, signal: traces, match: ['name="nothing"'], keep: true }`)
    await sendLog(rig, 'some noise here')
    await sendLog(rig, 'a signal')
    await rig.send('/v1/traces', JSON.stringify(traces), JSON_TYPE)
    expect(rig.stored.logs).toMatchObject([{ message: 'a signal', labels: { team: 'shop' } }])
    expect(rig.stored.spans).toEqual([])
  })

  it('keep secrets out of the log, the stores and what is behind, over a crash too', async () => {
    const rig = await ruled('rules: []')
    await sendLog(rig, 'login password=hunter2', [
      { key: 'auth', value: { stringValue: 'Bearer abcdefgh1234' } },
    ])
    const raw = JSON.stringify(
      rig.disk.entries.map(({ entry }) => Buffer.from(entry.body).toString('latin1')),
    )
    expect(raw).not.toContain('hunter2')
    expect(rig.disk.entries[0]?.entry.kind).toBe('records')
    expect(rig.stored.logs).toMatchObject([
      { message: 'login password=«secret»', attributes: { auth: 'Bearer «credential»' } },
    ])
    const after = await rig.crash()
    expect(after.stored.logs).toEqual(rig.stored.logs)
    expect(after.published.logs).toEqual(rig.published.logs)
  })

  it('count records into a series that goes on after a restart, and aggregate series', async () => {
    const yaml = `
rules:
  - { name: c, signal: logs, match: ['severity="INFO"'], count: { metric: lines, by: [service.name] } }
  - { name: a, signal: metrics, match: ['__name__="load"'], aggregate: { metric: load_all, function: sum, every: 10s } }`
    const rig = await ruled(yaml)
    await sendLog(rig, 'one')
    await sendLog(rig, 'two')
    await rig.send('/api/v1/write', write(load('a', 2), load('b', 3)), SNAPPY)
    await rig.clock.advance(11_000)
    await rig.ingest.stop()
    const derived = rig.stored.metrics.filter(({ labels }) => labels.__name__ !== 'load')
    expect(derived.map(({ labels, value, kind }) => [labels.__name__, value, kind])).toEqual([
      ['lines', 2, 'COUNTER'],
      ['load_all', 5, 'GAUGE'],
    ])
  })

  it('aggregate the running totals of a sender that tells differences', async () => {
    const rig = await ruled(`
rules: [{ name: a, signal: metrics, match: ['__name__="d"'], aggregate: { metric: d_all, function: sum, every: 10s } }]`)
    const nowMs = rig.clock.now()
    for (const [value, at] of [
      [5, nowMs],
      [3, nowMs + 1],
      // Sent again: no newer than the total.
      [3, nowMs + 1],
    ] as const)
      await rig.send('/v1/metrics', JSON.stringify(metrics(delta(value, at))), JSON_TYPE)
    await rig.clock.advance(11_000)
    await rig.ingest.stop()
    const values = (name: string) =>
      rig.stored.metrics.filter(({ labels }) => labels.__name__ === name).map(({ value }) => value)
    expect(values('d')).toEqual([5, 8])
    expect(values('d_all')).toEqual([8])
  })

  it('write what the log refused once it takes again, under the time it was derived at', async () => {
    const rig = await ruled(`
rules:
  - { name: c, signal: logs, count: { metric: lines } }
  - { name: a, signal: metrics, match: ['__name__="load"'], aggregate: { metric: load_all, function: sum, every: 10s } }`)
    await sendLog(rig, 'one')
    await rig.send('/api/v1/write', write(load('a', 2), load('b', 3)), SNAPPY)
    rig.appendFault = new Fault('STORAGE_UNAVAILABLE', 'the disk is full')
    const derivedMs = (Math.floor(rig.clock.now() / 10_000) + 1) * 10_000
    await rig.clock.advance(20_000)
    const derived = () => rig.stored.metrics.filter(({ labels }) => labels.__name__ !== 'load')
    expect(derived()).toEqual([])
    rig.appendFault = undefined
    await rig.clock.advance(2_000)
    await rig.ingest.stop()
    expect(derived()).toMatchObject([
      { labels: { __name__: 'lines' }, value: 1 },
      { labels: { __name__: 'load_all' }, value: 5 },
    ])
    expect(derived()[1]!.timeMs).toBeLessThan(derivedMs + 2_000)
  })

  it('neither count nor thin what was refused and is sent again', async () => {
    const rig = await ruled(`
rules:
  - { name: c, signal: logs, count: { metric: lines } }
  - { name: t, signal: metrics, match: ['__name__="up"'], thin: { every: 1m } }`)
    rig.appendFault = new Fault('STORAGE_UNAVAILABLE', 'the disk is full')
    await expect(sendLog(rig, 'one')).rejects.toThrow('disk')
    await expect(rig.send('/api/v1/write', write(up()), SNAPPY)).rejects.toThrow('disk')
    rig.appendFault = undefined
    await sendLog(rig, 'one')
    for (let i = 0; i < 2; i += 1) await rig.send('/api/v1/write', write(up(now + i)), SNAPPY)
    await rig.ingest.stop()
    expect(rig.stored.metrics.map(({ labels, value }) => [labels.__name__, value])).toEqual([
      ['up', 1],
      ['lines', 1],
    ])
  })

  it('stay as they were when a document is spoilt, and change when it is mended', async () => {
    const rig = await ruled(`rules: [{ name: d, signal: metrics, match: ['__name__="up"'], drop: true }]`)
    rig.ruleFiles = [{ file: 'a.yaml', text: 'rules: [{ name: d }]' }]
    await rig.clock.advance(6_000)
    await rig.send('/api/v1/write', write(up()), SNAPPY)
    expect(rig.stored.metrics).toEqual([])
    expect(rig.ingest.streamRules()).toMatchObject({ rules: [{ name: 'd' }], problems: [{ file: 'a.yaml' }] })
    rig.ruleFiles = []
    await rig.clock.advance(6_000)
    await rig.send('/api/v1/write', write(up()), SNAPPY)
    expect(namesOf(rig.stored.metrics)).toEqual(['up'])
    expect(rig.ingest.streamRules()).toEqual({ rules: [], problems: [] })
  })

  it('keep or leave out whole traces, always the same', async () => {
    const rig = await ruled(`rules: [{ name: s, signal: logs, sample: { share: 0.5 } }]`)
    for (let i = 0; i < 200; i += 1) await sendLog(rig, `line ${i}`)
    expect(rig.stored.logs.length).toBeGreaterThan(60)
    expect(rig.stored.logs.length).toBeLessThan(140)
    expect((await rig.crash()).stored.logs).toEqual(rig.stored.logs)
  })
})

describe('a tenant that sends more than it may', () => {
  it('is told when to come again, and another does not notice', async () => {
    const rig = await Rig.started({
      config: { tenant_limits: { loud: { items_per_second: 1, burst_seconds: 2 } } },
    })
    const send = (tenant: string) => rig.send('/api/v1/write', write(up()), SNAPPY, {}, tenant)
    for (let i = 0; i < 2; i += 1) expect((await send('loud')).status).toBe(204)
    await expect(send('loud')).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 1 })
    expect((await send('quiet')).status).toBe(204)
    await rig.clock.advance(3_000)
    expect((await send('loud')).status).toBe(204)
  })
})
