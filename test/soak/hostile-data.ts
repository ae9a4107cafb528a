import { WriteTemplate } from '../../bench/write-request.ts'

const perRequest = 5_000

/** What hostile queries are asked over: so many series with four samples each, lines, and traces, all of the last minutes. */
export async function fillHostileData(
  url: string,
  series: number,
  lines: number,
  traces: number,
): Promise<void> {
  const nowMs = Date.now()
  for (let from = 0; from < series; from += perRequest) {
    const labels = Array.from({ length: Math.min(perRequest, series - from) }, (_, i) =>
      seriesLabels(from + i),
    )
    const request = new WriteTemplate(labels, 1)
    for (const agoMs of [180_000, 120_000, 60_000, 0])
      await post(
        `${url}/api/v1/write`,
        request.body(nowMs - agoMs, (i) => (i * 7_919) % 1_000),
        {
          'content-type': 'application/x-protobuf',
          'content-encoding': 'snappy',
        },
      )
  }
  for (let from = 0; from < lines; from += perRequest)
    await post(
      `${url}/loki/api/v1/push`,
      JSON.stringify({ streams: streamsOf(from, Math.min(perRequest, lines - from), nowMs) }),
      json,
    )
  for (let from = 0; from < traces; from += 500)
    await post(`${url}/v1/traces`, JSON.stringify(tracesOf(from, Math.min(500, traces - from), nowMs)), json)
}

const json = { 'content-type': 'application/json' }

async function post(url: string, body: Buffer | string, headers: Record<string, string>): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : new Uint8Array(body),
  })
  const said = await answer.text()
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${said.slice(0, 200)}`)
}

/** Fifty names; ten jobs, a thousand zones, and a pod for each. */
const seriesLabels = (i: number): [string, string][] => [
  ['__name__', `bomb_${i % 50}`],
  ['job', `job-${i % 10}`],
  ['pod', `pod-${i}`],
  ['zone', `zone-${i % 1_000}`],
]

function streamsOf(from: number, count: number, nowMs: number) {
  const streams = Array.from({ length: 20 }, (_, s) => ({
    stream: { app: `app-${s}`, env: s % 2 === 0 ? 'prod' : 'test' },
    values: [] as [string, string][],
  }))
  for (let i = from; i < from + count; i += 1) {
    const line = `level=info path=/cart/${(i * 7_919) % 100_003} took=${i % 900}ms ${'a'.repeat(i % 60)}!`
    streams[i % 20]!.values.push([`${BigInt(nowMs - 240_000 + (i % 240_000)) * 1_000_000n}`, line])
  }
  return streams
}

const spansPerTrace = 20

function tracesOf(from: number, count: number, nowMs: number) {
  const spans = Array.from({ length: count }, (_, t) =>
    Array.from({ length: spansPerTrace }, (_, s) => spanOf(from + t, s, nowMs)),
  ).flat()
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'bomb' } }] }
  return { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
function spanOf(trace: number, number: number, nowMs: number) {
  const startNanos = BigInt(nowMs - 200_000 + trace) * 1_000_000n
  return {
    ...{ traceId: hex(trace + 1, 32), spanId: hex(trace * spansPerTrace + number + 1, 16) },
    parentSpanId: number === 0 ? '' : hex(trace * spansPerTrace + Math.floor((number - 1) / 2) + 1, 16),
    ...{ name: `call ${number}`, kind: 2 },
    startTimeUnixNano: `${startNanos + BigInt(number) * 1_000n}`,
    endTimeUnixNano: `${startNanos + BigInt(5_000_000 + number)}`,
    attributes: [
      { key: 'http.route', value: { stringValue: `/cart/${trace % 100}` } },
      { key: 'padding', value: { stringValue: `${'a'.repeat(number + 10)}!` } },
    ],
  }
}
