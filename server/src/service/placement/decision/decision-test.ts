import type { DecisionTest, Economics } from '@aiops/contract/model/decision'
import { durationMs } from '@aiops/contract/model/time'
import type { PlacementConfig } from '../config.ts'
import { number } from './constraint.ts'
import type { DecisionInput } from './decision-input.ts'
import { hourMs } from './economics.ts'

export type Tested = {
  from: string
  to: string
  better: { passed: boolean; detail: string }
  confidence: number | null
  /** Why nothing was drawn. */
  noDraw: string
  economics: Economics | null
}

/** Limits of a decision, read once. */
export const limitsOf = (config: PlacementConfig) => ({
  confidenceMin: config.confidence_min,
  paybackHours: durationMs(config.payback_max) / hourMs,
  dwellMs: durationMs(config.dwell),
  cooldownMs: durationMs(config.cooldown),
  movesPerHour: config.moves_per_hour_max,
  serviceMovesPerDay: config.service_moves_per_day_max,
})
export type Limits = ReturnType<typeof limitsOf>

/** Tests that an emergency skips: those of money and of waiting for it, never those of safety. */
const economic: ReadonlySet<DecisionTest['name']> = new Set([
  'CONFIDENCE',
  'SAVING_P10',
  'PAYBACK',
  'REGRET',
  'DWELL',
  'INCIDENT',
])

/** Every test that a move has to pass, each with its value and limit. An emergency is told by its incident, and so not stopped by it. */
export function testsOf(input: DecisionInput, tested: Tested, limits: Limits): DecisionTest[] {
  const tests = [...moneyTests(input, tested, limits), ...guardTests(input, tested, limits)]
  if (input.emergency === null) return tests
  return tests.map((test) =>
    economic.has(test.name) && !test.passed
      ? { ...test, passed: true, detail: `${test.detail}; skipped in an emergency` }
      : test,
  )
}

function moneyTests(input: DecisionInput, tested: Tested, limits: Limits): DecisionTest[] {
  const { confidence, economics, noDraw, to } = tested
  const regret = input.regret.byProvider[to] ?? 0
  const payback = economics?.payback_hours ?? null
  const p10 = economics?.saving_usd.p10
  const due = economics?.migration_usd ?? 0
  return [
    { name: 'BETTER_OPTION', ...tested.better },
    {
      name: 'CONFIDENCE',
      passed: confidence !== null && confidence >= limits.confidenceMin,
      detail:
        confidence === null
          ? noDraw
          : `${to} wins ${percent(confidence)} of the draws, ${percent(limits.confidenceMin)} needed`,
    },
    {
      name: 'SAVING_P10',
      passed: p10 !== undefined && p10 > 0,
      detail: economics
        ? `saves ${dollars(economics.saving_usd.p10)} to ${dollars(economics.saving_usd.p90)} in ${number(economics.horizon_hours)} h, migration paid; the low end must be above $0`
        : noDraw,
    },
    {
      name: 'PAYBACK',
      passed: payback !== null && payback <= limits.paybackHours,
      detail:
        payback === null
          ? economics
            ? 'never pays for itself at the rates seen'
            : noDraw
          : `pays for itself in ${number(payback)} h, ${number(limits.paybackHours)} h at most`,
    },
    {
      name: 'REGRET',
      passed: economics !== null && regret >= due,
      detail: economics ? `staying has cost ${dollars(regret)} so far, a move costs ${dollars(due)}` : noDraw,
    },
  ]
}

function guardTests(
  { guard, atMs, sinceMs, current, candidates, out }: DecisionInput,
  { to }: Tested,
  limits: Limits,
): DecisionTest[] {
  const dwelt = sinceMs === null ? Number.POSITIVE_INFINITY : atMs - sinceMs
  const since = guard.lastProposalMs === null ? Number.POSITIVE_INFINITY : atMs - guard.lastProposalMs
  const droppedUntil = guard.droppedUntilMs[to] ?? 0
  const stale = candidates.filter(
    ({ staleSeconds, reading }) =>
      staleSeconds !== null &&
      // Silence is what an outage looks like.
      !out.has(reading.provider) &&
      (reading.provider === current || reading.provider === to),
  )
  const rate =
    guard.movesLastHour < limits.movesPerHour && guard.serviceMovesLastDay < limits.serviceMovesPerDay
  return [
    {
      name: 'DWELL',
      passed: dwelt >= limits.dwellMs,
      detail: `${sinceMs === null ? 'not known since when' : `${minutes(dwelt)}`} at ${current}, at least ${minutes(limits.dwellMs)}`,
    },
    {
      name: 'COOLDOWN',
      passed: since >= limits.cooldownMs && atMs >= droppedUntil,
      detail:
        atMs < droppedUntil
          ? `a person said no to ${to}; asked again in ${minutes(droppedUntil - atMs)}`
          : `${guard.lastProposalMs === null ? 'never proposed before' : `last proposed ${minutes(since)} ago`}, at least ${minutes(limits.cooldownMs)} apart`,
    },
    {
      name: 'RATE',
      passed: rate,
      detail: `${guard.movesLastHour} of ${limits.movesPerHour} moves in this hour, ${guard.serviceMovesLastDay} of ${limits.serviceMovesPerDay} of the service in a day`,
    },
    {
      name: 'INCIDENT',
      passed: guard.incidents.length === 0,
      detail:
        guard.incidents.length === 0 ? 'no open incident' : `open: ${guard.incidents.slice(0, 3).join(', ')}`,
    },
    {
      name: 'BUDGET',
      passed: true,
      detail:
        guard.budgetFrozen === null
          ? 'no budget is frozen'
          : `frozen (${guard.budgetFrozen}); only cheaper options are allowed`,
    },
    {
      name: 'FRESH_TELEMETRY',
      passed: stale.length === 0,
      detail:
        stale.length === 0
          ? 'readings of both sides are fresh'
          : stale
              .map(
                ({ reading, staleSeconds }) =>
                  `${reading.provider} was last told ${Math.round(staleSeconds ?? 0)} s ago`,
              )
              .join(', '),
    },
    { name: 'FRESH_PRICES', passed: guard.prices.fresh, detail: guard.prices.detail },
    { name: 'KILL_SWITCH', passed: guard.killSwitch === null, detail: guard.killSwitch ?? 'not set' },
    {
      name: 'OPEN_DEPLOYMENT',
      passed: guard.openDeployment === null,
      detail: guard.openDeployment === null ? 'none is open' : `${guard.openDeployment} is open`,
    },
  ]
}

export const dollars = (value: number): string =>
  `${value < 0 ? '−' : ''}$${Math.abs(value) >= 100 ? Math.abs(value).toFixed(0) : Math.abs(value).toFixed(2)}`
export const percent = (share: number): string => `${(share * 100).toFixed(0)} %`
/** `20 min`, `3 h`. */
export const minutes = (ms: number): string =>
  ms === Number.POSITIVE_INFINITY
    ? 'always'
    : ms >= 7_200_000
      ? `${number(ms / 3_600_000)} h`
      : `${Math.round(ms / 60_000)} min`
