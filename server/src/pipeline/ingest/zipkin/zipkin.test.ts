import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { coded, JSON_TYPE, PROTOBUF } from '../request.suite.ts'
import { Rig } from '../rig.suite.ts'

const SPANS = '/api/v2/spans'
const { root } = protobuf.parse(`
syntax = "proto3";
package zipkin.proto3;
message ListOfSpans { repeated Span spans = 1; }
message Span {
  bytes trace_id = 1; bytes parent_id = 2; bytes id = 3; Kind kind = 4; string name = 5; fixed64 timestamp = 6; uint64 duration = 7;
  Endpoint local_endpoint = 8; Endpoint remote_endpoint = 9; repeated Annotation annotations = 10; map<string, string> tags = 11; bool debug = 12; bool shared = 13;
  enum Kind { SPAN_KIND_UNSPECIFIED = 0; CLIENT = 1; SERVER = 2; PRODUCER = 3; CONSUMER = 4; } }
message Endpoint { string service_name = 1; bytes ipv4 = 2; bytes ipv6 = 3; int32 port = 4; }
message Annotation { fixed64 timestamp = 1; string value = 2; }
`)
const list = root.lookupType('zipkin.proto3.ListOfSpans')
const encode = (...spans: unknown[]): Buffer => Buffer.from(list.encode(list.fromObject({ spans })).finish())

/** The example of Zipkin's own API documentation. */
const example = {
  traceId: '5982fe77008310cc80f1da5e10147517',
  name: 'get',
  id: 'bd7a977555f6b982',
  timestamp: 1_458_702_548_467_000,
  duration: 386_000,
  localEndpoint: { serviceName: 'zipkin-query', ipv4: '192.168.1.2', port: 9411 },
  annotations: [
    { timestamp: 1_458_702_548_467_000, value: 'sr' },
    { timestamp: 1_458_702_548_853_000, value: 'ss' },
  ],
}
const client = {
  traceId: '86154a4ba6e91385',
  id: '86154a4ba6e91385',
  kind: 'CLIENT',
  name: 'get /api',
  timestamp: 1_472_470_996_199_000,
  duration: 207_000,
  localEndpoint: { serviceName: 'frontend' },
  remoteEndpoint: { serviceName: 'backend', ipv4: '192.168.99.101', port: 9000 },
  tags: { 'http.path': '/api', error: 'timed out' },
}
const server = {
  ...client,
  kind: 'SERVER',
  shared: true,
  localEndpoint: { serviceName: 'backend' },
  remoteEndpoint: undefined,
  tags: {},
}
const inner = {
  traceId: client.traceId,
  parentId: client.id,
  id: 'd09e000000000001',
  name: 'query',
  localEndpoint: { serviceName: 'backend' },
  timestamp: 1_472_470_996_210_000,
}
const sendJson = (rig: Rig, body: unknown) => rig.send(SPANS, JSON.stringify(body), JSON_TYPE)

describe('Zipkin spans', () => {
  it('of the API documentation are spans here', async () => {
    const rig = await Rig.started()
    expect(await sendJson(rig, [example])).toEqual({ status: 202 })
    expect(
      rig.stored.spans.map(({ attributes, ...span }) => ({ ...span, attributes: { ...attributes } })),
    ).toEqual([
      {
        traceId: example.traceId,
        spanId: example.id,
        parentSpanId: '',
        name: 'get',
        service: 'zipkin-query',
        resourceKeys: [],
        kind: 'INTERNAL',
        startMs: 1_458_702_548_467,
        durationMs: 386,
        status: 'UNSET',
        statusMessage: '',
        attributes: {
          'network.local.address': '192.168.1.2',
          'network.local.port': '9411',
          'service.name': 'zipkin-query',
        },
        events: [
          { timeMs: 1_458_702_548_467, name: 'sr', attributes: {} },
          { timeMs: 1_458_702_548_853, name: 'ss', attributes: {} },
        ],
      },
    ])
  })

  it('have their peer, their error and short ids written out', async () => {
    const rig = await Rig.started()
    await sendJson(rig, [client])
    expect(rig.stored.spans).toMatchObject([
      {
        traceId: '000000000000000086154a4ba6e91385',
        kind: 'CLIENT',
        service: 'frontend',
        status: 'ERROR',
        statusMessage: 'timed out',
        attributes: {
          'peer.service': 'backend',
          'network.peer.address': '192.168.99.101',
          'network.peer.port': '9000',
          'http.path': '/api',
        },
      },
    ])
  })

  it.each([
    [{ error: 'true' }, 'ERROR', ''],
    [{ error: '' }, 'ERROR', ''],
    [{ error: 'false' }, 'UNSET', ''],
    [{ error: 'x', 'otel.status_code': 'OK' }, 'OK', ''],
    [{ 'otel.status_code': 'ERROR', 'otel.status_description': 'why' }, 'ERROR', 'why'],
  ])('with tags %o have status %s', async (tags, status, statusMessage) => {
    const rig = await Rig.started()
    await sendJson(rig, [{ ...client, tags }])
    expect(rig.stored.spans).toMatchObject([{ status, statusMessage }])
  })

  it('that share an id are two, the server under the client, and its own children under it', async () => {
    const rig = await Rig.started()
    await sendJson(rig, [client])
    await sendJson(rig, [inner, server])
    const [ofClient, ofInner, ofServer] = rig.stored.spans
    expect(ofServer?.parentSpanId).toBe(ofClient?.spanId)
    expect(ofServer?.spanId).not.toBe(ofClient?.spanId)
    expect(ofInner?.parentSpanId).toBe(ofServer?.spanId)
  })

  it('are the same in protobuf as in JSON', async () => {
    const bytes = (id: string) => [...Buffer.from(id, 'hex')]
    const inProtobuf = (span: typeof client) => ({
      ...span,
      traceId: bytes(span.traceId),
      id: bytes(span.id),
      localEndpoint: { serviceName: span.localEndpoint.serviceName },
      ...(span.remoteEndpoint
        ? { remoteEndpoint: { ...span.remoteEndpoint, ipv4: [192, 168, 99, 101] } }
        : {}),
    })
    const json = await Rig.started()
    await sendJson(json, [client, server])
    const binary = await Rig.started()
    const body = encode(inProtobuf(client), inProtobuf(server as never))
    expect(await binary.send(SPANS, body, PROTOBUF)).toEqual({ status: 202 })
    expect(binary.stored.spans).toEqual(json.stored.spans)
  })

  it('without a time have that of their first annotation, else of their receipt, and say so', async () => {
    const rig = await Rig.started()
    const { timestamp: _, duration: __, ...bare } = example
    await sendJson(rig, [bare, { ...bare, annotations: [] }])
    expect(rig.stored.spans).toMatchObject([
      { startMs: 1_458_702_548_467, durationMs: 0 },
      { startMs: rig.clock.now(), attributes: { 'zipkin.timestamp': 'absent' } },
    ])
  })

  it('keep their annotations but those without a time that is one', async () => {
    const rig = await Rig.started()
    const annotations = [
      { timestamp: 1e300, value: 'late' },
      { timestamp: -1, value: 'early' },
      { timestamp: 5_000, value: 'then' },
    ]
    await sendJson(rig, [{ ...example, annotations }])
    expect(rig.stored.spans[0]?.events).toEqual([{ timeMs: 5, name: 'then', attributes: {} }])
  })

  it('that are none are named, and the others taken', async () => {
    const rig = await Rig.started()
    const bad = [
      { ...client, traceId: 'xyz' },
      { ...client, id: '0' },
      { ...client, timestamp: -1 },
      { ...client, tags: { constructor: 'x' } },
      { ...client, kind: 3 },
      { traceId: '1', id: '1', binaryAnnotations: [] },
      7,
    ]
    await expect(sendJson(rig, [...bad, client])).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/^7 spans were not taken.* The other 1 spans were stored\.$/),
    })
    expect(rig.stored.spans).toHaveLength(1)
  })

  it('are refused whole where the body is no list, a bomb or of another type', async () => {
    const rig = await Rig.started({ config: { json_bytes_max: 10_000 } })
    await expect(sendJson(rig, {})).rejects.toMatchObject(coded('INVALID_REQUEST'))
    const bomb = gzipSync(Buffer.alloc(1_000_000, 32))
    await expect(rig.send(SPANS, bomb, { ...JSON_TYPE, 'content-encoding': 'gzip' })).rejects.toMatchObject(
      coded('BODY_TOO_LARGE'),
    )
    await expect(rig.send(SPANS, '', { 'content-type': 'application/x-thrift' })).rejects.toMatchObject(
      coded('UNSUPPORTED_MEDIA_TYPE'),
    )
  })

  it('throw nothing but a fault, whatever they are', async () => {
    const rig = await Rig.started()
    const settled = (result: unknown): boolean =>
      isFault(result) || (result as { status: number }).status === 202
    const odd = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant(client.id), fc.constant('CLIENT'))
    const keys = fc.constantFrom(...Object.keys(client), 'shared', 'annotations', 'parentId')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.dictionary(keys, odd), { maxLength: 3 }), async (spans) => {
        const body = spans.map((span) => ({ ...client, ...span }))
        expect(settled(await sendJson(rig, body).catch((error) => error))).toBe(true)
      }),
      { numRuns: 500 },
    )
    const whole = encode({
      traceId: [1, 2, 3, 4, 5, 6, 7, 8],
      id: [1, 2, 3, 4, 5, 6, 7, 8],
      tags: { a: 'b' },
      name: 'x',
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 5 }),
        async (flips) => {
          const body = Buffer.from(whole)
          for (const [at, byte] of flips) body[at] = byte
          expect(settled(await rig.send(SPANS, body, PROTOBUF).catch((error) => error))).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })
})
