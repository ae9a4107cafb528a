import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { coded, now } from '../request.suite.ts'
import { Rig } from '../rig.suite.ts'

const BULK = '/elasticsearch/_bulk'
const NDJSON = { 'content-type': 'application/x-ndjson' }
const bulk = (...documents: unknown[]): string =>
  documents.map((document) => `{"create":{}}\n${JSON.stringify(document)}\n`).join('')
const send = async (rig: Rig, body: string | Buffer, headers: Record<string, string> = NDJSON) => {
  const reply = await rig.send(BULK, body, headers)
  return { status: reply.status, ...JSON.parse(String(reply.body)) }
}
const time = new Date(now).toISOString()

/** As Filebeat writes a container's line, in the Elastic Common Schema. */
const filebeat = {
  '@timestamp': time,
  message: 'stock is low',
  log: { level: 'warn', offset: 12, file: { path: '/var/log/cart.log' } },
  service: { name: 'cart', environment: 'prod' },
  kubernetes: { pod: { name: 'cart-0' }, namespace: 'shop', labels: { tier: 'web' } },
  host: { name: 'h1' },
  trace: { id: '5b8efff798038103d269b633813fc60c' },
  tags: ['a', 'b'],
}
/** As Fluent Bit's `es` output with its Kubernetes filter. */
const fluentBit = {
  '@timestamp': time,
  log: 'ERROR it broke',
  stream: 'stderr',
  kubernetes: { pod_name: 'pay-0', namespace_name: 'shop', host: 'node-1' },
}

describe("Elasticsearch's bulk API", () => {
  it('is put as well as posted, since Elastic’s own clients put', async () => {
    const rig = await Rig.started()
    const methods = [BULK, '/elasticsearch/{index}/_bulk'].map((path) =>
      rig.ingest.receivers.filter((receiver) => receiver.path === path).map(({ method }) => method),
    )
    expect(methods).toEqual([
      ['POST', 'PUT'],
      ['POST', 'PUT'],
    ])
  })

  it('takes what Filebeat and Fluent Bit send', async () => {
    const rig = await Rig.started()
    expect(await send(rig, bulk(filebeat, fluentBit))).toMatchObject({
      status: 200,
      errors: false,
      items: [{ create: { status: 201 } }, { create: { status: 201 } }],
    })
    expect(
      rig.stored.logs.map(({ labels, attributes, ...rest }) => ({
        ...rest,
        labels: { ...labels },
        attributes: { ...attributes },
      })),
    ).toEqual([
      {
        timeMs: now,
        severity: 'WARN',
        message: 'stock is low',
        labels: {
          'service.name': 'cart',
          'deployment.environment.name': 'prod',
          'k8s.pod.name': 'cart-0',
          'k8s.namespace.name': 'shop',
          'host.name': 'h1',
        },
        attributes: {
          'log.offset': '12',
          'log.file.path': '/var/log/cart.log',
          'kubernetes.labels.tier': 'web',
          tags: '["a","b"]',
        },
        traceId: filebeat.trace.id,
        spanId: '',
      },
      {
        timeMs: now,
        severity: 'ERROR',
        message: 'ERROR it broke',
        labels: { 'k8s.pod.name': 'pay-0', 'k8s.namespace.name': 'shop', 'k8s.node.name': 'node-1' },
        attributes: { stream: 'stderr' },
        traceId: '',
        spanId: '',
      },
    ])
  })

  it('answers each action, the good and the bad', async () => {
    const rig = await Rig.started()
    const body = [
      '{"index":{"_index":"x","_id":"1"}}',
      '{"message":"a"}',
      '{"create":{}}',
      '{"message":',
      '{"delete":{"_id":"1"}}',
      '{"update":{"_id":"1"}}',
      '{"doc":{}}',
      '{"create":{}}',
      '{"__proto__":"x"}',
      '{"create":{}}',
      '{"level":"loud","trace_id":"short","@timestamp":"later"}',
    ].join('\n')
    const answer = await send(rig, body)
    expect(answer.errors).toBe(true)
    expect(
      answer.items.map((item: object) => Object.entries(item).map(([name, { status }]) => [name, status])[0]),
    ).toEqual([
      ['index', 201],
      ['create', 400],
      ['delete', 400],
      ['update', 400],
      ['create', 400],
      ['create', 201],
    ])
    expect(rig.stored.logs).toHaveLength(2)
    expect(rig.stored.logs[1]).toMatchObject({
      timeMs: rig.clock.now(),
      message: '{"level":"loud","trace_id":"short","@timestamp":"later"}',
      attributes: { level: 'loud', trace_id: 'short', '@timestamp': 'later' },
    })
  })

  it('takes it compressed, and says the same again when the log is replayed', async () => {
    const rig = await Rig.started()
    await rig.send(BULK, gzipSync(bulk(filebeat)), { ...NDJSON, 'content-encoding': 'gzip' })
    const after = await rig.crash()
    expect(after.stored.logs).toEqual(rig.stored.logs)
    expect(after.stored.logs).toHaveLength(1)
  })

  it.each([
    ['{"message":"no action"}\n{"create":{}}', 'INVALID_REQUEST'],
    ['{"create":{}}', 'INVALID_REQUEST'],
    ['{"create":{},"index":{}}\n{}', 'INVALID_REQUEST'],
    ['nonsense', 'INVALID_REQUEST'],
    [Buffer.from([0xff]), 'INVALID_REQUEST'],
    [bulk(...Array.from({ length: 11 }, () => ({}))), 'BODY_TOO_LARGE'],
  ])('refuses a body that is none, case %#', async (body, code) => {
    const rig = await Rig.started({ config: { items_per_request_max: 10 } })
    await expect(rig.send(BULK, body, NDJSON)).rejects.toMatchObject(coded(code))
    expect(rig.stored.logs).toEqual([])
  })

  it('says what it is when asked, and its errors in the form that shippers read', async () => {
    const rig = await Rig.started()
    expect((await rig.send('/elasticsearch/', '')).headers).toMatchObject({
      'x-elastic-product': 'Elasticsearch',
    })
    const fault = await rig.send(BULK, 'x', NDJSON).catch((error) => error)
    const receiver = rig.ingest.receivers.find(({ path }) => path === BULK)
    expect(JSON.parse(String(receiver?.refuse?.(fault, {})?.body))).toMatchObject({
      status: 400,
      error: { type: 'invalid_request' },
    })
  })

  it('throws nothing but a fault, whatever arrives', async () => {
    const rig = await Rig.started()
    const deep = `${'{"a":'.repeat(300_000)}1${'}'.repeat(300_000)}`
    const lists = `{"a":${'['.repeat(300_000)}${']'.repeat(300_000)}}`
    for (const document of [deep, lists]) {
      const answer = await send(rig, `{"create":{}}\n${document}`)
      expect(answer).toMatchObject({ errors: true })
    }
    const line = fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.constantFrom('{"create":{}}', '{"index":{}}', '{"delete":{}}', '', '{"message":1}'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 6 }), async (lines) => {
        const result = await rig.send(BULK, lines.join('\n'), NDJSON).catch((error) => error)
        expect(isFault(result) || result.status === 200).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})
