import type { DecisionTest, Economics, Option } from '@aiops/contract/model/decision'
import { hourly } from '@aiops/contract/model/money'
import { durationMs } from '@aiops/contract/model/time'
import { canonicalJson } from '../../../kernel/canonical-json.ts'
import { isoTime } from '../../../kernel/clock.ts'
import type { PlacementConfig } from '../config.ts'
import { brokenBy } from './constraint.ts'
import type { Candidate, DecisionInput, Verdict } from './decision-input.ts'
import { limitsOf, minutes, testsOf } from './decision-test.ts'
import { economicsOf, hourMs, migrationOf } from './economics.ts'
import { explanationOf } from './explanation.ts'
import { flipSentences, flipsOf } from './flip.ts'
import { seedOf } from './random-stream.ts'
import { Robustness } from './robustness.ts'
import {
  commonFactors,
  type Factors,
  factorsOf,
  gapOf,
  scoreFactors,
  scoreOf,
  type WeightsByFactor,
  weightsOf,
  weightsOver,
} from './score.ts'

/** One candidate as it is judged. */
export type Judged = {
  candidate: Candidate
  provider: string
  excluded: string[]
  factors: Factors
  score: number
  acceptability: number | null
  /** Against where the service runs. */
  economics: Economics | null
}

/** Steps of history that draws need: 20 minutes of 5-minute ones. */
const stepsMin = 4

/** Decides single services: pure, the same input gives the same verdict bit for bit. Buffers inside make it no good for two at once. */
export class Decider {
  readonly #config: PlacementConfig
  readonly #limits: ReturnType<typeof limitsOf>
  readonly #weights: WeightsByFactor
  readonly #robustness: Robustness
  readonly #scratch: Float64Array
  readonly #horizonHours: number
  readonly #horizonSteps: number
  readonly version: string

  constructor(config: PlacementConfig) {
    this.#config = config
    this.#limits = limitsOf(config)
    this.#weights = weightsOf(config.weights)
    this.#robustness = new Robustness({
      ...{ draws: config.draws, scales: config.scales, concentration: config.weight_concentration },
    })
    this.#scratch = new Float64Array(config.draws)
    this.#horizonHours = durationMs(config.horizon) / hourMs
    this.#horizonSteps = durationMs(config.horizon) / durationMs(config.telemetry.step)
    const { services: _, mode, kill_switch, ...rest } = config
    this.version = `s${seedOf(canonicalJson(rest), 1).toString(16)}`
  }

  decide(input: DecisionInput): Verdict {
    const judged = this.#judge(input)
    const here = judged.find(({ provider }) => provider === input.current)
    const allowed = judged.filter(({ excluded }) => excluded.length === 0)
    const weights = weightsOver(this.#weights, commonFactors(judged.map(({ factors }) => factors)))
    const noDraw = this.#draw(input, judged, here, weights)
    const target = this.#target(allowed, here)
    const tests = this.#tests(input, here, target, noDraw)
    const better = tests.length > 0 && tests[0]!.passed
    const moves = here !== undefined && target !== undefined && better
    const chosen = moves ? target : here
    const others = judged.filter((one) => one !== chosen && (moves || one.excluded.length === 0))
    const against = moves ? here : others.sort(byScore)[0]
    const runnerUp = allowed.filter((one) => one !== chosen).sort(byAcceptability)[0]
    const economics = target?.economics ?? null
    const state = !moves ? 'STAYING' : tests.every(({ passed }) => passed) ? 'RECOMMENDED' : 'HELD'
    const rival = runnerUp ?? against
    const flips =
      chosen && rival
        ? flipSentences(
            flipsOf(chosen.factors, rival.factors, weights, this.#config.scales),
            weights,
            chosen.provider,
          )
        : []
    const confidence = chosen?.acceptability ?? null
    const verdict: Verdict = {
      ...{ service: input.service, at: isoTime(input.atMs), action: moves ? 'MOVE' : 'STAY', state },
      ...{ from: input.current, to: chosen?.provider ?? input.current },
      options: judged.map((one) => optionOf(one, weights)),
      ...{ confidence, calibration: input.calibration(confidence) },
      runner_up: runnerUp?.provider ?? null,
      gap:
        chosen && against
          ? { against: against.provider, ...gapOf(chosen.factors, against.factors, weights) }
          : null,
      flips,
      ...{ economics, tests, emergency: input.emergency !== null && moves },
      signals: moves ? (input.emergency?.signals ?? []) : [],
      explanation: '',
      ...{ seed: input.seed, settings_version: this.version, deployment_id: null, outcome: null },
      hypothetical: input.hypothetical,
    }
    return { ...verdict, explanation: explanationOf(verdict, input, weights) }
  }

  #judge(input: DecisionInput): Judged[] {
    const current = input.candidates.find(({ reading }) => reading.provider === input.current)
    const currentCost = current?.reading.cost_hourly_usd ?? null
    return input.candidates.map((candidate) => {
      const { reading, staleSeconds } = candidate
      const isCurrent = reading.provider === input.current
      const excluded = brokenBy(reading, input.rules, {
        ...{ staleSeconds, currentCost, current: isCurrent, budgetFrozen: input.guard.budgetFrozen },
      })
      if (input.out.has(reading.provider)) excluded.unshift('it is out')
      const factors = factorsOf(reading, this.#config.scales)
      return {
        candidate,
        provider: reading.provider,
        excluded,
        factors,
        score: 0,
        acceptability: null,
        economics: null,
      }
    })
  }

  /** Draws the allowed options, and where the service runs beside them for the money. Returns why nothing could be drawn. */
  #draw(input: DecisionInput, judged: Judged[], here: Judged | undefined, weights: WeightsByFactor): string {
    for (const one of judged) one.score = scoreOf(one.factors, weights)
    const known = judged.filter(
      ({ candidate }) =>
        candidate.reading.cost_hourly_usd !== null && (candidate.columns[0]?.length ?? 0) > 0,
    )
    const steps = known[0]?.candidate.columns[0]?.length ?? 0
    if (steps < stepsMin) {
      const stepMs = durationMs(this.#config.telemetry.step)
      return `${minutes(steps * stepMs)} of common history, at least ${minutes(stepsMin * stepMs)} needed`
    }
    const drawn = known.filter(({ excluded }) => excluded.length === 0)
    const all = here && known.includes(here) && !drawn.includes(here) ? [...drawn, here] : drawn
    if (drawn.length === 0) return 'no option is allowed'
    const samples = all.map(({ candidate }) =>
      candidate.columns.map((column, at) => (at === 0 || weights[scoreFactors[at]!] > 0 ? column : null)),
    )
    const draws = this.#robustness.draw(
      samples.slice(0, drawn.length),
      weights,
      this.#horizonSteps,
      input.seed,
    )
    for (const [place, one] of drawn.entries()) one.acceptability = draws.acceptability[place]!
    const paired =
      all.length === drawn.length
        ? draws
        : this.#robustness.draw(samples, weights, this.#horizonSteps, input.seed)
    if (!here || !all.includes(here)) return 'the cost of where it runs is not known'
    const costsHere = paired.costs[all.indexOf(here)]!
    for (const [place, one] of all.entries()) {
      if (one === here) continue
      const { egress } = input
      const migration = migrationOf(
        egress
          ? {
              ...this.#config.migration,
              ...{ egress_usd_per_gib: egress.gibUsd, egress_source: egress.source },
            }
          : this.#config.migration,
        input.rules,
        one.candidate.reading.cost_hourly_usd ?? 0,
      )
      one.economics = economicsOf(
        costsHere,
        paired.costs[place]!,
        migration,
        this.#horizonHours,
        this.#scratch,
      )
    }
    return ''
  }

  /** Where it would go: of what pays for sure the one that wins most, else the one that wins most. */
  #target(allowed: readonly Judged[], here: Judged | undefined): Judged | undefined {
    const others = allowed.filter((one) => one !== here)
    const better = others.filter(
      (one) => here === undefined || here.excluded.length > 0 || one.score > here.score,
    )
    const paying = better.filter(({ economics }) => economics !== null && economics.saving_usd.p10 > 0)
    return [paying, better, others].find((some) => some.length > 0)?.toSorted(byAcceptability)[0]
  }

  #tests(
    input: DecisionInput,
    here: Judged | undefined,
    target: Judged | undefined,
    noDraw: string,
  ): DecisionTest[] {
    if (!here || !target || input.current === null) return []
    const broken = here.excluded.length > 0
    const better = {
      passed: broken || target.score > here.score,
      detail: broken
        ? `${here.provider} breaks a hard constraint: ${here.excluded[0]}`
        : `${target.provider} scores ${target.score.toFixed(3)}, ${here.provider} ${here.score.toFixed(3)}`,
    }
    return testsOf(
      input,
      {
        ...{ from: here.provider, to: target.provider, better, economics: target.economics },
        ...{ confidence: target.acceptability, noDraw },
      },
      this.#limits,
    )
  }
}

function optionOf(one: Judged, weights: WeightsByFactor): Option {
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0)
  const cost = one.candidate.reading.cost_hourly_usd
  return {
    provider: one.provider,
    reading: { ...one.candidate.reading, cost_hourly_usd: cost === null ? null : hourly(cost) },
    excluded: one.excluded,
    score: sum > 0 ? one.score : null,
    factors: one.factors,
    acceptability: one.acceptability,
  }
}

const byScore = (a: Judged, b: Judged): number => b.score - a.score
const byAcceptability = (a: Judged, b: Judged): number =>
  (b.acceptability ?? -1) - (a.acceptability ?? -1) || b.score - a.score || (a.provider < b.provider ? -1 : 1)
