import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { machine } from './machine.ts'
import { cpuOf, startReceiver } from './receiver.ts'
import { loadLabels, WriteTemplate } from './write-request.ts'

// Cheap queries over HTTP while samples stream in: `node bench/promql-load.ts [--rate 50000] [--series 20000] [--seconds 30]` prints one
// JSON object: times of each query as its asker sees them, and the CPU seconds of the whole program.

const { values: flags } = parseArgs({
  options: {
    rate: { type: 'string', default: '50000' },
    series: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '30' },
  },
})
const [rate, seriesCount, seconds] = [Number(flags.rate), Number(flags.series), Number(flags.seconds)]
const requestSize = Math.min(2_000, seriesCount)

/** Name, query, whether over the last hour in steps of 15 s. */
const queries: [string, string, boolean][] = [
  ['one_series_now', '{zz_id="series-7"}', false],
  ['one_series_hour', '{zz_id="series-7"}', true],
  ['rate_of_one', 'rate(bench_requests_6_total{zz_id="series-6"}[1m])', true],
  ['sum_of_hundreds', 'sum by (label_name_1) (bench_value_7)', false],
]

const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-promql-load-'))
const receiver = await startReceiver('aiops', folder, [])
if (typeof receiver === 'string') throw new Error(receiver)
try {
  const templates = Array.from(
    { length: Math.ceil(seriesCount / requestSize) },
    (_, n) =>
      new WriteTemplate(
        Array.from({ length: requestSize }, (_, i) => loadLabels(n * requestSize + i, 8)),
        1,
      ),
  )
  let sent = 0
  let stopped = false
  const sending = (async () => {
    const started = performance.now()
    for (let n = 0; !stopped; n += 1) {
      const body = templates[n % templates.length]?.body(Date.now(), (i) => i + n) as Buffer
      await post(body)
      sent += requestSize
      await sleep(Math.max(0, (sent / rate) * 1_000 - (performance.now() - started)))
    }
  })()
  // It ends with an error of its own when the receiver is stopped for another's.
  sending.catch(() => undefined)
  // All series known, compiled, and the first checkpoint near.
  await sleep(10_000)
  const [before, sentBefore, from] = [cpuOf(receiver.pid).seconds, sent, performance.now()]
  const times = new Map<string, number[]>(queries.map(([name]) => [name, []]))
  while (performance.now() - from < seconds * 1_000)
    for (const [name, query, isRange] of queries) {
      const started = performance.now()
      await ask(query, isRange)
      times.get(name)?.push(performance.now() - started)
      await sleep(20)
    }
  const elapsed = (performance.now() - from) / 1_000
  const figures = {
    machine: machine(),
    samples_per_second: Math.round((sent - sentBefore) / elapsed),
    cpu_share: Math.round(((cpuOf(receiver.pid).seconds - before) / elapsed) * 100) / 100,
    queries: Object.fromEntries([...times].map(([name, all]) => [name, summary(all)])),
  }
  stopped = true
  await sending
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
} finally {
  await receiver.stop()
  rmSync(folder, { recursive: true })
}

async function post(body: Buffer): Promise<void> {
  const answer = await fetch((receiver as { url: string }).url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: new Uint8Array(body),
  })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
}

async function ask(query: string, isRange: boolean): Promise<void> {
  const now = Date.now() / 1_000
  const form: Record<string, string> = isRange
    ? { query, start: `${now - 3_600}`, end: `${now}`, step: '15' }
    : { query, time: `${now}` }
  const url = `${new URL((receiver as { url: string }).url).origin}/prometheus/api/v1/query${isRange ? '_range' : ''}`
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form) })
  const text = await answer.text()
  if (!answer.ok || !text.includes('"success"')) throw new Error(text.slice(0, 300))
}

function summary(times: number[]): Record<string, number> {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] as number) * 100) / 100
  return { count: sorted.length, median_ms: at(0.5), p95_ms: at(0.95), max_ms: at(1) }
}
