import type { Correction } from '@aiops/contract/model/detection-model'
import { type Evidence, type WeighedEvidence, weigh } from './evidence.ts'
import { isWithin, recurrenceOf } from './expected.ts'
import { windowText } from './sentence.ts'
import { type Threshold, thresholdOf } from './threshold.ts'

/** What learning is done by; recorded with every version, so that it can be done again. */
export type TrainingParameters = {
  half_life_ms: number
  user_share_max: number
  chance_real_max: number
  factor_max: number
}

/** All that a document follows from. */
export type TrainingInputs = {
  as_of_ms: number
  parameters: TrainingParameters
  evidence: readonly Evidence[]
}
export type CorrectionsDocument = { corrections: Correction[] }

/** A metric is corrected as a whole where so many of its series, and such a share of them, have mostly unreal labels below the threshold. */
const seriesMin = 3
const metricLabelsMin = 6
const seriesAgreeing = 0.75
/** Where others label too, the word of one person alone goes no further than this, and weighs no more than so many labels. */
const aloneFactorMax = 2
const aloneWeightMax = 4
/** In its window something may be larger than it was yet. */
const windowMargin = 1.5
/** Labels shown with a correction. */
const labelsMax = 100

/**
 * Learns corrections of bounds from labels: of a metric where its series agree, of a series where it has labels enough, of a window where
 * something is expected at the same hour. Pure: the same inputs give the same document. O(n log n) in the labels.
 */
export function train({ as_of_ms, parameters, evidence }: TrainingInputs): CorrectionsDocument {
  const weighed = weigh(evidence, as_of_ms, {
    halfLifeMs: parameters.half_life_ms,
    userShareMax: parameters.user_share_max,
  })
  const people = new Set(weighed.map(({ user }) => user)).size
  const corrections: Correction[] = []
  for (const [name, ofMetric] of grouped(weighed, ({ name }) => name)) {
    // What is expected at its hour says nothing of other hours.
    const expected = ofMetric.filter(({ verdict }) => verdict === 'EXPECTED')
    const plain = ofMetric.filter(({ verdict }) => verdict !== 'EXPECTED')
    corrections.push(...windowsOf(name, expected, plain, parameters))
    const metric = metricOf(name, plain, people, parameters)
    if (metric) corrections.push(metric)
    for (const [, ofSeries] of grouped(plain, ({ key }) => key)) {
      const one = seriesOf(ofSeries, metric, people, parameters)
      if (one) corrections.push(one)
    }
  }
  return { corrections }
}

function metricOf(
  name: string,
  labels: readonly WeighedEvidence[],
  people: number,
  parameters: TrainingParameters,
): Correction | undefined {
  if (name === '' || labels.length < metricLabelsMin) return undefined
  const found = bounded(labels, people, parameters)
  if (!found) return undefined
  const below = grouped(
    labels.filter(({ ratio }) => ratio < found.factor),
    ({ key }) => key,
  )
  const agreeing = [...below.values()].filter((ones) => sumOf(ones, false) > sumOf(ones, true))
  if (below.size < seriesMin || agreeing.length < seriesAgreeing * below.size) return undefined
  return correctionOf({ __name__: name }, 'METRIC', found, labels)
}

/** Undefined where its labels say nothing that the metric's do not; factor 1 where they contradict it. */
function seriesOf(
  labels: readonly WeighedEvidence[],
  metric: Correction | undefined,
  people: number,
  parameters: TrainingParameters,
): Correction | undefined {
  const first = labels[0]
  if (!first) return undefined
  const found = bounded(labels, people, parameters)
  if (found) {
    const raised = metric && metric.factor > found.factor && !realBelow(labels, metric.factor)
    return raised ? undefined : correctionOf(first.labels, 'SERIES', found, labels)
  }
  if (!metric || !realBelow(labels, metric.factor)) return undefined
  return correctionOf(first.labels, 'SERIES', { factor: 1, real: 0, unreal: 0, chanceReal: 0.5 }, labels)
}

const realBelow = (labels: readonly WeighedEvidence[], factor: number): boolean =>
  labels.some(({ real, ratio }) => real && ratio < factor)

/** Of the metric where enough of its series have it in common, else of each series. */
function windowsOf(
  name: string,
  expected: readonly WeighedEvidence[],
  plain: readonly WeighedEvidence[],
  parameters: TrainingParameters,
): Correction[] {
  const shared = windowOf({ __name__: name }, 'METRIC', expected, plain, parameters)
  if (name !== '' && shared && shared.series >= seriesMin) return [shared]
  return [...grouped(expected, ({ key }) => key)].flatMap(([key, ofSeries]) => {
    const others = plain.filter((one) => one.key === key)
    return windowOf(ofSeries[0]?.labels ?? {}, 'SERIES', ofSeries, others, parameters) ?? []
  })
}

/** What was called real in its hours speaks against it. */
function windowOf(
  match: Record<string, string>,
  scope: Correction['scope'],
  expected: readonly WeighedEvidence[],
  plain: readonly WeighedEvidence[],
  parameters: TrainingParameters,
): Correction | undefined {
  const recurrence = recurrenceOf(expected)
  if (!recurrence) return undefined
  const { window, members } = recurrence
  const within = plain.filter(({ real, startedMs }) => real && isWithin(window, startedMs))
  const found = thresholdOf([...members, ...within], parameters.chance_real_max, parameters.factor_max)
  if (!found) return undefined
  const room = within.length > 0 ? 1 : windowMargin
  const factor = Math.min(parameters.factor_max, rounded(found.factor * room))
  const name = members[0]?.name ?? ''
  return {
    ...correctionOf(match, scope, { ...found, factor }, members),
    window,
    sentence: windowText(scope === 'METRIC' ? `all series of ${name}` : name, window, members, factor),
  }
}

/** The threshold, with one person's word bounded where several people label. */
function bounded(
  labels: readonly WeighedEvidence[],
  people: number,
  { chance_real_max, factor_max }: TrainingParameters,
): Threshold | undefined {
  const alone = people > 1 && new Set(labels.map(({ user }) => user)).size === 1
  const sum = sumOf(labels)
  const part = alone && sum > aloneWeightMax ? aloneWeightMax / sum : 1
  return thresholdOf(
    labels.map(({ ratio, real, weight }) => ({ ratio, real, weight: weight * part })),
    chance_real_max,
    alone ? Math.min(aloneFactorMax, factor_max) : factor_max,
  )
}

function correctionOf(
  match: Record<string, string>,
  scope: Correction['scope'],
  { factor, real, unreal, chanceReal }: Threshold,
  labels: readonly WeighedEvidence[],
): Correction {
  const users = new Set(labels.map(({ user }) => user)).size
  const series = new Set(labels.map(({ key }) => key)).size
  return {
    ...{ match, factor, scope, window: null, users, series },
    ...{ real: rounded(real), unreal: rounded(unreal), chance_real: rounded(chanceReal) },
    labels: labels.slice(-labelsMax).map(({ feedbackId, anomalyId, verdict, user, ratio, atMs, weight }) => ({
      ...{ feedback_id: feedbackId, anomaly_id: anomalyId, verdict, user },
      ...{ ratio: rounded(ratio), at: new Date(atMs).toISOString(), weight: rounded(weight) },
    })),
    sentence: sentenceOf(scope, factor, labels),
  }
}

function sentenceOf(scope: Correction['scope'], factor: number, labels: readonly WeighedEvidence[]): string {
  const name = labels[0]?.name ?? ''
  const unreal = labels.filter(({ real, ratio }) => !real && ratio < factor).length
  const users = new Set(labels.map(({ user }) => user)).size
  const who = `${users} ${users === 1 ? 'person' : 'people'}`
  if (factor === 1)
    return `${name}: this series keeps its own bound; labels called real what its metric's correction would hold back.`
  const where = scope === 'METRIC' ? `all series of ${name}` : name
  return `${where}: told from ${factor.toFixed(2)} times the bound on; ${unreal} labels of ${who} called less than that unreal.`
}

const sumOf = (labels: readonly WeighedEvidence[], real?: boolean): number =>
  labels.reduce((sum, one) => sum + (real === undefined || one.real === real ? one.weight : 0), 0)

/** In the order of their keys, so that the order of labels decides nothing. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4
