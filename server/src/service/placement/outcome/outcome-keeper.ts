import type { Decision } from '@aiops/contract/model/decision'
import { durationMs } from '@aiops/contract/model/time'
import type { PlacementConfig } from '../config.ts'
import { reviewOf } from '../emergency/review.ts'
import type { PlacementDeps } from '../index.ts'
import { pointsOf, seriesNames } from '../provider/provider-series.ts'
import type { TracePoint } from '../replay/trace.ts'
import type { TenantLedger } from '../tenant-ledger.ts'
import { othersOf, realisedOf } from './realised.ts'

type Deps = Pick<PlacementDeps, 'clock' | 'repository' | 'history' | 'log'>

/** Decisions that one pass measures; the rest has its turn in the next. */
const decisionsMax = 200
const othersMax = 20

/** Measures what came of moves, again and again until `outcome.until`, and reviews emergencies. */
export class OutcomeKeeper {
  readonly #deps: Deps
  readonly #config: PlacementConfig
  readonly #changed: (ledger: TenantLedger, decision: Decision) => void
  readonly #stepMs: number

  constructor(
    deps: Deps,
    config: PlacementConfig,
    changed: (ledger: TenantLedger, decision: Decision) => void,
  ) {
    this.#deps = deps
    this.#config = config
    this.#changed = changed
    this.#stepMs = durationMs(config.telemetry.step)
  }

  async measure(ledger: TenantLedger): Promise<void> {
    const nowMs = this.#deps.clock.now()
    const untilMs = durationMs(this.#config.outcome.until)
    const { decisions } = await this.#deps.repository.decisions(ledger.tenant, {
      ...{ startMs: nowMs - untilMs - 86_400_000, endMs: nowMs, services: [], actions: ['MOVE'], offset: 0 },
      ...{ states: ['DONE', 'PROPOSED', 'REVERTED', 'DROPPED'], limit: decisionsMax },
    })
    let measured = 0
    for (const decision of decisions) {
      const next = await this.#measured(ledger, decision, nowMs, untilMs).catch((error: unknown) => {
        this.#deps.log.warn({ decision: decision.id, error }, 'What came of a decision could not be measured')
        return decision
      })
      if (next === decision) continue
      if (await this.#deps.repository.transition(ledger.tenant, next, decision.state)) {
        measured += 1
        if (ledger.latest.get(next.service)?.id === next.id) ledger.latest.set(next.service, next)
        this.#changed(ledger, next)
      }
    }
    if (measured > 0) await ledger.recalibrate()
  }

  async #measured(
    ledger: TenantLedger,
    decision: Decision,
    nowMs: number,
    untilMs: number,
  ): Promise<Decision> {
    const atMs = Date.parse(decision.at)
    const moves = ledger.state(decision.service).movesMs
    const place = moves.findIndex((at) => at >= atMs)
    const movedMs = decision.state === 'DROPPED' || place < 0 ? null : moves[place]!
    const endMs =
      movedMs === null
        ? nowMs
        : Math.min(nowMs, movedMs + untilMs, moves[place + 1] ?? Number.POSITIVE_INFINITY)
    const finished = Date.parse(decision.outcome?.measured_until ?? '') >= endMs - this.#stepMs
    let next = decision
    if (movedMs !== null && decision.from !== null && endMs - movedMs >= this.#stepMs && !finished)
      next = { ...next, outcome: await this.#outcome(ledger, decision, movedMs, endMs) }
    const due = nowMs - atMs >= durationMs(this.#config.emergency.review_after)
    if (decision.emergency && !decision.review && due)
      next = { ...next, review: reviewOf(next, await this.#aftermath(ledger, decision, movedMs, nowMs)) }
    return next
  }

  async #outcome(ledger: TenantLedger, decision: Decision, movedMs: number, endMs: number) {
    const startMs =
      Math.floor((movedMs - durationMs(this.#config.outcome.before)) / this.#stepMs) * this.#stepMs
    const services = [decision.service, ...stayedAt(ledger, decision.service, decision.from)]
      .map(escaped)
      .join('|')
    const providers = [decision.from, decision.to].map(escaped).join('|')
    const selector = `${seriesNames.cost}{provider=~"${providers}",service=~"${services}"}`
    const series = await this.#deps.history(ledger.tenant, selector, { startMs, endMs, stepMs: this.#stepMs })
    const steps = Math.floor((endMs - startMs) / this.#stepMs) + 1
    const grid = gridOf(pointsOf(series), startMs, this.#stepMs, steps)
    const own = (provider: string | null): number[] =>
      grid.get(`${decision.service}\n${provider}`) ?? empty(steps)
    const stayed = [...grid].filter(
      ([key]) => key.endsWith(`\n${decision.from}`) && !key.startsWith(`${decision.service}\n`),
    )
    const from = own(decision.from)
    const beforeSteps = Math.ceil((movedMs - startMs) / this.#stepMs)
    const others = othersOf(
      stayed.map(([, rates]) => rates),
      beforeSteps,
    )
    return realisedOf({
      ...{
        movedMs,
        stepMs: this.#stepMs,
        seed: decision.seed,
        migrationUsd: decision.economics?.migration_usd ?? 0,
      },
      before: { from: from.slice(0, beforeSteps), others: others?.slice(0, beforeSteps) ?? null },
      after: {
        from: from.slice(beforeSteps),
        to: own(decision.to).slice(beforeSteps),
        others: others?.slice(beforeSteps) ?? null,
      },
    })
  }

  async #aftermath(ledger: TenantLedger, decision: Decision, movedMs: number | null, nowMs: number) {
    const atMs = Date.parse(decision.at)
    const { latency_factor: latencyFactor, cost_factor: costFactor } = this.#config.emergency
    const startMs = atMs - 2 * 3_600_000
    const stepMs = Math.min(60_000, this.#stepMs)
    const selector = `{__name__=~"${seriesNames.cost}|${seriesNames.latency}",service="${decision.service}",provider="${decision.from}"}`
    const series = await this.#deps.history(ledger.tenant, selector, {
      startMs,
      endMs: nowMs,
      stepMs,
    })
    const points = [...pointsOf(series)]
    // The run-up is left out: signals may be as old as this when they count together.
    const calmMs = atMs - durationMs(this.#config.emergency.window)
    const usual = (of: (point: TracePoint) => number | null): number => {
      const values = points.flatMap((point) => (point.timeMs < calmMs ? (of(point) ?? []) : []))
      return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.POSITIVE_INFINITY
    }
    const usualCost = usual((point) => point.cost_hourly_usd)
    const usualLatency = usual((point) => point.latency_ms)
    const after = points.filter(({ timeMs }) => timeMs > atMs)
    const told = new Set(after.map(({ timeMs }) => timeMs))
    const bad = new Set(
      after.flatMap((point) =>
        (point.cost_hourly_usd ?? 0) >= costFactor * usualCost ||
        (point.latency_ms ?? 0) >= latencyFactor * usualLatency
          ? [point.timeMs]
          : [],
      ),
    )
    const isKnown = Number.isFinite(usualCost) || Number.isFinite(usualLatency)
    // Told of, and nobody knows what is usual: nothing can be said.
    const steps = isKnown || told.size === 0 ? Math.max(0, Math.floor((nowMs - atMs) / stepMs)) : 0
    const seen = { steps, told: Math.min(steps, told.size), bad: Math.min(steps, bad.size) }
    return { nowMs, movedMs, ...seen, latencyFactor, costFactor }
  }
}

/** Services that are told of at a provider beside the one that moved; a few say what moves all of them. */
function stayedAt(ledger: TenantLedger, service: string, provider: string | null): string[] {
  const found: string[] = []
  for (const [name, { pairs }] of ledger.book.services) {
    if (found.length >= othersMax) break
    if (name !== service && provider !== null && pairs.has(provider)) found.push(name)
  }
  return found
}

/** Names hold letters, digits and . _ : @ / - only. */
const escaped = (name: string | null): string => (name ?? '').replaceAll('.', '\\\\.')
const empty = (steps: number): number[] => Array.from({ length: steps }, () => Number.NaN)

function gridOf(
  points: Iterable<TracePoint>,
  startMs: number,
  stepMs: number,
  steps: number,
): Map<string, number[]> {
  const grid = new Map<string, number[]>()
  for (const { service, provider, timeMs, cost_hourly_usd } of points) {
    const at = Math.floor((timeMs - startMs) / stepMs)
    if (cost_hourly_usd === null || at < 0 || at >= steps) continue
    const key = `${service}\n${provider}`
    const rates = grid.get(key) ?? empty(steps)
    rates[at] = cost_hourly_usd
    grid.set(key, rates)
  }
  return grid
}
