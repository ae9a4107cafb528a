import type { LabelledCase } from '../../../pipeline/explain/index.ts'
import { explainCase } from '../../../pipeline/explain/index.ts'
import { cpuSeconds } from './machine.ts'

/** One case explained, held against what was at fault. */
export type Answer = {
  set: string
  /** Place of the first true cause, and of the last, from 0; infinite where it is not named. */
  first: number
  last: number
  said: number
  unknown: number
  cpuSeconds: number
}

export function answerTo({ set, input, truth }: LabelledCase): Answer {
  const began = cpuSeconds()
  const { ranked, unknownProbability } = explainCase(input)
  const used = cpuSeconds() - began
  const named = ranked.map(({ entity }) => entity.toLowerCase())
  const places = truth.map((entity) => {
    const at = named.indexOf(entity.toLowerCase())
    return at < 0 ? Number.POSITIVE_INFINITY : at
  })
  return {
    set,
    first: Math.min(...places),
    last: places.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...places),
    said: ranked[0]?.probability ?? 0,
    unknown: unknownProbability,
    cpuSeconds: used,
  }
}

/** Share of the cases with a true cause among the first k. */
export const accuracyAt = (answers: readonly Answer[], k: number): number =>
  share(answers, ({ first }) => first < k)

/** Mean of AC@1 … AC@5. */
export const averageAt5 = (answers: readonly Answer[]): number =>
  [1, 2, 3, 4, 5].reduce((sum, k) => sum + accuracyAt(answers, k) / 5, 0)

export const bothWithin = (answers: readonly Answer[], k: number): number =>
  share(answers, ({ last }) => last < k)

/** Nothing wrong or nothing known: the unknown is likelier than any cause. */
export const abstention = (answers: readonly Answer[]): number =>
  share(answers, ({ said, unknown }) => said < unknown)

const binCount = 5

/** What was said of the first cause and how often it was right, in bins of equal width; the error is weighted by cases. */
export function reliability(answers: readonly Answer[]): {
  error: number
  bins: { from: number; cases: number; said: number; right: number }[]
} {
  const bins = Array.from({ length: binCount }, (_, at) => {
    const some = answers.filter(({ said }) => Math.min(binCount - 1, Math.floor(said * binCount)) === at)
    const said = some.reduce((sum, one) => sum + one.said, 0) / Math.max(1, some.length)
    return { from: at / binCount, cases: some.length, said, right: share(some, ({ first }) => first === 0) }
  }).filter(({ cases }) => cases > 0)
  const off = bins.reduce((sum, { cases, said, right }) => sum + cases * Math.abs(said - right), 0)
  return { error: off / Math.max(1, answers.length), bins }
}

function share(answers: readonly Answer[], holds: (answer: Answer) => boolean): number {
  return answers.length === 0 ? Number.NaN : answers.filter(holds).length / answers.length
}
