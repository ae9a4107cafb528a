import type { Point, Series } from '@aiops/contract/model/series'

export type ChartLine = {
  key: string
  label: string
  /** UCUM, as in the series. */
  unit?: string | undefined
  metric: string
  points: readonly Point[]
  /** Not a line of its own: an end of the band that is shaded between the one HIGH and the one LOW. */
  end?: 'HIGH' | 'LOW'
}

/** A vertical line with a word: an onset, a decision. `at` in unix milliseconds. */
export type ChartMark = { at: number; label: string }

/** A single measured value beside the lines that leads somewhere, `key` says where. */
export type ChartSpot = { at: number; value: number; key: string }

/** A horizontal line with a word: a threshold. */
/** `side` is where its label stands; where it is left out, what is critical is named above its line, and else below. */
export type ChartLevel = { value: number; label: string; tone: 'medium' | 'critical'; side?: 'above' }

/** `null` is a gap that was measured as one; `undefined` only means that another line has a point at this time. */
export type Columns = [number[], ...(number | null | undefined)[][]]

/** One time column for all lines, as uPlot wants it. Lines must be in order of time; the result has every distinct time. */
export function alignLines(lines: readonly ChartLine[]): Columns {
  if (lines.length === 1 && lines[0]) {
    return [lines[0].points.map((p) => p[0]), lines[0].points.map((p) => p[1])]
  }
  const times = [...new Set(lines.flatMap((line) => line.points.map((p) => p[0])))].sort((a, b) => a - b)
  const rowOf = new Map(times.map((time, row) => [time, row]))
  const columns = lines.map((line) => {
    const column = new Array<number | null | undefined>(times.length).fill(undefined)
    for (const [time, value] of line.points) column[rowOf.get(time) ?? 0] = value
    return column
  })
  return [times, ...columns]
}

/** The line's value at a time: its last point at or before it, not older than `maxAgeMs`. */
export function valueAt(points: readonly Point[], timeMs: number, maxAgeMs: number): number | null {
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((points[middle]?.[0] ?? 0) <= timeMs) low = middle + 1
    else high = middle
  }
  const found = points[low - 1]
  return found && timeMs - found[0] <= maxAgeMs ? found[1] : null
}

/** Bounds of a value axis: from zero where that does not flatten the lines, else with a tenth of air. */
export function axisBounds(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1]
  if (min === max) {
    if (min === 0) return [0, 1]
    return min > 0 ? [0, min * 1.25] : [min * 1.25, 0]
  }
  const air = (max - min) * 0.1
  if (min >= 0 && min < max * 0.7) return [0, max + air]
  return [min - air, max + air]
}

/** For each series the shortest label that tells it from its neighbours; its metric name when there is nothing to tell. */
export function seriesLabels(series: readonly Series[]): string[] {
  const names = new Set(series.map((s) => s.name))
  const keys = [...new Set(series.flatMap((s) => Object.keys(s.labels)))]
    .filter((key) => key !== '__name__')
    .sort()
  const telling = keys.filter((key) => new Set(series.map((s) => own(s.labels, key))).size > 1)
  return series.map((s) => {
    const parts = telling.flatMap((key) => own(s.labels, key) ?? [])
    const labels = parts.join(' · ')
    if (names.size > 1 || labels === '') return labels === '' ? s.name : `${s.name} · ${labels}`
    return labels
  })
}

const own = (labels: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined
