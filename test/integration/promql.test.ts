import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { compressSync } from 'snappy'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { field, labelBytes, sample } from '../../bench/write-request.ts'
import { isFault } from '../../server/src/kernel/fault.ts'
import { labelTest } from '../../server/src/kernel/matcher.ts'
import { createPromqlEngine } from '../../server/src/service/telemetry/promql/engine.ts'
import { labelsKey } from '../../server/src/service/telemetry/promql/evaluate/label-set.ts'
import type { SampleSource } from '../../server/src/service/telemetry/promql/index.ts'
import type { RawSeries } from '../../server/src/service/telemetry/promql/value.ts'
import { type DemoSeries, demoSeries } from './promql-demo.ts'
import { complianceQueries } from './promql-queries.ts'
import { integration, type RealServer, startServer } from './real-server.ts'

/** Kept outside this repository; the test is skipped where it is absent. */
const list = resolve('../shared/suites/prometheus-compliance/promql/promql-test-queries.yml')
const staleBits = 0x7ff0000000000002n
const sampleCount = 900
/** Series are written this many samples at a time. */
const sliceLength = 300

type ApiSeries = { metric: Record<string, string>; values: [number, string][] }
type ApiAnswer = { status: string; error?: string; data?: { resultType: string; result: ApiSeries[] } }
type Points = Map<string, Map<number, number>>

/** Where Prometheus 2 answers otherwise than 3 and we: any UTF-8 is a label name since, and windows leave out their left end. */
const changedSince2 = [
  'label_replace(demo_num_cpus, "~invalid", "", "src", "(.*)")',
  'label_join(demo_num_cpus, "~invalid", "-", "instance")',
  'avg_over_time(rate(demo_cpu_usage_seconds_total[1m])[2m:10s])',
]

for (const program of ['prometheus', 'prometheus-current']) compare(program)

function compare(program: string): void {
  integration(`the compliance list beside ${program}`, [program], () => {
    const endMs = Math.floor(Date.now() / 10_000) * 10_000
    const range = { startMs: endMs - 600_000, endMs, stepMs: 10_000 }
    const series = demoSeries(endMs, sampleCount)
    const source = sourceOf(series)
    let server: RealServer
    beforeAll(async () => {
      server = await startReceiver(program)
      await write(server.origin, series)
    })
    afterAll(() => server?.stop())

    test.skipIf(!existsSync(list))('every query is answered alike', async () => {
      const engine = createPromqlEngine()
      const former = (await versionOf(server.origin)).startsWith('2.')
      const [differences, unknown]: [string[], string[]] = [[], []]
      const queries = complianceQueries(list)
      for (const { query, shouldFail } of queries) {
        if (former && changedSince2.includes(query)) continue
        const theirs = await ask(server.origin, query, range)
        const ours = await engine.range(query, range, { source }).then(
          ({ value }) => (value.type === 'matrix' ? value.series : []),
          (error: unknown) => {
            if (isFault(error)) return error
            throw error
          },
        )
        if (theirs.status !== 'success') {
          if (!isFault(ours) && shouldFail)
            differences.push(`${query}: they refuse it (${theirs.error}), we do not`)
          else if (!isFault(ours)) unknown.push(`${query}: ${theirs.error}`)
          continue
        }
        if (isFault(ours)) {
          differences.push(`${query}: we refuse it: ${ours.message}`)
          continue
        }
        const own: Points = new Map(
          ours.map(({ labels, timesMs, values }) => [
            labelsKey(labels),
            new Map(timesMs.map((timeMs, i) => [timeMs, values[i] as number])),
          ]),
        )
        const difference = differenceOf(pointsOf(theirs.data?.result ?? []), own)
        if (difference !== undefined) differences.push(`${query}: ${difference}`)
      }
      console.info(
        `${program}: ${queries.length} queries, ${differences.length} differ, ${unknown.length} it cannot answer`,
        unknown,
      )
      expect(differences).toEqual([])
      expect(queries.length).toBeGreaterThan(400)
    })
  })
}

function startReceiver(program: string): Promise<RealServer> {
  return startServer({
    program,
    readyPath: '/-/ready',
    args: (port, folder) => {
      writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n')
      return [
        '--config.file=prometheus.yml',
        '--storage.tsdb.path=data',
        '--web.enable-remote-write-receiver',
        `--web.listen-address=127.0.0.1:${port}`,
      ]
    },
  })
}

async function versionOf(origin: string): Promise<string> {
  const answer = await fetch(`${origin}/api/v1/status/buildinfo`)
  return ((await answer.json()) as { data: { version: string } }).data.version
}

async function write(origin: string, all: readonly DemoSeries[]): Promise<void> {
  for (let from = 0; from < sampleCount; from += sliceLength) {
    const body = Buffer.concat(
      all.map(({ labels, timesMs, values }) => {
        const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
        const samples = timesMs.slice(from, from + sliceLength).map((timeMs, i) => {
          const value = values[from + i] as number
          if (value !== Number.NEGATIVE_INFINITY) return sample(timeMs, value)
          const stale = sample(timeMs, 0)
          stale.writeBigUInt64LE(staleBits, stale.length - 8 - timeLength(timeMs))
          return stale
        })
        return field(0x0a, Buffer.concat([labelBytes(pairs), ...samples]))
      }),
    )
    const answer = await fetch(`${origin}/api/v1/write`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'x-prometheus-remote-write-version': '0.1.0',
      },
      body: new Uint8Array(compressSync(body)),
    })
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  }
}

/** Tag and varint of the time, which follow the value. */
const timeLength = (timeMs: number): number => 1 + Math.ceil(Math.log2(timeMs + 1) / 7)

function sourceOf(all: readonly DemoSeries[]): SampleSource {
  const stored = all.map(({ labels, timesMs, values }): RawSeries => {
    const column = Float64Array.from(values)
    const bits = new BigUint64Array(column.buffer)
    values.forEach((value, i) => {
      if (value === Number.NEGATIVE_INFINITY) bits[i] = staleBits
    })
    return { labels, timesMs: Float64Array.from(timesMs), values: column }
  })
  return {
    async *select({ matchers, startMs, endMs }) {
      const fits = labelTest(matchers)
      yield stored
        .filter(({ labels }) => fits(labels))
        .map(({ labels, timesMs, values }) => {
          const from = timesMs.findIndex((timeMs) => timeMs >= startMs)
          const after = timesMs.findIndex((timeMs) => timeMs > endMs)
          const [start, end] = [from < 0 ? timesMs.length : from, after < 0 ? timesMs.length : after]
          return { labels, timesMs: timesMs.slice(start, end), values: values.slice(start, end) }
        })
        .filter(({ timesMs }) => timesMs.length > 0)
    },
  }
}

async function ask(
  origin: string,
  query: string,
  { startMs, endMs, stepMs }: { startMs: number; endMs: number; stepMs: number },
): Promise<ApiAnswer> {
  const body = new URLSearchParams({
    query,
    start: String(startMs / 1_000),
    end: String(endMs / 1_000),
    step: String(stepMs / 1_000),
  })
  return (await fetch(`${origin}/api/v1/query_range`, { method: 'POST', body })).json() as Promise<ApiAnswer>
}

const pointsOf = (result: readonly ApiSeries[]): Points =>
  new Map(
    result.map(({ metric, values }) => [
      labelsKey(metric),
      new Map(values.map(([seconds, value]) => [Math.round(seconds * 1_000), numberOf(value)])),
    ]),
  )

const numberOf = (text: string): number => Number(text.replace('Inf', 'Infinity'))

/** Values may differ by rounding, as the compliance tester allows: one part in 100,000. */
function differenceOf(theirs: Points, ours: Points): string | undefined {
  for (const key of ours.keys()) if (!theirs.has(key)) return `only we have ${key}`
  for (const [key, points] of theirs) {
    const own = ours.get(key)
    if (!own) return `only they have ${key}`
    if (own.size !== points.size) return `${key} has ${points.size} points there, ${own.size} here`
    for (const [timeMs, value] of points) {
      const other = own.get(timeMs)
      if (other === undefined) return `${key} has no point at ${timeMs} here`
      const equal = Object.is(value, other) || Math.abs(value - other) <= Math.abs(value) * 1e-5
      if (!equal) return `${key} at ${timeMs}: ${value} there, ${other} here`
    }
  }
  return undefined
}
