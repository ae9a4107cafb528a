/**
 * Score of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015; github.com/numenta/NAB: sweeper, scorer, optimizer): a
 * labelled window is worth the earliest alarm in it, by a sigmoid of its place, an alarm elsewhere costs more the farther
 * it lies behind a window, and the first 15 % of a file (at most 750 rows) count for nothing. 0 is silence, 100 perfection.
 */
export type NabFile = { name: string; stamps: readonly string[]; windows: readonly (readonly string[])[] }
export type NabScored = NabPlace & { scores: ArrayLike<number> }
/** By row: its window, or outside, or probation; and what an alarm there is worth before weights. */
export type NabPlace = {
  windows: number
  days: number
  window: Int32Array
  worth: Float64Array
}
export type NabResult = {
  score: number
  threshold: number
  detected: number
  windows: number
  falseEpisodes: number
  days: number
}

export const nabProfiles = {
  standard: { miss: 1, false: 0.11 },
  low_fp: { miss: 1, false: 0.22 },
  low_fn: { miss: 2, false: 0.11 },
} as const
export type NabProfile = keyof typeof nabProfiles

const outside = -1
const probation = -2
const probationShare = 0.15
const probationRowsMax = 5_000
/** Rows between two false alarms of one episode. */
const episodeRows = 12
const dayMs = 86_400_000

const scaledSigmoid = (place: number): number => (place > 3 ? -1 : 2 / (1 + Math.exp(5 * place)) - 1)
const worthMax = scaledSigmoid(-1)

export function nabPlace({ name, stamps, windows }: NabFile): NabPlace {
  const keys = stamps.map(keyOf)
  const rows = keys.length
  const young = Math.min(Math.floor(probationShare * rows), probationShare * probationRowsMax)
  const spans = windows.map(([from = '', to = '']) => {
    const start = keys.indexOf(keyOf(from))
    const end = keys.indexOf(keyOf(to))
    if (start < 0 || end < start) throw new Error(`${name}: the window ${from} … ${to} is not among its rows`)
    return { start, end, size: end - start + 1 }
  })
  const window = new Int32Array(rows).fill(outside)
  const worth = new Float64Array(rows).fill(-1)
  spans.forEach(({ start, end, size }, i) => {
    const next = spans[i + 1]?.start ?? rows
    for (let row = start; row <= end; row += 1) {
      window[row] = i
      worth[row] = scaledSigmoid(-(end - row + 1) / size) / worthMax
    }
    for (let row = end + 1; row < next; row += 1) worth[row] = scaledSigmoid((row - end) / (size - 1))
  })
  for (let row = 0; row < rows && row < young; row += 1) window[row] = probation
  const first = keys[Math.min(rows - 1, Math.ceil(young))] ?? ''
  const days = Math.max(1e-9, (timeOf(keys.at(-1) ?? '') - timeOf(first)) / dayMs)
  return { windows: spans.length, days, window, worth }
}

/** At the given threshold, or at the one that scores best on these files. */
export function nabScore(files: readonly NabScored[], profile: NabProfile, threshold?: number): NabResult {
  const chosen = threshold ?? bestThreshold(files, profile)
  const cost = nabProfiles[profile]
  const sum = { raw: 0, detected: 0, windows: 0, falseEpisodes: 0, days: 0 }
  for (const file of files) {
    const found = scoreFile(file, chosen, profile)
    sum.raw += found.raw
    sum.detected += found.detected
    sum.falseEpisodes += found.falseEpisodes
    sum.windows += file.windows
    sum.days += file.days
  }
  const { raw, ...counts } = sum
  const silent = -cost.miss * counts.windows
  const score =
    counts.windows === 0 ? (raw === 0 ? 100 : raw * 100) : (100 * (raw - silent)) / (counts.windows - silent)
  return { score, threshold: chosen, ...counts }
}

function scoreFile(file: NabScored, threshold: number, profile: NabProfile) {
  const cost = nabProfiles[profile]
  const best = new Float64Array(file.windows).fill(-cost.miss)
  const seen = new Uint8Array(file.windows)
  let raw = 0
  let falseEpisodes = 0
  let lastFalse = Number.NEGATIVE_INFINITY
  for (let row = 0; row < file.window.length; row += 1) {
    const window = file.window[row] as number
    if (window === probation || !((file.scores[row] as number) >= threshold)) continue
    const worth = file.worth[row] as number
    if (window === outside) {
      raw += worth * cost.false
      if (row - lastFalse > episodeRows) falseEpisodes += 1
      lastFalse = row
    } else {
      best[window] = Math.max(best[window] as number, worth)
      seen[window] = 1
    }
  }
  // A window that ends within the probation counts neither way.
  const judged = new Set(file.window)
  for (let i = 0; i < file.windows; i += 1) if (judged.has(i)) raw += best[i] as number
  return { raw, detected: seen.reduce((sum, one) => sum + one, 0), falseEpisodes }
}

/** Sweeps all scores, highest first: one pass over the sorted rows. */
function bestThreshold(files: readonly NabScored[], profile: NabProfile): number {
  const cost = nabProfiles[profile]
  const windows: number[] = []
  const rows: { score: number; window: number; worth: number }[] = []
  for (const file of files) {
    const first = windows.length
    for (let i = 0; i < file.windows; i += 1) windows.push(0)
    for (let row = 0; row < file.window.length; row += 1) {
      const window = file.window[row] as number
      if (window === probation) continue
      const score = file.scores[row] as number
      const worth = file.worth[row] as number
      if (window === outside) rows.push({ score, window: outside, worth: worth * cost.false })
      else {
        windows[first + window] = -cost.miss
        rows.push({ score, window: first + window, worth })
      }
    }
  }
  rows.sort((a, b) => b.score - a.score)
  let total = windows.reduce((sum, value) => sum + value, 0)
  let best = total
  let threshold = 1.1
  let current = 1.1
  const settle = (): void => {
    if (total > best + 1e-12) {
      best = total
      threshold = current
    }
  }
  for (const { score, window, worth } of rows) {
    if (score !== current) {
      settle()
      current = score
    }
    const before = window === outside ? 0 : (windows[window] as number)
    if (window === outside) total += worth
    else if (worth > before) {
      total += worth - before
      windows[window] = worth
    }
  }
  settle()
  return threshold
}

/** To the second, whichever way it was written: labels have fractions that rows have not. */
function keyOf(stamp: string): string {
  const found = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?/.exec(stamp.trim().replace(/^"/, ''))
  return found ? `${found[1]} ${found[2]}${found[3] ?? ':00'}` : stamp.trim()
}

const timeOf = (key: string): number => Date.parse(`${key.replace(' ', 'T')}Z`)
