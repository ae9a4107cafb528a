import type { Correction } from '@aiops/contract/model/detection-model'
import type { Labels } from '@aiops/contract/model/label'
import { isWithin } from './expected.ts'
import { seriesKey } from './series-key.ts'

/** What the detector takes: factors of all corrections that fit a series are multiplied. */
export type BoundFactor = { match: Labels; factor: number }

/** Looks up what corrections do to a series: its own counts before its metric's; in a window, whichever is larger. */
export class CorrectionTable {
  readonly #series = new Map<string, Correction>()
  readonly #metrics = new Map<string, Correction>()
  readonly #windows = new Map<string, Correction[]>()
  readonly #metricWindows = new Map<string, Correction[]>()

  constructor(corrections: readonly Correction[]) {
    for (const one of corrections) {
      const key = one.scope === 'METRIC' ? nameOf(one.match) : seriesKey(one.match)
      const windows = one.scope === 'METRIC' ? this.#metricWindows : this.#windows
      if (one.window) windows.set(key, [...(windows.get(key) ?? []), one])
      else if (one.scope === 'METRIC') this.#metrics.set(key, one)
      else this.#series.set(key, one)
    }
  }

  factorOf(labels: Labels, timeMs: number): number {
    const key = seriesKey(labels)
    const own = this.#series.get(key)?.factor
    const factor = own ?? this.#metrics.get(nameOf(labels))?.factor ?? 1
    return Math.max(
      factor,
      within(this.#windows.get(key), timeMs),
      within(this.#metricWindows.get(nameOf(labels)), timeMs),
    )
  }

  /** As factors that multiply: a series' own is divided by what its metric's gives it already. */
  bounds(timeMs: number): BoundFactor[] {
    const found: BoundFactor[] = []
    const ofMetric = new Map<string, number>()
    for (const name of new Set([...this.#metrics.keys(), ...this.#metricWindows.keys()])) {
      const plain = this.#metrics.get(name)?.factor ?? 1
      const factor = Math.max(plain, within(this.#metricWindows.get(name), timeMs))
      ofMetric.set(name, factor)
      if (factor !== 1) found.push({ match: { __name__: name }, factor })
    }
    const own = new Map([...this.#series].map(([key, { match }]) => [key, match]))
    for (const [key, windows] of this.#windows) if (windows[0]) own.set(key, windows[0].match)
    for (const match of own.values()) {
      const factor = this.factorOf(match, timeMs) / (ofMetric.get(nameOf(match)) ?? 1)
      if (factor !== 1) found.push({ match, factor })
    }
    return found
  }
}

const nameOf = (labels: Labels): string => labels.__name__ ?? ''

/** The largest factor of those whose window is open; 1 for none. */
function within(windows: readonly Correction[] | undefined, timeMs: number): number {
  let largest = 1
  for (const { window, factor } of windows ?? [])
    if (window && factor > largest && isWithin(window, timeMs)) largest = factor
  return largest
}
