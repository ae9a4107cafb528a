import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A receiver of OTLP/HTTP protobuf for tests: reads the wire format (protobuf.dev/programming-guides/encoding) by
 * field number as in opentelemetry-proto 1.x, only the fields a claim needs.
 */

export type SinkSpan = {
  service: string
  version: string
  traceId: string
  name: string
  kind: number
  failed: boolean
  durationMs: number
}

/** A number as exported, at its arrival; for a histogram `value` is the sum and `count` its count. */
export type SinkPoint = {
  service: string
  pid: number
  name: string
  labels: Record<string, string>
  value: number
  count: number
  atMs: number
}

export type SinkLog = { service: string; severity: string; message: string; traced: boolean }

export type Sink = {
  url: string
  spans: SinkSpan[]
  points: SinkPoint[]
  logs: SinkLog[]
  /** Every body received, for searching. */
  bodies: Buffer[]
  close(): Promise<void>
}

export async function startSink(): Promise<Sink> {
  const sink = {
    spans: [] as SinkSpan[],
    points: [] as SinkPoint[],
    logs: [] as SinkLog[],
    bodies: [] as Buffer[],
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts)
      sink.bodies.push(body)
      if (request.url === '/v1/traces') readTraces(body, sink.spans)
      else if (request.url === '/v1/metrics') readMetrics(body, sink.points)
      else if (request.url === '/v1/logs') readLogs(body, sink.logs)
      response.writeHead(200, { 'content-type': 'application/x-protobuf' })
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { ...sink, url: `http://127.0.0.1:${port}`, close }
}

function readTraces(body: Buffer, spans: SinkSpan[]): void {
  for (const group of new Message(body).messages(1)) {
    const resource = attributes(group.message(1), 1)
    for (const span of group.messages(2).flatMap((scope) => scope.messages(2))) {
      spans.push({
        service: resource['service.name'] ?? '',
        version: resource['service.version'] ?? '',
        traceId: span.bytes(1).toString('hex'),
        name: span.text(5),
        kind: span.number(6),
        failed: span.message(15).number(3) === 2,
        durationMs: Number(span.fixed64(8) - span.fixed64(7)) / 1e6,
      })
    }
  }
}

function readMetrics(body: Buffer, points: SinkPoint[]): void {
  const atMs = performance.now()
  for (const group of new Message(body).messages(1)) {
    const resource = attributes(group.message(1), 1)
    const origin = { service: resource['service.name'] ?? '', pid: Number(resource['process.pid']), atMs }
    for (const metric of group.messages(2).flatMap((scope) => scope.messages(2))) {
      const name = metric.text(1)
      // Gauge is field 5, sum 7, histogram 9; the points are field 1 of each.
      for (const point of [...metric.message(5).messages(1), ...metric.message(7).messages(1)]) {
        const value = point.has(4) ? point.double(4) : Number(point.fixed64(6))
        points.push({ ...origin, name, labels: attributes(point, 7), value, count: 0 })
      }
      for (const point of metric.message(9).messages(1)) {
        const count = Number(point.fixed64(4))
        points.push({ ...origin, name, labels: attributes(point, 9), value: point.double(5), count })
      }
    }
  }
}

function readLogs(body: Buffer, logs: SinkLog[]): void {
  for (const group of new Message(body).messages(1)) {
    const service = attributes(group.message(1), 1)['service.name'] ?? ''
    for (const log of group.messages(2).flatMap((scope) => scope.messages(2))) {
      logs.push({
        service,
        severity: log.text(3),
        message: log.message(5).text(1),
        traced: log.bytes(9).length > 0,
      })
    }
  }
}

/** KeyValue lists: key is field 1, AnyValue field 2 with string 1, int 3, double 4. */
function attributes(holder: Message, field: number): Record<string, string> {
  const result: Record<string, string> = {}
  for (const pair of holder.messages(field)) {
    const value = pair.message(2)
    if (value.has(1)) result[pair.text(1)] = value.text(1)
    else result[pair.text(1)] = String(value.has(3) ? value.number(3) : value.double(4))
  }
  return result
}

/** One protobuf message, split into its fields. */
class Message {
  readonly #fields = new Map<number, (Buffer | bigint)[]>()

  constructor(bytes: Buffer) {
    let at = 0
    const varint = () => {
      let value = 0n
      for (let shift = 0n; ; shift += 7n) {
        const byte = bytes[at++] ?? 0
        value |= BigInt(byte & 0x7f) << shift
        if (byte < 0x80) return value
      }
    }
    while (at < bytes.length) {
      const tag = Number(varint())
      const wire = tag & 7
      let value: Buffer | bigint
      if (wire === 0) value = varint()
      else {
        const size = wire === 1 ? 8 : wire === 5 ? 4 : Number(varint())
        value = bytes.subarray(at, at + size)
        at += size
      }
      const field = tag >>> 3
      this.#fields.set(field, [...(this.#fields.get(field) ?? []), value])
    }
  }

  has(field: number): boolean {
    return this.#fields.has(field)
  }

  messages(field: number): Message[] {
    return (this.#fields.get(field) ?? []).map((value) => new Message(value as Buffer))
  }

  /** The last one, empty where absent. */
  message(field: number): Message {
    return new Message(this.bytes(field))
  }

  bytes(field: number): Buffer {
    return (this.#fields.get(field)?.at(-1) as Buffer | undefined) ?? Buffer.alloc(0)
  }

  text(field: number): string {
    return this.bytes(field).toString()
  }

  number(field: number): number {
    return Number(this.#fields.get(field)?.at(-1) ?? 0)
  }

  fixed64(field: number): bigint {
    const bytes = this.bytes(field)
    return bytes.length === 8 ? bytes.readBigUInt64LE() : 0n
  }

  double(field: number): number {
    const bytes = this.bytes(field)
    return bytes.length === 8 ? bytes.readDoubleLE() : 0
  }
}
