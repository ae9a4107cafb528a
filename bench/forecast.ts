import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { timeOf } from '../server/src/edge/cli/csv-row.ts'
import { type Random, seededRandom } from '../server/src/kernel/random.ts'
import { breachOf, forecastOf } from '../server/src/service/forecast/index.ts'
import { backtestOf, horizonsOf, originsOf } from '../server/src/service/forecast/method/backtest.ts'
import type { Candidate, Course } from '../server/src/service/forecast/method/candidate.ts'
import { widthsOf } from '../server/src/service/forecast/method/interval.ts'
import { naive, seasonalNaive } from '../server/src/service/forecast/method/naive.ts'
import { seasonsOf } from '../server/src/service/forecast/method/season.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * What forecasts are worth and cost: the share of later values in [p10, p90] (0.8 is meant), the pinball loss of the three quantiles over
 * that of seasonal-naive and of plain Holt-Winters, both with bands made the same way from their own errors; breaches of a limit; CPU.
 * Seeded series of ten kinds, and with --data a folder of CSV timestamp,value.
 *   node bench/forecast.ts [--series 6] [--data ../shared/data/detection/nab/data]
 */
const { values } = parseArgs({
  options: { series: { type: 'string', default: '6' }, data: { type: 'string' } },
})
type Sample = { kind: string; stepMs: number; values: Float64Array }
/** Where forecasts start, in shares of a series, and how far they go, in shares of the history. */
const starts = [0.4, 0.5, 0.6, 0.7, 0.8]
const horizons = [0.02, 0.1, 0.25]
const levels = [0.1, 0.5, 0.9] as const

type Bands = { p10: ArrayLike<number>; p50: ArrayLike<number>; p90: ArrayLike<number> }

function generated(random: Random, each: number): Sample[] {
  const noise = (): number => random.next() + random.next() + random.next() - 1.5
  const kinds: Record<string, (i: number, at: Shape) => number> = {
    noise: () => 50 + noise(),
    line: (i, at) => 50 + at.slope * i + 3 * noise(),
    season: (i, at) => 50 + at.wave(i) + 2 * noise(),
    'season and line': (i, at) => 50 + at.wave(i) + at.slope * i + 2 * noise(),
    'slow wander': (_, at) => {
      at.state = 0.95 * at.state + noise()
      return 50 + at.state
    },
    'random walk': (_, at) => {
      at.state += noise() / 2
      return 50 + at.state
    },
    'level shift': (i, at) => (i > at.change ? at.jump : 50) + noise(),
    'trend begins': (i, at) => 50 + Math.max(0, i - at.change) * 0.2 + noise(),
    'gaps and outliers': (i, at) =>
      random.next() < 0.1 ? Number.NaN : 50 + at.wave(i) + (random.next() < 0.01 ? 400 : 2 * noise()),
    'bursts of traffic': (i, at) =>
      Math.max(0, 5 + at.wave(i) / 3 + noise() + (random.next() < 0.05 ? 30 * random.next() : 0)),
  }
  return Object.entries(kinds).flatMap(([kind, value]) =>
    Array.from({ length: each }, () => {
      const length = 300 + Math.floor(random.next() * 1_500)
      const shape = shapeOf(random, length)
      return { kind, stepMs: 60_000, values: Float64Array.from({ length }, (_, i) => value(i, shape)) }
    }),
  )
}

type Shape = { slope: number; state: number; change: number; jump: number; wave(i: number): number }
function shapeOf(random: Random, length: number): Shape {
  const season = 10 + random.next() * 80
  return {
    ...{ slope: (random.next() - 0.5) / 5, state: 0, jump: 40 + 40 * random.next() },
    change: Math.floor(length * (0.2 + 0.6 * random.next())),
    wave: (i) => 15 * Math.sin((2 * Math.PI * i) / Math.round(season)),
  }
}

function recorded(folder: string): Sample[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.csv'),
  )
  return files.sort().map((name) => {
    const rows = readFileSync(join(folder, name), 'utf8').trim().split('\n').slice(1)
    const cells = rows.map((row) => row.split(','))
    const times = cells.map(([stamp = '']) => timeOf(stamp))
    const gaps = times.slice(1).map((time, i) => time - times[i]!)
    gaps.sort((a, b) => a - b)
    return {
      ...{ kind: name, stepMs: gaps[gaps.length >> 1] ?? 60_000 },
      values: Float64Array.from(cells, ([, value]) => Number(value)),
    }
  })
}

/** Bands of one way of foretelling, from its own errors on the past. */
function plainBands(
  history: Float64Array,
  ahead: number,
  candidateOf: (origins: number[]) => Candidate,
  season: number,
): Bands {
  const tested = originsOf(history.length, season)
  const candidate = candidateOf([...tested, history.length])
  const steps = horizonsOf(Math.min(ahead, history.length - tested[0]!))
  const { actual, forecasts } = backtestOf(history, tested, steps, [candidate])
  const widths = widthsOf(
    actual.map((value, i) => value - forecasts[0]![i]!),
    tested,
    steps,
  )
  const course = candidate.courses.at(-1) ?? (() => history.at(-1) ?? 0)
  const at = (part: 'low' | 'mid' | 'high') =>
    Float64Array.from({ length: ahead }, (_, i) => course(i + 1) + widths(i + 1)[part])
  return { p10: at('low'), p50: at('mid'), p90: at('high') }
}

/** As the textbook has it, with fixed smoothing and nothing robust about it. */
function textbookHoltWinters(history: Float64Array, origins: readonly number[], season: number): Candidate {
  const first = history.subarray(0, Math.max(1, season)).filter(Number.isFinite)
  let [level, trend] = [mean([...first]) || 0, 0]
  const seasonal = new Float64Array(Math.max(1, season))
  for (let phase = 0; phase < season; phase++)
    seasonal[phase] = Number.isFinite(history[phase]!) ? history[phase]! - level : 0
  let at = season
  const courses = origins.map((origin): Course => {
    for (; at < origin; at++) {
      const value = history[at]!
      if (!Number.isFinite(value)) continue
      const phase = at % seasonal.length
      const before = level
      level = 0.2 * (value - seasonal[phase]!) + 0.8 * (level + 0.98 * trend)
      trend = 0.02 * (level - before) + 0.98 * 0.98 * trend
      if (season > 0) seasonal[phase] = 0.2 * (value - level) + 0.8 * seasonal[phase]!
    }
    const kept = { level, trend, seasonal: seasonal.slice() }
    return (ahead) =>
      kept.level +
      (kept.trend * (0.98 * (1 - 0.98 ** ahead))) / 0.02 +
      kept.seasonal[(origin + ahead - 1) % kept.seasonal.length]!
  })
  return { method: 'HOLT_WINTERS', seasonSteps: season, courses }
}

function lossOf({ p10, p50, p90 }: Bands, truth: Float64Array): number {
  let [sum, count] = [0, 0]
  for (const [i, value] of truth.entries()) {
    if (!Number.isFinite(value)) continue
    for (const [k, said] of [p10[i]!, p50[i]!, p90[i]!].entries())
      sum += value >= said ? levels[k]! * (value - said) : (1 - levels[k]!) * (said - value)
    count += 1
  }
  return sum / count
}

function coverageOf({ p10, p90 }: Bands, truth: Float64Array): number {
  const known = truth
    .map((value, i) =>
      Number.isFinite(value) ? Number(value >= p10[i]! - 1e-9 && value <= p90[i]! + 1e-9) : Number.NaN,
    )
    .filter(Number.isFinite)
  return known.reduce((sum, one) => sum + one, 0) / known.length
}

type Score = { coverage: number; loss: number; naive: number; smoothing: number }

function scored({ values: series, stepMs }: Sample): { scores: Score[]; cpuMs: number[] } {
  const scores: Score[] = []
  const cpuMs: number[] = []
  for (const start of starts)
    for (const share of horizons) {
      const origin = Math.floor(series.length * start)
      const ahead = Math.floor(origin * share)
      if (ahead < 1 || origin + ahead > series.length) continue
      const history = series.slice(Math.max(0, origin - 10_000), origin)
      const truth = series.slice(origin, origin + ahead)
      const before = cpuSeconds()
      const found = forecastOf(history, stepMs, ahead)
      cpuMs.push((cpuSeconds() - before) * 1_000)
      if (found.isRefused) continue
      const [season = 0] = seasonsOf(history, stepMs)
      const byNaive = plainBands(
        history,
        ahead,
        (origins) => (season > 0 ? seasonalNaive(history, origins, season) : naive(history, origins)),
        season,
      )
      const bySmoothing = plainBands(
        history,
        ahead,
        (origins) => textbookHoltWinters(history, origins, season),
        season,
      )
      scores.push({
        ...{ coverage: coverageOf(found, truth), loss: lossOf(found, truth) },
        ...{ naive: lossOf(byNaive, truth), smoothing: lossOf(bySmoothing, truth) },
      })
    }
  return { scores, cpuMs }
}

const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length
const round = (value: number): number => Math.round(value * 1e3) / 1e3

function tabled(samples: readonly Sample[]) {
  const byKind = Map.groupBy(samples, ({ kind }) => kind)
  const cpuMs: number[] = []
  const rows = [...byKind].map(([kind, same]) => {
    const found = same.map(scored)
    cpuMs.push(...found.flatMap((one) => one.cpuMs))
    const scores = found.flatMap((one) => one.scores)
    const total = (key: keyof Score): number => mean(scores.map((score) => score[key]))
    const ratio = (key: 'naive' | 'smoothing'): number => (total(key) > 0 ? total('loss') / total(key) : 1)
    return {
      ...{ kind, forecasts: scores.length, coverage: round(total('coverage')) },
      ...{
        loss_over_seasonal_naive: round(ratio('naive')),
        loss_over_holt_winters: round(ratio('smoothing')),
      },
    }
  })
  const geometric = (key: 'loss_over_seasonal_naive' | 'loss_over_holt_winters'): number =>
    round(Math.exp(mean(rows.map((row) => Math.log(Math.max(row[key], 1e-3))))))
  cpuMs.sort((a, b) => a - b)
  return {
    coverage: round(mean(rows.map(({ coverage }) => coverage))),
    loss_over_seasonal_naive: geometric('loss_over_seasonal_naive'),
    loss_over_holt_winters: geometric('loss_over_holt_winters'),
    cpu_ms: {
      median: round(cpuMs[cpuMs.length >> 1] ?? 0),
      p95: round(cpuMs[Math.floor(cpuMs.length * 0.95)] ?? 0),
    },
    misses: rows
      .filter(
        ({ coverage, loss_over_seasonal_naive }) =>
          coverage < 0.75 || coverage > 0.9 || loss_over_seasonal_naive > 1,
      )
      .map(({ kind }) => kind),
    rows,
  }
}

/** Disks that fill, with noise and clean-ups: said with at least one chance in two against what came. */
function breaches(random: Random, count: number) {
  let [said, right, within, came, missed] = [0, 0, 0, 0, 0]
  for (let k = 0; k < count; k++) {
    const [slope, wave] = [random.next() * 0.0018, 0.03 * random.next()]
    let [level, rate] = [0.2 + 0.3 * random.next(), slope]
    const course = Float64Array.from({ length: 336 + 84 }, (_, i) => {
      if (random.next() < 0.005) rate = random.next() * 0.0018
      level += rate * (0.5 + random.next())
      if (random.next() < 0.003) level -= 0.1 * random.next()
      return level + wave * Math.sin((2 * Math.PI * i) / 24) + 0.005 * (random.next() - 0.5)
    })
    const [history, truth] = [course.slice(0, 336), course.slice(336)]
    const limit = history.at(-1)! + 0.01 + 0.15 * random.next()
    const found = forecastOf(history, 3_600_000, 84)
    if (found.isRefused || Math.max(...history) >= limit) continue
    const steps = breachOf(found.free, { value: limit, direction: 'ABOVE' })
    const crossed = truth.findIndex((value) => value >= limit) + 1
    if (crossed > 0) came += 1
    if (steps.probability < 0.5) {
      if (crossed > 0) missed += 1
      continue
    }
    said += 1
    if (crossed === 0) continue
    right += 1
    if (crossed >= (steps.p10 ?? 1) && crossed <= (steps.p90 ?? 84)) within += 1
  }
  return {
    ...{ series: count, breached: came, foretold: said, came_true: round(right / said) },
    ...{ within_the_interval: round(within / said), not_foretold: missed },
  }
}

/** The longest history that is looked at. */
function longest(random: Random) {
  const history = Float64Array.from(
    { length: 10_000 },
    (_, i) => 50 + 20 * Math.sin((2 * Math.PI * i) / 288) + random.next(),
  )
  const cpuMs = Array.from({ length: 6 }, () => {
    const before = cpuSeconds()
    forecastOf(history, 300_000, 2_500)
    return (cpuSeconds() - before) * 1_000
  })
  return {
    values: 10_000,
    steps: 2_500,
    first_cpu_ms: round(cpuMs[0]!),
    then_cpu_ms: round(Math.min(...cpuMs)),
  }
}

const folder = values.data
console.log(
  JSON.stringify(
    {
      machine: machine(),
      longest: longest(seededRandom(3)),
      generated: tabled(generated(seededRandom(11), Number(values.series))),
      ...(folder && existsSync(folder) ? { recorded: tabled(recorded(folder)) } : {}),
      breaches: breaches(seededRandom(7), 200),
    },
    undefined,
    1,
  ),
)
