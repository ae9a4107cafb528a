import type { ProviderReading } from '@aiops/contract/model/provider'
import { ProviderSimulator } from '../server/src/edge/cli/cost/simulator.ts'
import { Turn } from '../server/src/kernel/turn.ts'
import { PlacementConfig } from '../server/src/service/placement/config.ts'
import { Decider } from '../server/src/service/placement/decision/decider.ts'
import { seedOf } from '../server/src/service/placement/decision/random-stream.ts'
import { weightPool } from '../server/src/service/placement/decision/robustness.ts'
import { factorsOf, scoreFactors, weightsOf } from '../server/src/service/placement/decision/score.ts'
import { type Came, calibrationOf } from '../server/src/service/placement/outcome/calibration.ts'
import { othersOf, realisedOf } from '../server/src/service/placement/outcome/realised.ts'
import { valuesOf } from '../server/src/service/placement/provider/provider-book.ts'
import { alignedColumns, ReadingWindow } from '../server/src/service/placement/provider/window.ts'
import { coursesOf, replay } from '../server/src/service/placement/replay/replay.ts'
import { type Trace, TraceBuilder } from '../server/src/service/placement/replay/trace.ts'

const startMs = 1_800_000_000_000
const dayMs = 86_400_000
const hourMs = 3_600_000
const bucketMs = 300_000
const providers = ['aws', 'alibaba']

/** A day of one service, a reading every 30 s. */
export function dayOf(seed: number): Trace {
  const stepMs = 30_000
  const simulator = new ProviderSimulator({ seed, services: 1, providers, stepMs, startMs })
  const builder = new TraceBuilder(startMs, startMs + dayMs - stepMs, stepMs)
  for (const [service, provider] of simulator.placements) builder.place(service, provider, startMs)
  for (let step = 0; step < dayMs / stepMs; step += 1) {
    for (const reading of simulator.readings()) builder.add({ ...reading, timeMs: simulator.nowMs })
    simulator.step()
  }
  return builder.trace()
}

/** Bills and moves of seeded days, each way of deciding over the same ones. */
export async function daysFigure(seeds: readonly number[], moveUsd: number) {
  const config = PlacementConfig.parse({ migration: { flat_usd: moveUsd } })
  const rows: ReturnType<typeof coursesOf>[] = []
  for (const seed of seeds)
    rows.push(coursesOf(await replay(dayOf(seed), config, new Turn(performanceClock))))
  const names = rows[0]!.map(({ name }) => name)
  const bills = (name: string): number[] => rows.map((row) => row.find((one) => one.name === name)!.bill_usd)
  const hindsight = meanOf(bills('hindsight'))
  const courses = names.map((name) => {
    const moves = rows.map((row) => row.find((one) => one.name === name)!.moves).sort((a, b) => a - b)
    const bill = meanOf(bills(name))
    return {
      ...{ name, mean_bill_usd: round(bill), times_hindsight: round(bill / hindsight) },
      ...{
        median_moves: moves[Math.floor(moves.length / 2)]!,
        p90_moves: moves[Math.floor(moves.length * 0.9)]!,
      },
    }
  })
  return { days: seeds.length, move_usd: moveUsd, courses }
}

const performanceClock = { monotonic: () => performance.now() }

/**
 * Confidences against what came: of every decision the option that wins most, against the means that the following horizon truly had, with
 * weights that a team may truly have meant: drawn from around the declared ones. And against money, where it is a cheaper place.
 */
export function confidenceFigure(seeds: readonly number[], servicesEach: number) {
  const config = PlacementConfig.parse({})
  const decider = new Decider(config)
  const declared = weightsOf(config.weights)
  const came: Came[] = []
  const money: Came[] = []
  for (const seed of seeds) {
    const stepMs = 60_000
    const simulator = new ProviderSimulator({ seed, services: servicesEach, providers, stepMs, startMs })
    const windows = new Map<string, ReadingWindow>()
    for (let step = 0; step < (6 * hourMs) / stepMs; step += 1) {
      simulator.step()
      for (const reading of simulator.readings())
        windowOf(windows, reading).add(simulator.nowMs, valuesOf(reading))
    }
    const now = simulator.readings()
    const atMs = simulator.nowMs
    const sums = new Map<string, Sum>()
    for (let step = 0; step < dayMs / stepMs; step += 1) {
      simulator.step()
      for (const reading of simulator.readings()) addTo(sums, reading)
    }
    const truths = weightPool(declared, config.weight_concentration, seed + 1, servicesEach)
    for (const [place, [service, current]] of [...simulator.placements].entries()) {
      const readings = now.filter((one) => one.service === service)
      const columns = alignedColumns(
        readings.map((one) => windows.get(keyOf(one))),
        atMs,
        bucketMs,
      )
      const verdict = decider.decide({
        ...{ service, atMs, seed: seedOf(service, atMs + seed), current, sinceMs: null },
        candidates: readings.map((reading, at) => ({ reading, staleSeconds: null, columns: columns[at]! })),
        rules: config.defaults,
        regret: { atMs, byProvider: {} },
        guard: {
          ...{
            lastProposalMs: null,
            droppedUntilMs: {},
            movesLastHour: 0,
            serviceMovesLastDay: 0,
            incidents: [],
          },
          ...{
            budgetFrozen: null,
            prices: { fresh: true, detail: '' },
            killSwitch: null,
            openDeployment: null,
          },
        },
        ...{ emergency: null, out: new Set<string>(), hypothetical: true },
        calibration: () => ({ outcomes: 0, hit_rate: null }),
      })
      const weights = truths.subarray(place * 4, place * 4 + 4)
      const scores = readings.map((one) =>
        scoreWith(weights, meanReading(sums.get(keyOf(one))!, one), config.scales),
      )
      for (const [at, option] of verdict.options.entries()) {
        if (option.acceptability === null) continue
        came.push({ confidence: option.acceptability, right: scores[at] === Math.max(...scores) })
      }
      if (
        verdict.action === 'MOVE' &&
        verdict.confidence !== null &&
        (verdict.economics?.saving_usd.p50 ?? 0) > 0
      ) {
        const rate = (provider: string | null): number =>
          sums.get(`${service}\n${provider}`)!.cost / sums.get(`${service}\n${provider}`)!.count
        money.push({ confidence: verdict.confidence, right: rate(verdict.from) > rate(verdict.to) })
      }
    }
  }
  const calibration = calibrationOf(came)
  const bins = calibration.bins.map((bin) => ({
    ...{
      from: bin.from,
      to: bin.to,
      outcomes: bin.outcomes,
      confidence: round(bin.mean_confidence ?? 0),
      hit_rate: round(bin.hit_rate ?? 0),
    },
    gap: round(Math.abs((bin.mean_confidence ?? 0) - (bin.hit_rate ?? 0))),
  }))
  return {
    ...{
      outcomes: came.length,
      brier: round(calibration.brier ?? 0),
      bins,
      gap_max: Math.max(...bins.map(({ gap }) => gap)),
    },
    money: {
      outcomes: money.length,
      mean_confidence: round(meanOf(money.map((one) => one.confidence))),
      hit_rate: round(money.filter(({ right }) => right).length / money.length),
    },
  }
}

/** Moves whose old place nobody told of any more, whose truth the simulator knows; alone, and with five services that stayed there. */
export function savingsFigure(
  seeds: readonly number[],
  options: { hours: number; seen: 'NONE' | 'HALF' | 'ALL'; beforeHours: number },
) {
  let within = 0
  let width = 0
  for (const seed of seeds) {
    const simulator = new ProviderSimulator({ seed, services: 6, providers, stepMs: 60_000, startMs })
    const columns = new Map<string, number[]>()
    const truth = { from: 0, to: 0 }
    const beforeSteps = (options.beforeHours * hourMs) / bucketMs
    const steps = (options.hours * hourMs) / bucketMs
    for (let step = 0; step < beforeSteps + steps; step += 1) {
      for (let tick = 0; tick < bucketMs / 60_000; tick += 1) {
        simulator.step()
        if (step < beforeSteps) continue
        truth.from += simulator.rate('service1', 'aws') / 60
        truth.to += simulator.rate('service1', 'alibaba') / 60
      }
      for (const one of simulator.readings()) {
        const column = columns.get(keyOf(one)) ?? []
        column.push(one.cost_hourly_usd ?? Number.NaN)
        columns.set(keyOf(one), column)
      }
    }
    const own = columns.get('service1\naws')!
    const stayed = [2, 3, 4, 5, 6].map((index) => columns.get(`service${index}\naws`)!)
    const others = othersOf(stayed, beforeSteps)
    const told = own
      .slice(beforeSteps)
      .map((rate, at) =>
        options.seen === 'ALL' || (options.seen === 'HALF' && at < steps / 2) ? rate : Number.NaN,
      )
    const { realised_usd } = realisedOf({
      ...{ movedMs: startMs, stepMs: bucketMs, migrationUsd: 0.25, seed },
      before: { from: own.slice(0, beforeSteps), others: others?.slice(0, beforeSteps) ?? null },
      after: {
        from: told,
        to: columns.get('service1\nalibaba')!.slice(beforeSteps),
        others: others?.slice(beforeSteps) ?? null,
      },
    })
    const saved = truth.from - truth.to - 0.25
    if (saved >= realised_usd.p10 && saved <= realised_usd.p90) within += 1
    width += realised_usd.p90 - realised_usd.p10
  }
  return {
    moves: seeds.length,
    ...options,
    coverage: round(within / seeds.length),
    mean_width_usd: round(width / seeds.length),
  }
}

type Sum = { cost: number; latency: number; credits: number; gpus: number; count: number }
const keyOf = ({ service, provider }: Pick<ProviderReading, 'service' | 'provider'>): string =>
  `${service}\n${provider}`

function windowOf(windows: Map<string, ReadingWindow>, reading: ProviderReading): ReadingWindow {
  const window = windows.get(keyOf(reading)) ?? new ReadingWindow(bucketMs, 72)
  windows.set(keyOf(reading), window)
  return window
}
function addTo(sums: Map<string, Sum>, reading: ProviderReading): void {
  const sum = sums.get(keyOf(reading)) ?? { cost: 0, latency: 0, credits: 0, gpus: 0, count: 0 }
  sum.cost += reading.cost_hourly_usd ?? 0
  sum.latency += reading.latency_ms ?? 0
  sum.credits += reading.credits ?? 0
  sum.gpus += reading.available_gpus ?? 0
  sum.count += 1
  sums.set(keyOf(reading), sum)
}
const meanReading = (
  { cost, latency, credits, gpus, count }: Sum,
  reading: ProviderReading,
): ProviderReading => ({
  ...reading,
  ...{ cost_hourly_usd: (cost / count) as never, latency_ms: latency / count, credits: credits / count },
  available_gpus: gpus / count,
})
function scoreWith(
  weights: Float64Array,
  reading: ProviderReading,
  scales: PlacementConfig['scales'],
): number {
  const factors = factorsOf(reading, scales)
  return scoreFactors.reduce((sum, name, at) => sum + weights[at]! * (factors[name] ?? 0), 0)
}
export const round = (value: number): number => Number(value.toFixed(4))
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
