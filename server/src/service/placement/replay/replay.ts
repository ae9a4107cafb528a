import { hourly, usd } from '@aiops/contract/model/money'
import type { ProviderReading } from '@aiops/contract/model/provider'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../../kernel/clock.ts'
import type { Turn } from '../../../kernel/turn.ts'
import { type PlacementConfig, rulesBook, type ServiceRules } from '../config.ts'
import { Decider } from '../decision/decider.ts'
import type { DecisionInput, Verdict } from '../decision/decision-input.ts'
import { hourMs, migrationOf } from '../decision/economics.ts'
import { seedOf } from '../decision/random-stream.ts'
import { accumulate, type Regret } from '../decision/regret.ts'
import { alignedColumns, ReadingWindow } from '../provider/window.ts'
import { type Course, carried, cheapest, hindsight, never, origin, walk } from './course.ts'
import type { ServiceTrace, Trace } from './trace.ts'

export const courseNames = [
  'this configuration',
  'never move',
  'always cheapest',
  'origin score',
  'hindsight',
] as const
export type CourseName = (typeof courseNames)[number]

export type ServiceReplay = {
  service: string
  courses: Record<CourseName, Course>
  providers: readonly string[]
}
export type Replay = { services: ServiceReplay[]; samples: number; coverage: number; notices: string[] }

/** Decides a period again, service by service, each course over the same rates from the same start. */
export async function replay(trace: Trace, config: PlacementConfig, turn: Turn): Promise<Replay> {
  const decider = new Decider(config)
  const rulesOf = rulesBook(config)
  const services: ServiceReplay[] = []
  const notices = new Set<string>()
  let samples = 0
  let cells = 0
  for (const one of trace.services) {
    if (turn.due()) await turn.give()
    const known = one.cost.reduce(
      (sum, column) => sum + column.reduce((n, v) => n + (Number.isNaN(v) ? 0 : 1), 0),
      0,
    )
    samples += known
    cells += one.cost.length * trace.count
    if (one.start < 0)
      notices.add(`Nobody says where ${one.service} ran; it begins where it was told of first.`)
    services.push(
      replayService(trace, { ...one, start: Math.max(0, one.start) }, decider, rulesOf(one.service), config),
    )
  }
  if (trace.services.length === 0) notices.add('Nothing was told of any service in this period.')
  return {
    services,
    samples,
    coverage: cells === 0 ? 0 : samples / cells,
    notices: [...notices].slice(0, 20),
  }
}

export function replayService(
  trace: Pick<Trace, 'startMs' | 'stepMs' | 'count'>,
  one: ServiceTrace,
  decider: Decider,
  rules: ServiceRules,
  config: PlacementConfig,
): ServiceReplay {
  const rates = carried(one)
  const stepHours = trace.stepMs / hourMs
  const moveCost = (step: number, to: number): number => {
    const rate = rates[to]![step]!
    return migrationOf(config.migration, rules, Number.isFinite(rate) ? rate : 0).usd
  }
  const ours = ourCourse(trace, one, rates, decider, rules, config, moveCost)
  return {
    ...{ service: one.service, providers: one.providers },
    courses: {
      'this configuration': ours,
      'never move': never(rates, one.start, stepHours),
      'always cheapest': cheapest(rates, one.start, stepHours, moveCost),
      'origin score': origin(one, rates, one.start, stepHours, moveCost, config.scales),
      hindsight: hindsight(rates, one.start, stepHours, moveCost),
    },
  }
}

/** The same decider as live, held against the trace: what it recommends is done at once. */
function ourCourse(
  trace: Pick<Trace, 'startMs' | 'stepMs' | 'count'>,
  one: ServiceTrace,
  rates: readonly Float64Array[],
  decider: Decider,
  rules: ServiceRules,
  config: PlacementConfig,
  moveCost: (step: number, to: number) => number,
): Course {
  const stepMs = durationMs(config.telemetry.step)
  const windows = one.providers.map(
    () => new ReadingWindow(stepMs, durationMs(config.telemetry.window) / stepMs),
  )
  const staleSteps = durationMs(config.telemetry.stale_after) / trace.stepMs
  const lastKnown = one.providers.map(() => Number.NEGATIVE_INFINITY)
  const moved: number[] = []
  let regret: Regret | undefined
  let sinceMs: number | null = null
  return walk(rates, one.start, trace.stepMs / hourMs, moveCost, (step, here) => {
    const atMs = trace.startMs + step * trace.stepMs
    const fresh = one.providers.map((_, k) => {
      const cost = one.cost[k]![step]!
      if (!Number.isNaN(cost)) {
        windows[k]!.add(atMs, [
          cost,
          ...[one.latency, one.credits, one.gpus].map((c) => told(c[k]![step]!)),
        ] as never)
        lastKnown[k] = step
      }
      return step - lastKnown[k]! <= staleSteps
    })
    regret = accumulate(
      regret,
      atMs,
      fresh[here] ? rates[here]![step]! : null,
      one.providers.flatMap((provider, k) =>
        k === here ? [] : [{ provider, rate: fresh[k] ? rates[k]![step]! : null }],
      ),
    )
    // No decision passes without this one: it is cheap to ask first.
    const due = one.providers.some(
      (provider, k) => k !== here && (regret?.byProvider[provider] ?? 0) >= moveCost(step, k),
    )
    if (!due) return here
    const input = inputAt(one, { step, atMs, here, sinceMs, windows, fresh, regret, moved, rules, stepMs })
    const verdict = decider.decide(input)
    if (verdict.state !== 'RECOMMENDED') return here
    moved.push(atMs)
    regret = { atMs, byProvider: {} }
    sinceMs = atMs
    return one.providers.indexOf(verdict.to ?? '')
  })
}

const told = (value: number): number | null => (Number.isNaN(value) ? null : value)

function inputAt(
  one: ServiceTrace,
  now: {
    step: number
    atMs: number
    here: number
    sinceMs: number | null
    windows: readonly ReadingWindow[]
    fresh: readonly boolean[]
    regret: Regret
    moved: readonly number[]
    rules: ServiceRules
    stepMs: number
  },
): DecisionInput {
  const columns = alignedColumns(now.windows, now.atMs, now.stepMs)
  const lastMove = now.moved.at(-1) ?? null
  return {
    ...{ service: one.service, atMs: now.atMs, seed: seedOf(one.service, now.atMs) },
    ...{ current: one.providers[now.here]!, sinceMs: now.sinceMs, rules: now.rules, regret: now.regret },
    candidates: one.providers.map((_, k) => ({
      reading: readingAt(one, now.step, k, now.atMs),
      staleSeconds: now.fresh[k] ? null : 0,
      columns: columns[k]!,
    })),
    guard: {
      ...{
        lastProposalMs: lastMove,
        droppedUntilMs: {},
        incidents: [],
        budgetFrozen: null,
        killSwitch: null,
      },
      movesLastHour: 0,
      serviceMovesLastDay: now.moved.filter((at) => at > now.atMs - 86_400_000).length,
      prices: { fresh: true, detail: 'not asked in a replay' },
      openDeployment: null,
    },
    ...{ emergency: null, out: new Set(), hypothetical: true },
    calibration: () => ({ outcomes: 0, hit_rate: null }),
  }
}

function readingAt(one: ServiceTrace, step: number, k: number, atMs: number): ProviderReading {
  const newest = (column: Float64Array): number | null => {
    for (let at = step; at >= Math.max(0, step - 60); at -= 1)
      if (!Number.isNaN(column[at]!)) return column[at]!
    return null
  }
  const cost = newest(one.cost[k]!)
  return {
    ...{ service: one.service, provider: one.providers[k]!, region: one.regions[k] ?? null },
    ...{ instance: one.instances[k] ?? null, at: isoTime(atMs), source: 'replay' },
    cost_hourly_usd: cost === null ? null : hourly(cost),
    ...{ latency_ms: newest(one.latency[k]!), credits: newest(one.credits[k]!) },
    available_gpus: newest(one.gpus[k]!),
  }
}

/** Sums over all services, as the API shows them. */
export function coursesOf({ services }: Replay) {
  const sum = (name: CourseName, of: (course: Course) => number): number =>
    services.reduce((total, { courses }) => total + of(courses[name]), 0)
  const best = sum('hindsight', ({ bill }) => bill)
  return courseNames.map((name) => ({
    name,
    bill_usd: usd(sum(name, ({ bill }) => bill)),
    moves: sum(name, ({ moves }) => moves.length),
    migration_usd: usd(sum(name, ({ migration }) => migration)),
    regret_usd: usd(sum(name, ({ bill }) => bill) - best),
  }))
}

export type { Verdict }
