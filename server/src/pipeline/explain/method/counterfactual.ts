import type { Analysis } from './analysis.ts'
import { quantile } from './change.ts'
import { noticeable } from './evidence.ts'
import { strengthOf } from './felt.ts'
import type { Suspect } from './joint.ts'
import type { Signal } from './sighting.ts'
import { metricPhrase, nameOf } from './wording.ts'

export type Counterfactual = { sentence: string; explainedShare: number }

/** An effect may be seen so many samples after its cause; clocks and export intervals are coarse. */
const lagsMax = 2
/** Samples that both must have, in all and out of the usual. */
const sharedMin = 12
const excessMin = 2
/** Deviations that count as usual. */
const usualDeviations = 1.5
/** Of a cause's own changes, how many are tried. */
const signalsMax = 3

/**
 * How much of the symptom would be gone were the candidate as usual: the symptom's excess is regressed, through the origin, on that of the
 * candidate's own change, with the lag of 0 to 2 samples that fits best; what the fit leaves is what would remain. An observation and no
 * experiment: two things that share a cause move together as well, which is why it is told and not scored.
 */
export function counterfactualOf(analysis: Analysis, candidate: Suspect): Counterfactual | undefined {
  const symptom = symptomOf(analysis, candidate)
  if (!symptom) return undefined
  const target = excessOf(analysis, symptom)
  let best: { share: number; signal: Signal } | undefined
  const own = new Set(candidate.fault.terms.flatMap(({ signal }) => signal ?? []))
  for (const signal of [...own].slice(0, signalsMax)) {
    const share = explainedShare(target, excessOf(analysis, signal), analysis.sampleMs)
    if (share !== undefined && share > (best?.share ?? -1)) best = { share, signal }
  }
  if (!best) return undefined
  const measured = `${metricPhrase(symptom.series.metric)} at ${nameOf(symptom.series.entity)}`
  const part = Math.round(best.share * 100)
  return {
    sentence: `Had ${metricPhrase(best.signal.series.metric)} of ${nameOf(candidate.entity)} stayed as usual, about ${part} % of what was out of the usual in ${measured} would not be there, going by how the two moved together.`,
    explainedShare: Math.round(best.share * 1_000) / 1_000,
  }
}

/** What is felt elsewhere: where the symptom was seen, else of what depends on the candidate that which suffers most. */
function symptomOf(analysis: Analysis, { entity: candidate }: Suspect): Signal | undefined {
  const named = (analysis.case.symptoms ?? []).map(({ entity }) => entity)
  const about = named.length > 0 ? named : [...analysis.graph.dependents(candidate).keys()]
  const signals = about
    .filter((entity) => entity !== candidate)
    .flatMap((entity) => analysis.sightings.get(entity) ?? [])
    .flatMap(({ latency, errors }) => [latency, errors])
    .filter((signal) => signal !== undefined)
  const [most] = signals.sort((a, b) => strengthOf(b) - strengthOf(a))
  return most && strengthOf(most) >= noticeable ? most : undefined
}

/** A series as how far it is out of its usual, sample by sample, in the direction of its change: 0 as usual, logarithmic beyond. */
export type Excess = { timesMs: Float64Array; values: Float64Array }

function excessOf({ split }: Analysis, { series, meaning, change }: Signal): Excess {
  const base: number[] = []
  for (let i = 0; i < series.timesMs.length; i += 1)
    if (series.timesMs[i]! < split.baseEndMs && Number.isFinite(series.values[i]!))
      base.push(series.values[i]!)
  base.sort((a, b) => a - b)
  const middle = quantile(base, 0.5)
  const spread = (quantile(base, 0.9) - quantile(base, 0.1)) / 2.56
  const scale = Math.max(spread, meaning.floor * Math.abs(middle), meaning.step, Number.MIN_VALUE)
  const sign = change.after >= change.before ? 1 : -1
  const times: number[] = []
  const values: number[] = []
  for (let i = 0; i < series.timesMs.length; i += 1) {
    const deviations = (sign * (series.values[i]! - middle)) / scale
    if (Number.isNaN(deviations)) continue
    times.push(series.timesMs[i]!)
    values.push(Math.log1p(Math.min(1e6, Math.max(0, deviations - usualDeviations))))
  }
  return { timesMs: Float64Array.from(times), values: Float64Array.from(values) }
}

/** 0..1; undefined where the two share too few samples. O(samples · lags). */
export function explainedShare(symptom: Excess, candidate: Excess, stepMs: number): number | undefined {
  let best: number | undefined
  for (let lag = 0; lag <= lagsMax; lag += 1) {
    const share = shareAt(symptom, candidate, lag * stepMs, stepMs)
    if (share !== undefined) best = Math.max(best ?? 0, share)
  }
  return best
}

function shareAt(symptom: Excess, candidate: Excess, lagMs: number, stepMs: number): number | undefined {
  let cross = 0
  let own = 0
  let all = 0
  let count = 0
  let out = 0
  let at = 0
  const { timesMs } = candidate
  for (let i = 0; i < symptom.timesMs.length; i += 1) {
    const wanted = symptom.timesMs[i]! - lagMs
    while (at + 1 < timesMs.length && Math.abs(timesMs[at + 1]! - wanted) <= Math.abs(timesMs[at]! - wanted))
      at += 1
    if (at >= timesMs.length || Math.abs(timesMs[at]! - wanted) > stepMs / 2) continue
    const y = symptom.values[i]!
    const x = candidate.values[at]!
    cross += x * y
    own += x * x
    all += y * y
    count += 1
    if (y > 0) out += 1
  }
  if (count < sharedMin || out < excessMin) return undefined
  return own === 0 ? 0 : (cross * cross) / (own * all)
}
