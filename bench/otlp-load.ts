import { gzipSync } from 'node:zlib'
import { encode } from '../server/src/pipeline/ingest/wire/proto.suite.ts'

/**
 * Export requests as a collector sends them. Each body is encoded once; a turn writes new times, values and ids into it, so that
 * the sender costs little on a machine that both sides share.
 */
export type Template = { items: number; rawBytes: number; body(turn: number): Buffer }

const timeMark = 0x1122_3344_5566_7788n
const valueMark = 1.234_567_890_123e-77
const idMark = Buffer.from('f0e1d2c3b4a59687', 'hex')

const text = (key: string, value: string) => ({ key, value: { stringValue: value } })
const resourceOf = (i: number) => ({
  attributes: [
    text('service.name', `service-${i}`),
    text('service.namespace', 'shop'),
    text('service.instance.id', `service-${i}-7d9f8b6c5-${(i * 7_919).toString(36)}`),
    text('k8s.namespace.name', 'prod'),
    text('k8s.pod.name', `service-${i}-7d9f8b6c5-${(i * 7_919).toString(36)}`),
    text('host.name', `node-${i % 12}`),
    text('telemetry.sdk.language', 'java'),
    text('telemetry.sdk.version', '1.44.0'),
  ],
})
const scope = { name: 'io.opentelemetry.http', version: '2.10.0' }

/** One resource, `points` series of twenty metrics, half of them counters, four attributes each. */
export function metricTemplate(resource: number, points: number, startMs: number): Template {
  const perMetric = Math.ceil(points / 20)
  const metrics = Array.from({ length: 20 }, (_, m) => {
    const dataPoints = Array.from({ length: perMetric }, (_, p) => ({
      timeUnixNano: timeMark.toString(),
      startTimeUnixNano: '1700000000000000000',
      asDouble: valueMark,
      attributes: [
        text('http.request.method', ['GET', 'POST', 'PUT'][p % 3] ?? ''),
        text('http.route', `/api/v1/resource-${p}/items`),
        { key: 'http.response.status_code', value: { intValue: p % 9 === 0 ? '500' : '200' } },
        text('server.address', `service-${p % 12}.prod.svc`),
      ],
    }))
    const name = `http.server.measure.${m}`
    return m % 2 === 0
      ? { name, unit: 's', gauge: { dataPoints } }
      : { name, unit: '1', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints } }
  })
  const body = encode('otlp.MetricsRequest', {
    resourceMetrics: [{ resource: resourceOf(resource), scopeMetrics: [{ scope, metrics }] }],
  })
  const times = placesOf(body, timeBytes(timeMark))
  const values = placesOf(body, doubleBytes(valueMark))
  return {
    items: values.length,
    rawBytes: body.length,
    body(turn) {
      const nanos = BigInt(startMs + turn * 1_000) * 1_000_000n
      for (const at of times) body.writeBigUInt64LE(nanos, at)
      for (let i = 0; i < values.length; i += 1)
        body.writeDoubleLE(turn * 10 + ((i * 31 + turn * 17) % 97), values[i]!)
      return Buffer.from(body)
    },
  }
}

/** One resource, `lines` log records; `rawBytes` are the bytes of the lines alone, as they would stand in a file. */
export function logTemplates(resource: number, lines: number, turns: number, startMs: number): Template[] {
  const random = generator(resource + 1)
  return Array.from({ length: turns }, (_, turn) => {
    let rawBytes = 0
    const logRecords = Array.from({ length: lines }, (_, i) => {
      const { line, severityNumber } = lineOf(random, startMs + turn * 1_000 + i)
      rawBytes += Buffer.byteLength(line) + 1
      return {
        timeUnixNano: `${BigInt(startMs + turn * 1_000 + i) * 1_000_000n}`,
        observedTimeUnixNano: `${BigInt(startMs + turn * 1_000 + i + 40) * 1_000_000n}`,
        severityNumber,
        body: { stringValue: line },
        attributes: [text('log.file.name', 'app.log')],
      }
    })
    const body = encode('otlp.LogsRequest', {
      resourceLogs: [{ resource: resourceOf(resource), scopeLogs: [{ scope: {}, logRecords }] }],
    })
    return { items: lines, rawBytes, body: () => body }
  })
}

/** One resource, traces of ten spans, seven attributes each, an event in every tenth. */
export function spanTemplate(resource: number, spans: number, startMs: number): Template {
  const list = Array.from({ length: spans }, (_, i) => ({
    traceId: Buffer.concat([Buffer.alloc(7), Buffer.from([Math.floor(i / 10) + 1]), idMark]),
    spanId: Buffer.concat([Buffer.from([i >> 8, i & 255, 1, 2, 3, 4, 5, 6])]),
    parentSpanId:
      i % 10 === 0 ? Buffer.alloc(0) : Buffer.from([(i - 1) >> 8, (i - 1) & 255, 1, 2, 3, 4, 5, 6]),
    name: `GET /api/v1/resource-${i % 40}`,
    kind: (i % 3) + 1,
    startTimeUnixNano: timeMark.toString(),
    endTimeUnixNano: timeMark.toString(),
    attributes: [
      text('http.request.method', 'GET'),
      text('http.route', `/api/v1/resource-${i % 40}/{id}`),
      text('url.path', `/api/v1/resource-${i % 40}/${i * 7_919}`),
      { key: 'http.response.status_code', value: { intValue: '200' } },
      text('server.address', `service-${i % 12}.prod.svc`),
      text('user_agent.original', 'okhttp/4.12.0'),
      { key: 'thread.id', value: { intValue: String(i % 200) } },
    ],
    ...(i % 10 === 9
      ? {
          events: [
            { timeUnixNano: timeMark.toString(), name: 'retry', attributes: [text('reason', 'timeout')] },
          ],
        }
      : {}),
  }))
  const body = encode('otlp.TraceRequest', {
    resourceSpans: [{ resource: resourceOf(resource), scopeSpans: [{ scope, spans: list }] }],
  })
  const times = placesOf(body, timeBytes(timeMark))
  const ids = placesOf(body, idMark)
  const random = generator(resource + 99)
  return {
    items: spans,
    rawBytes: body.length,
    body(turn) {
      times.forEach(
        (at, i) =>
          void body.writeBigUInt64LE(BigInt(startMs + turn * 1_000) * 1_000_000n + BigInt(i * 250_000), at),
      )
      // The ten spans of a trace share its id; it is another each turn.
      for (let i = 0; i < ids.length; i += 10) {
        const [low, high] = [random(), random()]
        for (let j = i; j < Math.min(i + 10, ids.length); j += 1) {
          body.writeUInt32LE(low, ids[j]!)
          body.writeUInt32LE(high, ids[j]! + 4)
        }
      }
      return Buffer.from(body)
    },
  }
}

export const zipped = (body: Buffer): Buffer => gzipSync(body, { level: 1 })

/**
 * Lines in the manner of an access log, a Java service, a Go service with JSON, sshd and a kubelet, in the shares of a busy cluster,
 * with addresses, ids, durations and names that vary as theirs do: about a third of each line is its own.
 */
function lineOf(random: () => number, timeMs: number): { line: string; severityNumber: number } {
  const pick = <T>(list: readonly T[]): T => list[random() % list.length]!
  const below = (n: number): number => random() % n
  const ip = (): string => `10.${below(4)}.${below(256)}.${below(256)}`
  const id = (): string =>
    `${hex(random())}-${hex(random()).slice(0, 4)}-4${hex(random()).slice(0, 3)}-${hex(random()).slice(0, 4)}`
  const at = new Date(timeMs).toISOString()
  const kind = below(100)
  if (kind < 40) {
    const path = `/${pick(['api/v1/cart', 'api/v1/orders', 'static/app', 'api/v1/products', 'login'])}/${below(100_000)}`
    const status = pick([200, 200, 200, 200, 201, 204, 301, 304, 404, 500])
    return {
      line: `${ip()} - - [${at}] "${pick(['GET', 'GET', 'GET', 'POST'])} ${path} HTTP/1.1" ${status} ${below(50_000)} "https://shop.example.com/" "${pick(agents)}" rt=0.${String(below(1_000)).padStart(3, '0')}`,
      severityNumber: status >= 500 ? 17 : 9,
    }
  }
  if (kind < 70) {
    const thread = `http-nio-8080-exec-${below(50)}`
    const text = pick([
      () =>
        `Processing order ${below(10_000_000)} for customer ${below(2_000_000)} total=${below(90_000) / 100} EUR`,
      () =>
        `HikariPool-1 - Pool stats (total=${below(20)}, active=${below(20)}, idle=${below(20)}, waiting=${below(3)})`,
      () => `Cache miss for key product:${below(500_000)}, loading from database took ${below(90)} ms`,
      () => `Published event OrderPlaced id=${id()} partition=${below(24)} offset=${below(90_000_000)}`,
      () =>
        `Slow query (${below(4_000)} ms): SELECT * FROM inventory WHERE sku = '${hex(random())}' AND warehouse = ${below(40)}`,
    ])()
    return { line: `${at} INFO 1 --- [${thread}] c.e.shop.${pick(classes)} : ${text}`, severityNumber: 9 }
  }
  if (kind < 90)
    return {
      line: JSON.stringify({
        level: pick(['info', 'info', 'debug', 'warn']),
        ts: timeMs / 1_000,
        caller: `${pick(['server', 'store', 'queue'])}/${pick(['handler', 'client', 'worker'])}.go:${below(400)}`,
        msg: pick(['request completed', 'message acknowledged', 'retrying', 'connection established']),
        request_id: id(),
        duration_ms: below(100_000) / 1_000,
        peer: `${ip()}:${30_000 + below(30_000)}`,
        bytes: below(1_000_000),
      }),
      severityNumber: 9,
    }
  if (kind < 95)
    return {
      line: `sshd[${below(32_000)}]: Failed password for invalid user ${pick(['admin', 'oracle', 'test', 'guest'])} from ${ip()} port ${below(65_000)} ssh2`,
      severityNumber: 13,
    }
  return {
    line: `E${at.slice(5, 10).replace('-', '')} ${at.slice(11, 23)} ${below(9_000)} pod_workers.go:1298] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with CrashLoopBackOff: back-off 5m0s restarting failed container" pod="prod/service-${below(50)}-${hex(random())}" podUID="${id()}"`,
    severityNumber: 17,
  }
}

const agents = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1',
  'kube-probe/1.30',
  'okhttp/4.12.0',
]
const classes = ['OrderService', 'CartController', 'InventoryRepository', 'PaymentGateway', 'EventPublisher']
const hex = (value: number): string => value.toString(16).padStart(8, '0')

/** xorshift32 (G. Marsaglia, 2003): the same load in every run. */
function generator(seed: number): () => number {
  let state = Math.imul(seed, 2_654_435_761) | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

function placesOf(body: Buffer, mark: Buffer): number[] {
  const places: number[] = []
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) places.push(at)
  return places
}

function timeBytes(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

function doubleBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}
