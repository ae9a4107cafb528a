import { gzipSync } from 'node:zlib'
import { compressSync } from 'snappy'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { RelayEntry } from '../../port/relay-log.ts'
import { IngestConfig, type IngestReply, type IngestRequest, passOnReceivers } from './index.ts'

const json = { 'content-type': 'application/json' }

function rig(config: object = {}, keep?: () => Promise<void>) {
  const kept: RelayEntry[] = []
  const receivers = passOnReceivers(
    {
      ...{ clock: new ManualClock(5_000), random: seededRandom(1) },
      keep: keep ?? (async (entry) => void kept.push(entry)),
    },
    IngestConfig.parse(config),
  )
  const send = (
    path: string,
    headers: Record<string, string>,
    body: string | Buffer,
    more: Partial<IngestRequest> & { method?: string } = {},
  ): Promise<IngestReply> => {
    const { method = 'POST', ...rest } = more
    const receiver = receivers.find((one) => one.path === path && (one.method ?? 'POST') === method)
    if (!receiver) throw new Error(`there is no ${method} ${path}`)
    return receiver.handle({
      ...{ tenant: 'shop', actor: 'x', headers, params: {}, query: new URLSearchParams() },
      ...{ body: Buffer.from(body as string), ...rest },
    })
  }
  return { kept, receivers, send }
}

describe('the paths of a process that sends on', () => {
  it('are those of every protocol over HTTP', () => {
    const paths = rig().receivers.map(({ path }) => path)
    for (const path of [
      ...[
        '/api/v1/write',
        '/api/v1/metrics/write',
        '/api/v1/logs/write',
        '/v1/metrics',
        '/v1/logs',
        '/v1/traces',
      ],
      ...[
        '/loki/api/v1/push',
        '/api/v2/spans',
        '/elasticsearch/_bulk',
        '/api/v1/alerts/webhook',
        '/api/v2/alerts',
      ],
      ...['/api/v1/alerts/from/{mapping}', '/api/v1/events/cloudevents'],
    ])
      expect(paths).toContain(path)
    expect(paths).not.toContain('/v2/enqueue')
  })

  it('keep a body as it came, with what tells how it is written and when it came, and nothing that is secret', async () => {
    const { kept, send } = rig()
    const body = gzipSync('{"logs": []}')
    const headers = { ...json, 'content-encoding': 'gzip', authorization: 'Bearer secret', cookie: 'secret' }
    expect(await send('/v1/logs', headers, body)).toMatchObject({ status: 200 })
    expect(kept).toEqual([
      {
        ...{ tenant: 'shop', method: 'POST', path: '/v1/logs', body, receivedMs: 5_000 },
        headers: { ...json, 'content-encoding': 'gzip', 'x-aiops-received-ms': '5000' },
      },
    ])
  })

  it('keep the parts of a path and its query, but for a key', async () => {
    const { kept, send } = rig()
    const query = new URLSearchParams('token=secret&a=b c')
    const params = { mapping: 'my/own' }
    await send('/api/v1/alerts/from/{mapping}', json, '{}', { params, query })
    expect(kept[0]?.path).toBe('/api/v1/alerts/from/my%2Fown?a=b+c')
  })

  it.each<[string, Record<string, string>, string | Buffer, string]>([
    ['/v1/logs', { 'content-type': 'text/html' }, 'x', 'UNSUPPORTED_MEDIA_TYPE'],
    ['/v1/logs', { ...json, 'content-encoding': 'br' }, 'x', 'UNSUPPORTED_MEDIA_TYPE'],
    ['/v1/traces', { ...json, 'content-encoding': 'gzip' }, 'no gzip', 'INVALID_REQUEST'],
    [
      '/api/v1/write',
      { 'content-encoding': 'snappy' },
      Buffer.from([0xff, 0xff, 0xff, 0x7f, 1]),
      'BODY_TOO_LARGE',
    ],
    ['/loki/api/v1/push', json, 'x'.repeat(2_000), 'BODY_TOO_LARGE'],
    ['/v1/metrics', { ...json, 'content-encoding': 'gzip' }, gzipSync('x'.repeat(90_000)), 'BODY_TOO_LARGE'],
    ['/api/v1/alerts/webhook', { ...json, 'content-encoding': 'gzip' }, 'no gzip', 'INVALID_REQUEST'],
  ])(
    'refuse at %s what is not as it says or too large, and keep nothing of it',
    async (path, headers, body, code) => {
      const { kept, send } = rig({ body_bytes_max: 1_000, decompressed_bytes_max: 50_000 })
      await expect(send(path, headers, body)).rejects.toMatchObject({ code })
      expect(kept).toEqual([])
    },
  )

  it('answer only once it is kept, and pass on why it cannot be', async () => {
    const { send } = rig({}, async () => {
      throw new Fault('QUEUE_FULL', 'full')
    })
    await expect(send('/v1/logs', json, '{}')).rejects.toMatchObject({ code: 'QUEUE_FULL' })
    await expect(send('/api/v2/alerts', json, '[]')).rejects.toMatchObject({ code: 'QUEUE_FULL' })
  })

  it('count where the answer must tell how many', async () => {
    const { kept, send } = rig()
    const bulk = '{"index":{}}\n{"message":"a"}\n{"create":{}}\n{"message":"b"}\n'
    const answer = await send('/elasticsearch/_bulk', { 'content-type': 'application/x-ndjson' }, bulk)
    expect(JSON.parse(String(answer.body))).toMatchObject({
      ...{ errors: false, items: [{ index: { status: 201 } }, { create: { status: 201 } }] },
    })
    const plain = await send('/api/v1/logs/write', json, '{"message": "nightly copy ended"}')
    expect(JSON.parse(String(plain.body))).toMatchObject({ accepted: 1, rejected: 0 })
    const metrics = await send('/api/v1/metrics/write', json, '{"name": "m", "value": 1}')
    expect(JSON.parse(String(metrics.body))).toMatchObject({ accepted: 1 })
    expect(kept).toHaveLength(3)
    await expect(send('/api/v1/metrics/write', json, '{"name": "", "value": 1}')).rejects.toBeInstanceOf(
      Fault,
    )
    expect(kept).toHaveLength(3)
  })

  it('tell a sender of remote write 2.0 how many samples there were', async () => {
    const { send } = rig()
    // symbols "", "__name__", "m"; one series with one sample (value 1, time 5,000).
    const series = [0x0a, 2, 1, 2, 0x12, 12, 0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0x88, 0x27]
    const symbols = ['', '__name__', 'm'].flatMap((text) => [0x22, text.length, ...Buffer.from(text)])
    const body = compressSync(Buffer.from([...symbols, 0x2a, series.length, ...series])) as Buffer
    const answer = await send(
      '/api/v1/write',
      {
        ...{ 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request' },
        'content-encoding': 'snappy',
      },
      body,
    )
    expect(answer).toMatchObject({
      ...{ status: 204, headers: { 'x-prometheus-remote-write-samples-written': '1' } },
    })
  })
})
