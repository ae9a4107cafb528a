import type { TenantId } from '@aiops/contract/model/tenant'
import { isFault } from '../../../kernel/fault.ts'
import type { MetricStore, SeriesData, SeriesRef } from '../../../port/metric-store.ts'

/** Points of all series within [startMs, endMs), by step of time, and in order of time within a series. */
export type RecordedSlice = {
  startMs: number
  endMs: number
  /** Where each step's points begin; one entry more than there are steps. */
  starts: Uint32Array
  refs: Uint32Array
  timesMs: Float64Array
  values: Float64Array
}

const sliceMs = 6 * 3_600_000
const sliceLeastMs = 60_000
/** Points held at one time. */
const pointsMax = 1_000_000

/** What is recorded of some series, read a slice of time after the other. */
export class RecordedPoints {
  readonly #points: Pick<MetricStore, 'range'>
  readonly #tenant: TenantId
  readonly #refs: readonly SeriesRef[]
  readonly stepMs: number
  #sliceMs: number

  constructor(
    points: Pick<MetricStore, 'range'>,
    of: { tenant: TenantId; refs: readonly SeriesRef[]; stepMs: number },
  ) {
    this.#points = points
    this.#tenant = of.tenant
    this.#refs = of.refs
    this.stepMs = of.stepMs
    this.#sliceMs = Math.max(of.stepMs, Math.ceil(sliceMs / of.stepMs) * of.stepMs)
  }

  /** The points from `startMs` on, `endMs` left out. Undefined where even a minute has too many to hold. */
  async slice(startMs: number, endMs: number): Promise<RecordedSlice | undefined> {
    for (;;) {
      const toMs = Math.min(endMs, startMs + this.#sliceMs)
      const data = await this.#read(startMs, toMs)
      if (data) return this.#sorted(data, startMs, toMs)
      if (toMs - startMs <= sliceLeastMs) return undefined
      const half = Math.max(sliceLeastMs, Math.min(this.#sliceMs, toMs - startMs) / 2)
      this.#sliceMs = Math.max(this.stepMs, Math.floor(half / this.stepMs) * this.stepMs)
    }
  }

  async #read(startMs: number, toMs: number): Promise<SeriesData[] | undefined> {
    try {
      return await this.#points.range({
        ...{ tenant: this.#tenant, refs: this.#refs, samplesMax: pointsMax },
        ...{ startMs, endMs: toMs - 1 },
      })
    } catch (error) {
      if (isFault(error) && error.code === 'INVALID_REQUEST') return undefined
      throw error
    }
  }

  #sorted(data: readonly SeriesData[], startMs: number, endMs: number): RecordedSlice {
    const steps = Math.ceil((endMs - startMs) / this.stepMs)
    const stepOf = (timeMs: number): number => Math.floor((timeMs - startMs) / this.stepMs)
    const starts = new Uint32Array(steps + 1)
    for (const { timesMs } of data)
      for (const timeMs of timesMs) {
        const at = stepOf(timeMs) + 1
        starts[at] = (starts[at] as number) + 1
      }
    for (let step = 0; step < steps; step += 1)
      starts[step + 1] = (starts[step + 1] as number) + (starts[step] as number)
    const total = starts[steps] as number
    const next = starts.slice()
    const refs = new Uint32Array(total)
    const times = new Float64Array(total)
    const read = new Float64Array(total)
    for (const { ref, timesMs, values } of data)
      for (let i = 0; i < timesMs.length; i += 1) {
        const timeMs = timesMs[i] as number
        const step = stepOf(timeMs)
        const at = next[step] as number
        next[step] = at + 1
        refs[at] = ref
        times[at] = timeMs
        read[at] = values[i] as number
      }
    return { startMs, endMs, starts, refs, timesMs: times, values: read }
  }
}
