import type { Labels } from '@aiops/contract/model/label'

/** The metrics of the compliance list's demo service, made up evenly so that every query has something to say. */
export type DemoSeries = { labels: Labels; timesMs: number[]; values: number[] }

const stepMs = 5_000

export function demoSeries(endMs: number, count: number): DemoSeries[] {
  const series: DemoSeries[] = []
  const seed = { state: 42 }
  const add = (name: string, labels: Labels, value: (i: number) => number | undefined): void => {
    const one: DemoSeries = { labels: { __name__: name, job: 'demo', ...labels }, timesMs: [], values: [] }
    const shiftMs = Math.floor(random(seed) * stepMs)
    for (let i = 0; i < count; i += 1) {
      const sample = value(i)
      if (sample === undefined) continue
      one.timesMs.push(endMs - (count - i) * stepMs + shiftMs)
      one.values.push(sample)
    }
    series.push(one)
  }
  for (const port of [10_000, 10_001, 10_002]) addInstance(`demo.promlabs.com:${port}`, endMs, seed, add)
  return series
}

type Add = (name: string, labels: Labels, value: (i: number) => number | undefined) => void

function addInstance(instance: string, endMs: number, seed: { state: number }, add: Add): void {
  const counter = (perStep: number, resetEvery: number) => {
    let sum = 0
    return (i: number): number => {
      sum = i % resetEvery === 0 ? 0 : sum + random(seed) * perStep
      return sum
    }
  }
  for (const [i, type] of ['buffers', 'cached', 'free', 'used'].entries())
    add('demo_memory_usage_bytes', { instance, type }, () => Math.round((i + 1 + random(seed)) * 1e9))
  for (const mode of ['idle', 'system', 'user'])
    add('demo_cpu_usage_seconds_total', { instance, mode }, counter(5, 397))
  add('demo_num_cpus', { instance }, () => 4)
  add('demo_disk_usage_bytes', { instance }, (i) => 1e10 + i * 12_345 + Math.round(random(seed) * 50_000))
  add(
    'demo_batch_last_success_timestamp_seconds',
    { instance },
    (i) => Math.floor(endMs / 1_000) - 4_500 + (i - (i % 13)) * 5,
  )
  // Comes and goes, once with a marker and once without.
  add('demo_intermittent_metric', { instance }, (i) =>
    i % 60 === 40 ? Number.NEGATIVE_INFINITY : i % 60 > 40 || i % 200 > 180 ? undefined : 1,
  )
  for (const path of ['/api/bar', '/api/foo'])
    for (const status of ['200', '500']) addRequests(instance, path, status, seed, add)
}

function addRequests(
  instance: string,
  path: string,
  status: string,
  seed: { state: number },
  add: Add,
): void {
  const bounds = ['0.0001', '0.001', '0.01', '0.1', '1', '+Inf']
  const counts = bounds.map(() => [] as number[])
  const sums: number[] = []
  const labels = { instance, method: 'GET', path, status }
  const at = (column: number[], i: number, grow: (before: number) => number): number => {
    column[i] ??= grow(column[i - 1] ?? 0)
    return column[i] as number
  }
  bounds.forEach((le, b) => {
    add('demo_api_request_duration_seconds_bucket', { ...labels, le }, (i) => {
      // Cumulative over bounds: each adds to the one below.
      const below = b === 0 ? 0 : (counts[b - 1]?.[i] ?? 0) - (counts[b - 1]?.[i - 1] ?? 0)
      return at(counts[b] as number[], i, (before) => before + below + Math.floor(random(seed) * 10))
    })
  })
  const last = counts[bounds.length - 1] as number[]
  add('demo_api_request_duration_seconds_count', labels, (i) => last[i])
  add('demo_api_request_duration_seconds_sum', labels, (i) => at(sums, i, (before) => before + random(seed)))
}

/** Numerical Recipes' linear congruence: the same data in each run. */
function random(seed: { state: number }): number {
  seed.state = (Math.imul(seed.state, 1_664_525) + 1_013_904_223) >>> 0
  return seed.state / 2 ** 32
}
