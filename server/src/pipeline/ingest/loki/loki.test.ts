import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { compressSync } from 'snappy'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { coded, JSON_TYPE, nanos, now, SNAPPY } from '../request.suite.ts'
import { Rig } from '../rig.suite.ts'
import { encodePush } from './proto.suite.ts'

const PUSH = '/loki/api/v1/push'
const at = (ms: number) => ({ seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1_000_000 })
const push = (...streams: unknown[]): Buffer => compressSync(encodePush({ streams })) as Buffer

/** As Promtail sends a Kubernetes pod's log. */
const promtail = {
  labels:
    '{app="cart", container="server", filename="/var/log/pods/shop_cart-0/server/0.log", job="shop/cart", namespace="shop", pod="cart-0", stream="stderr"}',
  hash: '1234567890123',
  entries: [
    { timestamp: at(now + 1), line: 'level=warn msg="stock is low" sku=4711' },
    {
      timestamp: at(now + 2),
      line: 'panic soon',
      structuredMetadata: [
        { name: 'trace_id', value: '5B8EFFF798038103D269B633813FC60C' },
        { name: 'span_id', value: 'eee19b7ec3c1b174' },
        { name: 'detected_level', value: 'error' },
        { name: 'user', value: 'u1' },
      ],
    },
  ],
}
const streamsJson = (...values: unknown[]) => ({
  streams: [{ stream: { job: 'varlogs', level: 'info' }, values }],
})

describe('Loki push', () => {
  it('takes what Promtail sends, protobuf and snappy, with a stream as labels and its metadata as attributes', async () => {
    const rig = await Rig.started()
    expect(await rig.send(PUSH, push(promtail), SNAPPY)).toEqual({ status: 204 })
    expect(rig.stored.logs.map(({ labels, attributes, ...rest }) => ({ ...rest, ...attributes }))).toEqual([
      {
        timeMs: now + 1,
        severity: 'WARN',
        message: 'level=warn msg="stock is low" sku=4711',
        traceId: '',
        spanId: '',
      },
      {
        timeMs: now + 2,
        severity: 'ERROR',
        message: 'panic soon',
        traceId: '5b8efff798038103d269b633813fc60c',
        spanId: 'eee19b7ec3c1b174',
        detected_level: 'error',
        user: 'u1',
      },
    ])
    expect({ ...rig.stored.logs[0]?.labels }).toEqual({
      app: 'cart',
      container: 'server',
      filename: '/var/log/pods/shop_cart-0/server/0.log',
      job: 'shop/cart',
      namespace: 'shop',
      pod: 'cart-0',
      stream: 'stderr',
      'service.name': 'cart',
    })
    expect(rig.stored.logs[0]?.labels).toBe(rig.stored.logs[1]?.labels)
  })

  it('takes what Alloy sends as JSON, gzip and structured metadata included', async () => {
    const rig = await Rig.started()
    const body = streamsJson(
      [nanos(now), 'first'],
      [nanos(now + 1), '{"level":"error"}', { trace_id: '0242ac120002', severity_number: '21' }],
    )
    const reply = await rig.send(PUSH, gzipSync(JSON.stringify(body)), {
      ...JSON_TYPE,
      'content-encoding': 'gzip',
    })
    expect(reply).toEqual({ status: 204 })
    expect(
      rig.stored.logs.map(({ timeMs, severity, message, traceId }) => [timeMs, severity, message, traceId]),
    ).toEqual([
      [now, 'INFO', 'first', ''],
      [now + 1, 'FATAL', '{"level":"error"}', ''],
    ])
    expect(rig.stored.logs[1]?.attributes).toMatchObject({ trace_id: '0242ac120002' })
    expect(rig.stored.logs[0]?.labels).toMatchObject({ job: 'varlogs', 'service.name': 'varlogs' })
  })

  it("takes what Fluent Bit's loki output sends", async () => {
    const rig = await Rig.started()
    const body =
      '{"streams":[{"stream":{"job":"fluent-bit"},"values":[["1700000000123456789","{\\"log\\":\\"hello\\",\\"level\\":\\"DEBUG\\"}"]]}]}'
    expect(await rig.send(PUSH, body, JSON_TYPE)).toEqual({ status: 204 })
    expect(rig.stored.logs).toMatchObject([{ timeMs: 1_700_000_000_123, severity: 'DEBUG' }])
  })

  it('takes the form before 1.0 on its old path', async () => {
    const rig = await Rig.started()
    const body = {
      streams: [{ labels: '{job="old"}', entries: [{ ts: '2023-11-14T22:13:20.5+00:00', line: 'x' }] }],
    }
    expect(await rig.send('/api/prom/push', JSON.stringify(body), JSON_TYPE)).toEqual({ status: 204 })
    expect(rig.stored.logs).toMatchObject([{ timeMs: now + 500, message: 'x', labels: { job: 'old' } }])
  })

  it('takes what it can and names the first line or stream that it cannot', async () => {
    const rig = await Rig.started()
    const bad = { labels: '{job=}', entries: [{ line: 'a' }, { line: 'b' }] }
    await expect(rig.send(PUSH, push(bad, promtail), SNAPPY)).rejects.toMatchObject({
      code: 'INVALID_LABELS',
      message: expect.stringMatching(/^2 lines were not taken.* The other 2 lines were stored\.$/),
    })
    expect(rig.stored.logs).toHaveLength(2)
    await expect(
      rig.send(PUSH, JSON.stringify(streamsJson(['x', 'a'], [nanos(now), 'b'], [nanos(now)])), JSON_TYPE),
    ).rejects.toMatchObject({ code: 'INVALID_SAMPLE' })
    expect(rig.stored.logs).toHaveLength(3)
    await expect(
      rig.send(PUSH, push({ labels: '{}', entries: [{ line: 'a' }] }), SNAPPY),
    ).rejects.toMatchObject(coded('INVALID_LABELS'))
  })

  it('finds labels that come after the entries', async () => {
    const rig = await Rig.started()
    const entry = encodePush({ streams: [{ entries: [{ timestamp: at(now), line: 'x' }] }] })
    const labels = encodePush({ streams: [{ labels: '{a="b"}' }] })
    const stream = Buffer.concat([entry.subarray(2), labels.subarray(2)])
    const body = Buffer.concat([Buffer.from([0x0a, stream.length]), stream])
    expect(await rig.send(PUSH, compressSync(body) as Buffer, SNAPPY)).toEqual({ status: 204 })
    expect(rig.stored.logs).toMatchObject([{ labels: { a: 'b' }, message: 'x' }])
  })

  it('says the same again when the log is replayed', async () => {
    const rig = await Rig.started()
    await rig.send(PUSH, push(promtail), SNAPPY)
    const after = await rig.crash()
    expect(after.stored.logs).toEqual(rig.stored.logs)
  })

  it('refuses in plain text, as Loki does', async () => {
    const rig = await Rig.started()
    const receiver = rig.ingest.receivers.find(({ path }) => path === PUSH)!
    const fault = await rig.send(PUSH, '{', JSON_TYPE).catch((error) => error)
    expect(receiver.refuse?.(fault, {})).toMatchObject({
      status: 400,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: expect.stringMatching(/^The body is not JSON: .*\n$/),
    })
  })

  it.each([
    ['no object', '[]'],
    ['streams that are no list', '{"streams":{}}'],
    ['a stream that is none', '{"streams":[1]}'],
    ['values that are no list', '{"streams":[{"stream":{"a":"b"},"values":"x"}]}'],
    ['labels that are no text', '{"streams":[{"stream":{"a":1},"values":[["1","x"]]}]}'],
    ['a poisoned label', '{"streams":[{"stream":{"__proto__":"x"},"values":[["1","x"]]}]}'],
    [
      'a poisoned metadata name',
      '{"streams":[{"stream":{"a":"b"},"values":[["1","x",{"constructor":"y"}]]}]}',
    ],
    [
      'metadata deeper than any stack',
      `{"streams":[{"stream":{"a":"b"},"values":[["1","x",{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}]]}]}`,
    ],
  ])('refuses %s', async (_, body) => {
    const rig = await Rig.started()
    const fault = await rig.send(PUSH, body, JSON_TYPE).catch((error) => error)
    expect(isFault(fault) && fault.status >= 400 && fault.status < 500).toBe(true)
    expect(rig.stored.logs).toEqual([])
  })

  it('refuses a bomb before it is unpacked, another content type and another encoding', async () => {
    const rig = await Rig.started({ config: { decompressed_bytes_max: 10_000, json_bytes_max: 10_000 } })
    const bomb = gzipSync(Buffer.alloc(5_000_000, 32))
    await expect(rig.send(PUSH, bomb, { ...JSON_TYPE, 'content-encoding': 'gzip' })).rejects.toMatchObject(
      coded('BODY_TOO_LARGE'),
    )
    await expect(rig.send(PUSH, compressSync(Buffer.alloc(20_000)) as Buffer, SNAPPY)).rejects.toMatchObject(
      coded('BODY_TOO_LARGE'),
    )
    for (const headers of [{ 'content-type': 'text/plain' }, { ...JSON_TYPE, 'content-encoding': 'br' }])
      await expect(rig.send(PUSH, '{}', headers)).rejects.toMatchObject(coded('UNSUPPORTED_MEDIA_TYPE'))
  })

  it('throws nothing but a fault, whatever arrives', async () => {
    const rig = await Rig.started()
    const whole = encodePush({ streams: [promtail] })
    const flip = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(flip, fc.nat(whole.length), async (flips, cut) => {
        const body = Buffer.from(whole.subarray(0, cut))
        for (const [index, byte] of flips) if (index < cut) body[index] = byte
        const fault = await rig.send(PUSH, compressSync(body) as Buffer, SNAPPY).catch((error) => error)
        expect(isFault(fault) || fault.status === 204).toBe(true)
      }),
      { numRuns: 500 },
    )
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), async (value) => {
        const body = JSON.stringify({ streams: [{ stream: { a: 'b' }, values: value }, value] })
        const fault = await rig.send(PUSH, body, JSON_TYPE).catch((error) => error)
        expect(isFault(fault) || fault.status === 204).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
