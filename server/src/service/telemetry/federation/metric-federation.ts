import type { AggregationMode } from '@aiops/contract/model/query'
import type { Clock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { Ask, ClusterBackends, RemoteAnswer, RemoteValue } from '../../../port/cluster-backend.ts'
import type { Expression } from '../promql/expression.ts'
import type { PromqlEngine } from '../promql/index.ts'
import type { Evaluated, Steps } from '../promql/value.ts'
import { distribute } from './distribute.ts'
import type { Fleet } from './fleet.ts'
import { FleetSource } from './fleet-source.ts'
import { joinAnswers, pointsOf } from './merge.ts'
import { type Outcome, someAnswer } from './outcome.ts'
import { partText } from './part-text.ts'
import { stepSeriesOf } from './step-series.ts'

/** A moment, or a range with its step; `now`: the moment was not named, so that an answer of the last seconds will do. */
export type When = { timeMs: number; now: boolean } | { startMs: number; endMs: number; stepMs: number }
export type MetricQuestion = {
  tenant: string
  expression: Expression
  when: When
  mode: AggregationMode
  clusters: readonly ClusterBackends[]
  /** 0: as configured, and laggards are not waited for. */
  timeoutMs: number
  signal?: AbortSignal
}
export type MetricFederationAnswer = {
  outcomes: Outcome<RemoteValue>[]
  /** All clusters in one, where the mode joins. */
  combined?: RemoteValue
  warnings: string[]
  infos: string[]
}
type Deps = { clock: Clock; fleet: Fleet; engine: PromqlEngine; clusterLabel: string; localId: string }

const hourMs = 3_600_000
const instantTtlMs = 30_000
/** After so many rounds that lost a cluster each, the answer is given up. */
const roundsMax = 4

/** PromQL over clusters: each answers for itself and the answers are put together as the mode says. */
export async function askMetrics(
  deps: Deps,
  question: MetricQuestion,
  heard?: (outcome: Outcome<RemoteValue>) => void,
): Promise<MetricFederationAnswer> {
  if (question.mode === 'GLOBAL') return askAsOne(deps, question)
  const { expression, mode, when } = question
  const outcomes = await askParts(
    deps,
    question,
    question.clusters,
    [expression],
    heard && ((one) => heard(firstOf(one))),
  )
  const singles = outcomes.map(firstOf)
  someAnswer(singles)
  const answers = singles.flatMap(({ answer }) => answer ?? [])
  const notes = {
    warnings: unique(answers.flatMap(({ warnings }) => warnings)),
    infos: unique(answers.flatMap(({ infos }) => infos)),
  }
  if (mode === 'MERGE') return { outcomes: singles, ...notes }
  const series = joinAnswers(
    mode,
    answers.map(({ value }) => value),
  )
  if (!('timeMs' in when)) return { outcomes: singles, combined: { type: 'matrix', series }, ...notes }
  const samples = series.flatMap(({ labels, timesMs, values }) =>
    timesMs.map((timeMs, i) => ({ labels, timeMs, value: values[i]! })),
  )
  return { outcomes: singles, combined: { type: 'vector', samples }, ...notes }
}

/**
 * The query as one store that holds all series would answer it: what can be pushed down is asked of each cluster, the rest is done here.
 * A cluster that fails in one part of the query is left out of all of it, so that no number mixes two sets of clusters.
 */
async function askAsOne(deps: Deps, question: MetricQuestion): Promise<MetricFederationAnswer> {
  const { clusterLabel } = deps
  const plan = distribute(question.expression, clusterLabel)
  const lost: Outcome<RemoteValue>[] = []
  for (let round = 1; round <= roundsMax; round += 1) {
    const left = question.clusters.filter(({ id }) => !lost.some(({ cluster }) => cluster.id === id))
    const outcomes =
      plan.parts.length === 0
        ? []
        : await askParts(
            deps,
            question,
            left,
            plan.parts.map(({ expression }) => expression),
          )
    const given = givenOf(
      deps,
      question.when,
      plan.parts.map(({ key }) => key),
      outcomes,
    )
    for (const outcome of outcomes) if (!outcome.answer) lost.push(withoutAnswer(outcome))
    const alive = left.filter(({ id }) => !lost.some(({ cluster }) => cluster.id === id))
    const raw: Outcome<RemoteValue>[] = []
    const source = new FleetSource(async (textOf, timeMs) => {
      const found = (
        await askTexts(deps, question, alive, (cluster) => [textOf(cluster)], { timeMs, now: false })
      ).map(firstOf)
      raw.push(...found.filter(({ answer }) => !answer))
      return found
    }, clusterLabel)
    if (alive.length === 0 && lost.length > 0) someAnswer(lost)
    const context = { source, given, ...(question.signal ? { signal: question.signal } : {}) }
    const answer =
      'timeMs' in question.when
        ? await deps.engine.instant(plan.expression, question.when.timeMs, context)
        : await deps.engine.range(plan.expression, question.when, context)
    if (raw.length > 0) {
      lost.push(
        ...raw.filter((one, i) => raw.findIndex(({ cluster }) => cluster.id === one.cluster.id) === i),
      )
      continue
    }
    const there = outcomes.filter((one) => one.answer)
    const answers = there.flatMap((one) => one.answer ?? [])
    return {
      outcomes: [...question.clusters].map(
        ({ id }) =>
          lost.find(({ cluster }) => cluster.id === id) ??
          asEmpty(
            there.find(({ cluster }) => cluster.id === id),
            question.clusters.find((one) => one.id === id)!,
          ),
      ),
      combined: answer.value,
      warnings: unique([...answer.warnings, ...answers.flatMap(({ warnings }) => warnings)]),
      infos: unique([...answer.infos, ...answers.flatMap(({ infos }) => infos)]),
    }
  }
  throw new Fault(
    'CLUSTER_UNREACHABLE',
    `Clusters were lost ${roundsMax} times while the query ran; ask again, or fewer clusters.`,
  )
}

/** Every part's series of every cluster that answered; one whose points cannot be placed loses its answer. */
function givenOf(
  { clusterLabel }: Deps,
  when: When,
  keys: readonly string[],
  outcomes: Outcome<RemoteValue[]>[],
): Map<string, Evaluated> {
  const steps = stepsOf(when)
  const given = new Map(
    keys.map((key) => [key, { type: 'vector', series: [] } as Extract<Evaluated, { type: 'vector' }>]),
  )
  outcomes.forEach((outcome, i) => {
    const { answer, cluster } = outcome
    if (!answer) return
    try {
      const placed = answer.value.map((value) => stepSeriesOf(value, steps, cluster.id, clusterLabel))
      for (const [part, key] of keys.entries()) given.get(key)!.series.push(...(placed[part] ?? []))
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const { answer: _, ...rest } = outcome
      outcomes[i] = { ...rest, status: 'ERROR', code: error.code, reason: error.message }
    }
  })
  return given
}

const askParts = (
  deps: Deps,
  question: MetricQuestion,
  clusters: readonly ClusterBackends[],
  parts: readonly Expression[],
  heard?: (outcome: Outcome<RemoteValue[]>) => void,
): Promise<Outcome<RemoteValue[]>[]> =>
  askTexts(
    deps,
    question,
    clusters,
    ({ id }) => parts.map((part) => partText(part, id, deps.clusterLabel)),
    question.when,
    heard,
  )

/** Undefined texts are not asked: nothing there fits them. */
function askTexts(
  deps: Deps,
  question: MetricQuestion,
  clusters: readonly ClusterBackends[],
  textsOf: (cluster: ClusterBackends) => (string | undefined)[],
  when: When,
  heard?: (outcome: Outcome<RemoteValue[]>) => void,
): Promise<Outcome<RemoteValue[]>[]> {
  const { tenant, timeoutMs, signal, mode } = question
  const instant = 'timeMs' in when
  const moment = instant
    ? when.now && mode !== 'GLOBAL'
      ? 'now'
      : when.timeMs
    : [when.startMs, when.endMs, when.stepMs]
  return deps.fleet.ask<RemoteValue[]>(
    clusters,
    {
      tenant,
      timeoutMs,
      ...(signal ? { signal } : {}),
      key: (cluster) =>
        cluster.id === deps.localId ? '' : JSON.stringify(['metrics', moment, textsOf(cluster)]),
      ttlMs: instant ? instantTtlMs : when.endMs - when.startMs < hourMs ? 60_000 : 300_000,
      weigh: (values) => values.reduce((sum, value) => sum + weightOf(value), 0),
      async ask(cluster, ask) {
        const answers = await Promise.all(textsOf(cluster).map((text) => askText(cluster, text, when, ask)))
        return {
          value: answers.map(({ value }) => value),
          warnings: answers.flatMap(({ warnings }) => warnings),
          infos: answers.flatMap(({ infos }) => infos),
          partial: answers.some(({ partial }) => partial),
        }
      },
    },
    heard,
  )
}

async function askText(
  { metrics }: ClusterBackends,
  text: string | undefined,
  when: When,
  ask: Ask,
): Promise<RemoteAnswer<RemoteValue>> {
  if (!metrics) throw new Fault('CLUSTER_UNREACHABLE', 'It has no system to ask for metrics.')
  if (text === undefined)
    return { value: { type: 'vector', samples: [] }, warnings: [], infos: [], partial: false }
  return 'timeMs' in when ? metrics.instant(text, when.timeMs, ask) : metrics.range(text, when, ask)
}

function firstOf({ answer, ...rest }: Outcome<RemoteValue[]>): Outcome<RemoteValue> {
  const value = answer?.value[0]
  return answer && value ? { ...rest, answer: { ...answer, value } } : rest
}
const withoutAnswer = ({ answer: _, ...rest }: Outcome<RemoteValue[]>): Outcome<RemoteValue> => rest

/** In the joined answer a cluster stands for its outcome alone. */
function asEmpty(
  outcome: Outcome<RemoteValue[]> | undefined,
  cluster: ClusterBackends,
): Outcome<RemoteValue> {
  const value: RemoteValue = { type: 'vector', samples: [] }
  if (!outcome?.answer)
    return {
      ...{ cluster, status: 'SUCCESS', reason: '', timeMs: 0 },
      answer: { value, warnings: [], infos: [], partial: false },
    }
  return { ...outcome, answer: { ...outcome.answer, value } }
}

function stepsOf(when: When): Steps {
  if ('timeMs' in when) return { startMs: when.timeMs, stepMs: 0, count: 1 }
  const { startMs, endMs, stepMs } = when
  return { startMs, stepMs, count: Math.floor((endMs - startMs) / stepMs) + 1 }
}

const weightOf = (value: RemoteValue): number =>
  pointsOf(value).reduce(
    (sum, { timesMs, histograms }) => sum + timesMs.length + 20 * histograms.length + 1,
    0,
  )
const unique = (sentences: readonly string[]): string[] => [...new Set(sentences)].slice(0, 100)
