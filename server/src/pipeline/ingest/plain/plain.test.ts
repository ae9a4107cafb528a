import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Fault, isFault } from '../../../kernel/fault.ts'
import { coded, JSON_TYPE, logs, now, PROTOBUF, SNAPPY, up, write } from '../request.suite.ts'
import { Rig } from '../rig.suite.ts'
import { encode } from '../wire/proto.suite.ts'

const METRICS = '/api/v1/metrics/write'
const LOGS = '/api/v1/logs/write'
const NDJSON = { 'content-type': 'application/x-ndjson' }
const send = async (rig: Rig, path: string, body: unknown, headers: Record<string, string> = JSON_TYPE) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const reply = await rig.send(path, text, headers)
  return { status: reply.status, ...JSON.parse(String(reply.body)) }
}
const shown = (rig: Rig) =>
  rig.stored.metrics.map(({ labels, kind, timeMs, value }) => ({ labels, kind, timeMs, value }))

describe('plain JSON metrics', () => {
  it('are samples, with what is not said filled in', async () => {
    const rig = await Rig.started()
    const metrics = [
      {
        name: 'queue.depth',
        labels: { queue: 'mail', shard: 3 },
        value: 12,
        timestamp: '2023-11-14T22:13:20.250Z',
      },
      { name: 'jobs_total', value: '7.5', timestamp: now / 1_000, unit: '1' },
      { name: 'temperature', value: -3, type: 'gauge' },
    ]
    expect(await send(rig, METRICS, { metrics })).toEqual({
      status: 200,
      accepted: 3,
      rejected: 0,
      errors: [],
    })
    expect(shown(rig)).toEqual([
      {
        labels: { __name__: 'queue.depth', queue: 'mail', shard: '3' },
        kind: 'GAUGE',
        timeMs: now + 250,
        value: 12,
      },
      { labels: { __name__: 'jobs_total' }, kind: 'COUNTER', timeMs: now, value: 7.5 },
      { labels: { __name__: 'temperature' }, kind: 'GAUGE', timeMs: rig.clock.now(), value: -3 },
    ])
  })

  it('may come as a list, as one object, as lines, and compressed', async () => {
    const one = { name: 'a', value: 1, timestamp: now }
    for (const [body, headers] of [
      [JSON.stringify([one]), JSON_TYPE],
      [JSON.stringify(one), JSON_TYPE],
      [`\n${JSON.stringify(one)}\n\n`, NDJSON],
    ] as const) {
      const rig = await Rig.started()
      expect(await send(rig, METRICS, body, headers)).toMatchObject({ accepted: 1 })
      await rig.send(METRICS, gzipSync(body), { ...headers, 'content-encoding': 'gzip' })
      expect(shown(rig)).toHaveLength(2)
    }
  })

  it('that cannot be taken are named one by one, while the others are', async () => {
    const rig = await Rig.started()
    const good = { name: 'a', value: 1 }
    const bad = [
      { value: 1 },
      { name: 'a', value: 'much' },
      { name: 'a', value: 1, timestamp: 'soon' },
      { name: 'a', value: 1, timestamp: now + 86_400_000 },
      { name: 'a', value: 1, type: 'sort' },
      { name: 'a', value: 1, labels: { b: {} } },
      { name: 'a', value: 1, labels: { __name__: 'b' } },
      { name: 'a', value: 1, labels: [] },
      5,
    ]
    const answer = await send(rig, METRICS, [good, ...bad])
    expect(answer).toMatchObject({ accepted: 1, rejected: 9 })
    expect(answer.errors.map(({ index }: { index: number }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(answer.errors[0]).toEqual({
      index: 1,
      code: 'INVALID_REQUEST',
      message: "name must be the metric's name, a string.",
    })
    const refused: Fault = await rig.send(METRICS, JSON.stringify(bad), JSON_TYPE).catch((error) => error)
    expect(refused.status).toBe(400)
    expect(refused.details[1]).toMatchObject({ path: 'metrics[1]' })
    expect(shown(rig)).toHaveLength(1)
  })

  it('leave protobuf on the same path to remote write', async () => {
    const rig = await Rig.started()
    expect(await rig.send(METRICS, write(up()), SNAPPY)).toMatchObject({ status: 204 })
    expect(shown(rig)).toMatchObject([{ labels: { __name__: 'up' } }])
    expect(await rig.metrics.render()).toContain('protocol="remote-write"')
  })
})

describe('plain JSON logs', () => {
  it('are log records, under the names that loggers give them too', async () => {
    const rig = await Rig.started()
    const body = [
      {
        timestamp: '1700000000123456789',
        message: 'sold',
        severity: 'INFO',
        labels: { 'service.name': 'cart' },
        attributes: { sku: 4711, tags: ['a'] },
        trace_id: '5B8EFFF798038103D269B633813FC60C',
        span_id: 'eee19b7ec3c1b174',
      },
      { time: now, level: 40, msg: 'low', pid: 12, service: 'cart', host: 'h1' },
      { message: { a: 1 } },
    ]
    expect(await send(rig, LOGS, { logs: body })).toEqual({
      status: 200,
      accepted: 3,
      rejected: 0,
      errors: [],
    })
    expect(
      rig.stored.logs.map(({ labels, attributes, ...rest }) => ({
        ...rest,
        labels: { ...labels },
        attributes: { ...attributes },
      })),
    ).toEqual([
      {
        timeMs: now + 123,
        severity: 'INFO',
        message: 'sold',
        labels: { 'service.name': 'cart' },
        attributes: { sku: '4711', tags: '["a"]' },
        traceId: '5b8efff798038103d269b633813fc60c',
        spanId: 'eee19b7ec3c1b174',
      },
      {
        timeMs: now,
        severity: 'WARN',
        message: 'low',
        labels: { 'service.name': 'cart', 'host.name': 'h1' },
        attributes: { pid: '12' },
        traceId: '',
        spanId: '',
      },
      {
        timeMs: rig.clock.now(),
        severity: 'UNSPECIFIED',
        message: '{"a":1}',
        labels: {},
        attributes: {},
        traceId: '',
        spanId: '',
      },
    ])
  })

  it('in lines lose only the line that is wrong', async () => {
    const rig = await Rig.started()
    const body =
      '{"message":"a"}\n{"message":\n{"message":"b","severity":"LOUD"}\n{"msg":"c","trace_id":"xyz"}\n{}\n{"message":"d"}'
    const answer = await send(rig, LOGS, body, NDJSON)
    expect(answer).toMatchObject({ accepted: 2, rejected: 4 })
    expect(answer.errors.map(({ index }: { index: number }) => index)).toEqual([1, 2, 3, 4])
    expect(rig.stored.logs.map(({ message }) => message)).toEqual(['a', 'd'])
  })

  it('leave protobuf on the same path to OTLP', async () => {
    const rig = await Rig.started()
    expect(await rig.send(LOGS, encode('otlp.LogsRequest', logs), PROTOBUF)).toMatchObject({ status: 200 })
    expect(rig.stored.logs).toMatchObject([{ message: 'hello' }])
    await expect(rig.send(LOGS, JSON.stringify(logs), JSON_TYPE)).rejects.toThrow('send it to /v1/logs')
  })

  it('say the same again when the log is replayed', async () => {
    const rig = await Rig.started()
    await send(rig, LOGS, { message: 'a', severity: 'WARN', x: 1 })
    await send(rig, METRICS, { name: 'a', value: 1 })
    const after = await rig.crash()
    expect(after.stored.logs).toEqual(rig.stored.logs)
    expect(shown(after)).toEqual(shown(rig))
  })
})

/** Deeper than any stack. */
const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`

it.each([
  ['text', { 'content-type': 'text/plain' }, 'UNSUPPORTED_MEDIA_TYPE'],
  ['[', JSON_TYPE, 'INVALID_REQUEST'],
  ['7', JSON_TYPE, 'INVALID_REQUEST'],
  ['{"metrics":{},"logs":{}}', JSON_TYPE, 'INVALID_REQUEST'],
  [`[${'{},'.repeat(11)}{}]`, JSON_TYPE, 'BODY_TOO_LARGE'],
  ['{"a":1}\n'.repeat(11), NDJSON, 'BODY_TOO_LARGE'],
  ['{"name":"a","value":1,"message":"m","labels":{"__proto__":"x"}}', JSON_TYPE, 'INVALID_LABELS'],
  ['{"name":"a","value":1,"message":"m","labels":{"a\\u0000":"x"}}', JSON_TYPE, 'INVALID_LABELS'],
  [Buffer.from([0x7b, 0xff]), NDJSON, 'INVALID_REQUEST'],
  [`{"name":"a","value":1,"message":${deep},"labels":{"a":${deep}}}`, JSON_TYPE, 'INVALID_REQUEST'],
  [`{"name":"a","value":${deep},"message":"m","severity":${deep}}`, JSON_TYPE, 'INVALID_REQUEST'],
])('case %# is refused on both paths', async (body, headers, code) => {
  const rig = await Rig.started({ config: { items_per_request_max: 10 } })
  for (const path of [METRICS, LOGS])
    await expect(rig.send(path, body, headers)).rejects.toMatchObject(coded(code))
})

it('nothing that arrives throws anything but a fault', async () => {
  const rig = await Rig.started()
  const key = fc.constantFrom(
    'name',
    'value',
    'labels',
    'timestamp',
    'type',
    'unit',
    'message',
    'severity',
    'attributes',
    '__proto__',
  )
  const item = fc.dictionary(key, fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant('a'), fc.integer()))
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 4 }), fc.boolean(), async (items, lines) => {
      const body = lines ? items.map((one) => JSON.stringify(one)).join('\n') : JSON.stringify(items)
      for (const path of [METRICS, LOGS]) {
        const result = await rig.send(path, body, lines ? NDJSON : JSON_TYPE).catch((error) => error)
        expect(isFault(result) || result.status === 200).toBe(true)
      }
    }),
    { numRuns: 1_000 },
  )
})
