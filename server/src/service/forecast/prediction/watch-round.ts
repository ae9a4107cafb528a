import type { ForecastWatch, Prediction } from '@aiops/contract/model/forecast'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { Random } from '../../../kernel/random.ts'
import { givingWay } from '../../../kernel/stepwise.ts'
import type {
  PredictionOutcomes,
  PredictionRepository,
  StoredPrediction,
} from '../../../port/prediction-repository.ts'
import { type BreachSteps, breachOf } from '../breach.ts'
import type { ForecastConfig, WatchConfig } from '../config.ts'
import { type Course, coursesOf, firstKnown, keyOf, lastKnown, type QueryRange } from '../course.ts'
import { type Bands, foretold } from '../forecast-of.ts'
import { backtestOf, isBeyond } from '../series-forecast.ts'
import { alertOf, type PredictionAlert, rateText } from './prediction-alert.ts'
import { verdictOf } from './verdict.ts'

export type WatchRoundDeps = {
  clock: Clock
  random: Random
  metrics: Metrics
  repository: PredictionRepository
  queryRange: QueryRange
  alert(tenant: TenantId, alerts: readonly PredictionAlert[]): Promise<void>
  breathe(): Promise<void>
}

/** Looks in a row before people are told, and before they are told that it is over. */
const looksMin = 2
/** Of the newest outcomes: what was wrong a year ago says little. */
const outcomesLooked = 100
/** Of the history. */
const trustedShare = 4

type Memory = {
  /** Series that crossed in so many looks without being predicted yet; those whose prediction no longer holds. */
  crossing: Map<string, number>
  calm: Map<string, number>
  firing: Map<string, PredictionAlert>
  series: number
  lookedMs: number | null
  problem: string | null
}
type Seen = {
  key: string
  course: Course
  lastMs: number
  value: number
  bands: Bands
  breach: BreachSteps
  leadMs: number
}

/** Looks at the series of a watch: settles what was predicted, predicts, and says which predictions people are to know of. */
export class WatchRound {
  readonly #deps: WatchRoundDeps
  readonly #config: ForecastConfig
  /** By tenant and watch, both from the settings. */
  readonly #memories = new Map<string, Memory>()
  readonly #predictions

  constructor(deps: WatchRoundDeps, config: ForecastConfig) {
    this.#deps = deps
    this.#config = config
    this.#predictions = deps.metrics.counter(
      'aiops_predictions_total',
      'Predictions by what became of them.',
      ['state'],
    )
  }

  async look(tenant: TenantId, watch: WatchConfig): Promise<void> {
    const memory = this.#memoryOf(tenant, watch)
    try {
      await this.#look(tenant, watch, memory)
    } catch (error) {
      memory.problem = messageOf(error)
      throw error
    }
  }

  async describe(tenant: TenantId, watch: WatchConfig): Promise<ForecastWatch> {
    const memory = this.#memoryOf(tenant, watch)
    const outcomes = await this.#deps.repository.outcomes(tenant, watch.name, outcomesLooked)
    const { name, query, limit, direction, lead, severity, enabled } = watch
    const { hits, misses, open } = outcomes
    return {
      ...{ name, query, limit, direction, lead, severity, enabled: enabled && this.#config.enabled },
      ...{ hit_rate: hits + misses === 0 ? null : hits / (hits + misses), hits, misses, open },
      ...{ withheld: this.#withheld(outcomes), series: memory.series },
      looked_at: memory.lookedMs === null ? null : isoTime(memory.lookedMs),
      problem: memory.problem,
    }
  }

  async #look(tenant: TenantId, watch: WatchConfig, memory: Memory): Promise<void> {
    const { repository, queryRange, clock } = this.#deps
    const nowMs = clock.now()
    const seriesMax = this.#config.series_max
    const { courses, total } = await coursesOf(queryRange, tenant, watch.query, { nowMs, seriesMax })
    const byKey = new Map(courses.map((course) => [keyOf(course.labels), course]))
    const open = await this.#settle(tenant, await repository.open(tenant, watch.name), byKey, nowMs)
    const outcomes = await repository.outcomes(tenant, watch.name, outcomesLooked)
    const firing = new Map<string, PredictionAlert>()
    for (const [key, course] of byKey) {
      const seen = await this.#see(watch, key, course, nowMs)
      const known = open.get(key)
      const prediction = known
        ? this.#isHeld(known, seen, memory)
        : await this.#predict({ tenant, watch, memory, outcomes, nowMs }, seen)
      if (prediction?.alerted) {
        const alert = alertOf(watch, key, prediction, outcomes)
        firing.set(alert.key, alert)
      }
    }
    await this.#tell(tenant, memory, firing)
    for (const counts of [memory.crossing, memory.calm])
      for (const key of counts.keys()) if (!byKey.has(key)) counts.delete(key)
    memory.series = courses.length
    memory.lookedMs = nowMs
    memory.problem =
      total > courses.length ? `It has ${total} series; the first ${courses.length} are looked at.` : null
  }

  /** Those that are still open, by series. */
  async #settle(
    tenant: TenantId,
    open: readonly StoredPrediction[],
    courses: ReadonlyMap<string, Course>,
    nowMs: number,
  ): Promise<Map<string, Prediction>> {
    const left = new Map<string, Prediction>()
    for (const { series, prediction } of open) {
      const verdict = verdictOf(prediction, courses.get(series)?.grid, nowMs)
      if (!verdict) left.set(series, prediction)
      else if (await this.#deps.repository.update(tenant, verdict))
        this.#predictions.inc({ state: verdict.state })
    }
    return left
  }

  /** Undefined where nothing can be said: too little history, or no value of late. */
  async #see(watch: WatchConfig, key: string, course: Course, nowMs: number): Promise<Seen | undefined> {
    const { grid } = course
    const [first, last] = [firstKnown(grid), lastKnown(grid)]
    if (!first || !last || nowMs - last.timeMs > 3 * grid.stepMs) return undefined
    const leadMs = Math.min(durationMs(watch.lead), (last.timeMs - first.timeMs) / trustedShare)
    const bounds = {
      ...(watch.min === undefined ? {} : { min: watch.min }),
      ...(watch.max === undefined ? {} : { max: watch.max }),
    }
    const bands = await givingWay(
      foretold(grid.values, grid.stepMs, leadMs / grid.stepMs, { bounds }),
      this.#deps.breathe,
    )
    if (bands.isRefused) return undefined
    const breach = breachOf(bands.free, { value: watch.limit, direction: watch.direction })
    return { ...{ key, course, lastMs: last.timeMs, value: last.value, bands, breach }, leadMs }
  }

  /** The prediction while its alert holds: it ends after two looks in which the chance was less than half of what it takes. */
  #isHeld(prediction: Prediction, seen: Seen | undefined, memory: Memory): Prediction | undefined {
    const series = keyOf(prediction.labels)
    if (!seen || seen.breach.probability >= this.#config.certainty / 2) memory.calm.delete(series)
    else memory.calm.set(series, (memory.calm.get(series) ?? 0) + 1)
    return (memory.calm.get(series) ?? 0) >= looksMin ? undefined : prediction
  }

  async #predict(
    at: { tenant: TenantId; watch: WatchConfig; memory: Memory; outcomes: PredictionOutcomes; nowMs: number },
    seen: Seen | undefined,
  ): Promise<Prediction | undefined> {
    const { tenant, watch, memory, nowMs } = at
    if (!seen) return undefined
    const limit = { value: watch.limit, direction: watch.direction }
    if (seen.breach.probability < this.#config.certainty || isBeyond(seen.value, limit)) {
      memory.crossing.delete(seen.key)
      return undefined
    }
    const looks = (memory.crossing.get(seen.key) ?? 0) + 1
    memory.crossing.set(seen.key, looks)
    if (looks < looksMin) return undefined
    memory.crossing.delete(seen.key)
    memory.calm.delete(seen.key)
    const withheld = this.#withheld(at.outcomes) ?? (seen.bands.isNaiveBetter ? naiveBetter : null)
    const prediction = predictionOf(this.#deps.random.uuid(nowMs), watch, seen, { nowMs, withheld })
    if (!(await this.#deps.repository.insert(tenant, { series: seen.key, prediction }))) return undefined
    this.#predictions.inc({ state: 'OPEN' })
    return prediction
  }

  async #tell(tenant: TenantId, memory: Memory, firing: Map<string, PredictionAlert>): Promise<void> {
    const gone = [...memory.firing.values()].filter(({ key }) => !firing.has(key))
    const alerts = [...gone.map((alert) => ({ ...alert, firing: false })), ...firing.values()]
    if (alerts.length > 0) await this.#deps.alert(tenant, alerts)
    memory.firing = firing
  }

  #withheld(outcomes: PredictionOutcomes): string | null {
    const { outcomes_min, hit_rate_min } = this.#config
    const settled = outcomes.hits + outcomes.misses
    if (settled < outcomes_min || outcomes.hits / settled >= hit_rate_min) return null
    return `It was ${rateText(outcomes)}: nobody is told until it is right in ${Math.round(hit_rate_min * 100)} % again.`
  }

  #memoryOf(tenant: TenantId, watch: WatchConfig): Memory {
    const key = `${tenant}/${watch.name}`
    const known = this.#memories.get(key)
    if (known) return known
    const memory: Memory = {
      ...{
        crossing: new Map(),
        calm: new Map(),
        firing: new Map(),
        series: 0,
        lookedMs: null,
        problem: null,
      },
    }
    this.#memories.set(key, memory)
    return memory
  }
}

const naiveBetter = 'On the past of this series the method did worse than taking the value of a season ago.'

function predictionOf(
  id: string,
  watch: WatchConfig,
  { course, lastMs, value, bands, breach, leadMs }: Seen,
  { nowMs, withheld }: { nowMs: number; withheld: string | null },
): Prediction {
  const { stepMs } = course.grid
  const at = (steps: number): string => isoTime(Math.round(lastMs + steps * stepMs))
  const dueMs = breach.p90 === null ? lastMs + leadMs : lastMs + breach.p90 * stepMs
  const due_at = isoTime(Math.round(dueMs))
  return {
    ...{
      id,
      watch: watch.name,
      labels: course.labels,
      query: watch.query,
      predicted_at: isoTime(nowMs),
      value,
    },
    ...{ limit: watch.limit, direction: watch.direction, probability: breach.probability },
    earliest: at(breach.p10 ?? 1),
    middle: breach.p50 === null ? due_at : at(breach.p50),
    latest: breach.p90 === null ? null : at(breach.p90),
    ...{ due_at, method: bands.method, backtest: backtestOf(bands), alerted: withheld === null, withheld },
    ...{ state: 'OPEN', settled_at: null, breached_at: null },
  }
}
