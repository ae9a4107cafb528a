import type { Labels } from '@aiops/contract/model/label'
import type { Sample } from '../index.ts'

const ownersMax = 16

/** One series' values on the axis of its history. Without a column while it has been in every reading with one value. */
export class PastSeries {
  readonly #capacity: number
  #column: Float64Array | undefined
  /** Sequence numbers of readings. */
  firstSequence: number
  lastSequence: number
  readonly firstMs: number
  lastMs: number
  value: number
  valueBefore: number | undefined
  changedMs: number | undefined
  labels: Labels
  readonly owners: { labels: Labels; fromMs: number }[]
  bytes: number

  constructor(capacity: number, key: string, sample: Sample, sequence: number, timeMs: number) {
    this.#capacity = capacity
    this.firstSequence = sequence
    this.lastSequence = sequence
    this.firstMs = timeMs
    this.lastMs = timeMs
    this.value = sample.value
    this.labels = sample.labels
    this.owners = [{ labels: sample.labels, fromMs: timeMs }]
    // Key, labels and the object itself, roughly; the owners that may come are counted as they come.
    this.bytes = 400 + 4 * key.length
  }

  get hasColumn(): boolean {
    return this.#column !== undefined
  }

  /** NaN where it was not in that reading. The sequence must be within first and last, and within the ring. */
  valueAt(sequence: number): number {
    if (!this.#column) return this.value
    return sequence > this.lastSequence ? Number.NaN : (this.#column[sequence % this.#capacity] as number)
  }

  /** Bytes that it grew by. */
  put(sequence: number, timeMs: number, value: number, labels: Labels): number {
    let grown = 0
    const gap = sequence - this.lastSequence > 1
    if (!this.#column && (gap || value !== this.value)) {
      this.#column = new Float64Array(this.#capacity).fill(this.value)
      grown += 8 * this.#capacity
    }
    if (this.#column) {
      for (let at = this.lastSequence + 1; at < sequence && at <= this.lastSequence + this.#capacity; at++)
        this.#column[at % this.#capacity] = Number.NaN
      this.#column[sequence % this.#capacity] = value
    }
    if (value !== this.value) {
      this.valueBefore = this.value
      this.changedMs = timeMs
    }
    if (!sameLabels(labels, this.labels)) {
      this.owners.push({ labels, fromMs: timeMs })
      if (this.owners.length > ownersMax) this.owners.shift()
      else grown += 400
    }
    this.value = value
    this.labels = labels
    this.lastSequence = sequence
    this.lastMs = timeMs
    this.bytes += grown
    return grown
  }
}

/**
 * What tells a series from others. Of GPU metrics only the GPU counts, not to whom it is given just now, who scraped it, or what its
 * driver is called: its past goes on when a job ends, an exporter starts anew or a driver is updated.
 */
export function identityOf(labels: Labels): string {
  const name = labels.__name__ ?? ''
  const gpu = name.startsWith('DCGM_')
  const known = gpu && (labels.UUID ?? labels.uuid) !== undefined
  const parts: string[] = []
  for (const label in labels) {
    if (gpu && (passing.has(label) || label.startsWith('DCGM_'))) continue
    if (known && (placing.has(label) || (stating.has(label) && !name.startsWith('DCGM_EXP_')))) continue
    parts.push(`${label}\u0000${labels[label]}`)
  }
  return parts.sort().join('\u0001')
}

/** Labels that say to whom a GPU is given, or by whom it was scraped. */
const passing = new Set([
  ...['namespace', 'pod', 'container', 'pod_uid', 'hpc_job', 'job', 'endpoint', 'service', 'prometheus'],
  ...['exported_namespace', 'exported_pod', 'exported_container', 'prometheus_replica', 'replica', 'receive'],
  ...['exported_job', 'tenant_id', 'vgpu', 'app'],
])
/** Needed only where there is no UUID. */
const placing = new Set(['instance', 'node', 'Hostname', 'hostname', 'modelName', 'gpu', 'device'])
/** Labels that say what the value says. */
const stating = new Set(['err_code', 'err_msg'])

function sameLabels(one: Labels, other: Labels): boolean {
  let count = 0
  for (const name in one) {
    if (one[name] !== other[name]) return false
    count += 1
  }
  for (const _ in other) count -= 1
  return count === 0
}
