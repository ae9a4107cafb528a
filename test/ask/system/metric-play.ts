import { bounds, meanSeconds, sharesFor } from './latency.ts'
import { type Attributes, attributesOf, type Metric, metricsBody, nanos, post } from './otlp-body.ts'
import {
  errorRatio,
  gibibyte,
  hoursBack,
  mebibyte,
  minuteMs,
  type ServiceFact,
  serviceFacts,
} from './service-fact.ts'

export const stepMs = 15_000
/** Moments of one request. */
const stepsPerRequest = 60

type Point = Record<string, unknown>
type Family = { name: string; unit: string; type: 'gauge' | 'sum' | 'histogram'; points: Point[] }
type Answers = { ok: number; failed: number; buckets: number[]; sum: number }

/** What the services and nodes tell of themselves: two hours up to the moment of the play, and on from there. */
export class MetricPlay {
  readonly #url: string
  readonly #nowMs: number
  readonly #answers = new Map<string, Answers>()
  #families = new Map<string, Family>()
  #atMs: number
  constructor(url: string, nowMs: number) {
    this.#url = url
    this.#nowMs = nowMs
    this.#atMs = nowMs - hoursBack * 60 * minuteMs
  }

  /** Sends all that is due up to a moment, in order. */
  async playTo(untilMs: number): Promise<void> {
    for (let steps = 1; this.#atMs <= untilMs; this.#atMs += stepMs, steps += 1) {
      this.#step(this.#atMs)
      if (steps % stepsPerRequest === 0) await this.#send()
    }
    await this.#send()
  }

  async #send(): Promise<void> {
    const families = [...this.#families.values()]
    this.#families = new Map()
    if (families.length > 0) await post(`${this.#url}/v1/metrics`, metricsBody(families.map(metricOf)))
  }

  #step(atMs: number): void {
    const minutes = (this.#nowMs - atMs) / minuteMs
    for (const [service, fact] of Object.entries(serviceFacts)) this.#service(service, fact, atMs, minutes)
    this.#gauge('db_pool_connections_used', '', { service: 'billing' }, atMs, minutes > 26 ? 6 : 20)
    this.#gauge('db_pool_connections_max', '', { service: 'billing' }, atMs, 20)
    this.#gauge('events_bus_consumer_lag', '', { group: 'notify' }, atMs, 120)
    this.#nodes(atMs, minutes)
  }

  #service(service: string, fact: ServiceFact, atMs: number, minutes: number): void {
    const { memoryBefore: before, trouble } = fact
    const mib = before && minutes > before.untilMinutes ? before.mib : fact.memoryMib
    this.#gauge('process_cpu_usage_cores', '{cpu}', { service }, atMs, fact.cpuCores)
    this.#gauge('process_resident_memory_bytes', 'By', { service }, atMs, mib * mebibyte)
    const inTrouble = trouble && minutes <= trouble.sinceMinutes ? trouble : undefined
    const answers = this.#answers.get(service) ?? { ok: 0, failed: 0, buckets: bounds.map(() => 0), sum: 0 }
    this.#answers.set(service, answers)
    const asked = (fact.perSecond * stepMs) / 1_000
    const failed = asked * (inTrouble?.errorRatio ?? errorRatio)
    answers.ok += asked - failed
    answers.failed += failed
    for (const [status, count] of [
      ['200', answers.ok],
      ['500', answers.failed],
    ] as const)
      this.#put('http_requests_total', '{request}', 'sum', {
        ...at({ service, status }, atMs, this.#nowMs),
        asDouble: count,
      })
    const p95Ms = inTrouble?.p95Ms ?? fact.p95Ms
    if (p95Ms === undefined) return
    const shares = sharesFor(p95Ms / 1_000)
    shares.forEach((share, i) => {
      answers.buckets[i] = (answers.buckets[i] ?? 0) + asked * share
    })
    answers.sum += asked * meanSeconds(shares)
    const below = answers.buckets.map((count) => Math.round(count))
    const all = Math.round(answers.ok + answers.failed)
    this.#put('http_request_duration_seconds', 's', 'histogram', {
      ...at({ service }, atMs, this.#nowMs),
      ...{ count: String(all), sum: answers.sum, explicitBounds: [...bounds] },
      bucketCounts: [...below, all].map((count, i) => String(count - (below[i - 1] ?? 0))),
    })
  }

  #nodes(atMs: number, minutes: number): void {
    for (const [node, cpu, memory] of nodeFacts) {
      if (node === 'worker-4' && minutes < 40) continue
      this.#gauge('node_cpu_utilization_ratio', '1', { node }, atMs, cpu)
      if (memory !== undefined) this.#gauge('node_memory_utilization_ratio', '1', { node }, atMs, memory)
      const free = node === 'worker-3' ? Math.max(0.5, 6 + (34 * minutes) / (hoursBack * 60)) : 60
      const disk = { node, mountpoint: '/var' }
      this.#gauge('node_filesystem_avail_bytes', 'By', disk, atMs, free * gibibyte)
      this.#gauge('node_filesystem_size_bytes', 'By', disk, atMs, 100 * gibibyte)
    }
  }

  #gauge(name: string, unit: string, labels: Attributes, atMs: number, value: number): void {
    const point = { attributes: attributesOf(labels), timeUnixNano: nanos(atMs), asDouble: value }
    this.#put(name, unit, 'gauge', point)
  }

  #put(name: string, unit: string, type: Family['type'], point: Point): void {
    const family = this.#families.get(name) ?? { name, unit, type, points: [] }
    this.#families.set(name, family)
    family.points.push(point)
  }
}

const nodeFacts: readonly (readonly [node: string, cpu: number, memory?: number])[] = [
  ['worker-1', 0.62, 0.55],
  ['worker-2', 0.71, 0.81],
  ['worker-3', 0.35, 0.47],
  ['worker-4', 0.44],
]

const at = (labels: Attributes, atMs: number, nowMs: number): Point => ({
  attributes: attributesOf(labels),
  startTimeUnixNano: nanos(nowMs - (hoursBack * 60 + 1) * minuteMs),
  timeUnixNano: nanos(atMs),
})

function metricOf({ name, unit, type, points }: Family): Metric {
  if (type === 'gauge') return { name, unit, gauge: { dataPoints: points } }
  const cumulative = { aggregationTemporality: 2, dataPoints: points }
  return type === 'sum'
    ? { name, unit, sum: { ...cumulative, isMonotonic: true } }
    : { name, unit, histogram: cumulative }
}
