import { limitOf } from '../../catalogue/family-queue.ts'
import type { MetricPlan } from '../../catalogue/metric-plan.ts'
import type { SeriesSummary } from '../../tool/metric/series-summary.ts'
import type { Answerer, Found, PlannedCall, Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { quotedLine } from '../log/message-text.ts'
import { callId } from '../subject.ts'
import { durationText, listed, measured, momentText } from '../words.ts'
import { chartOf } from './chart.ts'
import { compare } from './compare.ts'
import { limitCall, limitClaim, limitObjects, planLimit } from './declared-limit.ts'
import { findMetricsAnswer } from './find.ts'
import {
  catalogueCall,
  chosenPlans,
  factsOf,
  groupingOf,
  type MetricReading,
  partText,
  queryCall,
  readingOf,
  saidTime,
  subjectText,
  whenText,
} from './metric-reading.ts'
import { nothingFound, outOfRange } from './nothing-found.ts'

/** What is usual is read from so long before. */
const usualMs = 7_200_000
/** Older than this a value is no longer what is. */
const staleMs = 360_000

/** METRIC_VALUE: what something is now, or was at a moment, and where that stands. */
export const metricValue: Answerer = {
  intent: 'METRIC_VALUE',
  plan(situation) {
    const reading = readingOf(situation)
    const other = otherThan(situation, reading)
    if (other) return other.plan(situation)
    return [catalogueCall(reading, reading.subjects[0]), ...limitCall(situation, reading)]
  },
  next(situation, found, round) {
    if (round > 1 || situation.question.time.outOfRange) return []
    const reading = readingOf(situation)
    const other = otherThan(situation, reading)
    if (other) return other.next?.(situation, found, round) ?? []
    return [
      ...valueCalls(situation, plansFor(reading, found), factsOf(found)),
      ...limitObjects(situation, found),
    ]
  },
  compose(situation, found) {
    const reading = readingOf(situation)
    const other = otherThan(situation, reading)
    if (other) return other.compose(situation, found)
    const lost = outOfRange(situation, found)
    if (lost) return lost.draft
    const declared = limitClaim(situation, found, reading)
    if (declared) return declared.draft
    const plans = plansFor(reading, found)
    if (plans.length === 0) return nothingFound(situation, found, reading).draft
    const writer = new DraftWriter()
    for (const [i, plan] of plans.entries())
      sayValue(writer, situation, found, reading, plan, asOf(i), i === 0)
    sayLimit(writer, found, plans[0], factsOf(found))
    sayMissing(writer, found, plans)
    suggestMore(writer, reading, plans[0])
    return writer.draft
  },
}

/** What a metric is rather than how much, or more than before rather than how much then, is another question. */
function otherThan({ question, nowMs }: Situation, { names }: MetricReading): Answerer | undefined {
  if (names.length > 0 && /\b(labels?|units?|type|kind of metric|help|describe)\b/i.test(question.text))
    return findMetricsAnswer
  const { time } = question
  if (time.outOfRange) return undefined
  if (/^(?:before|prior to)\b/i.test(time.text) && nowMs - time.endMs < staleMs) return compare
  return time.isMoment && /\b(than|compared)\b/i.test(question.text) ? compare : undefined
}

/** One query, save where only names were said and several fit. */
export function plansFor(reading: MetricReading, found: Found): MetricPlan[] {
  const grouped = reading.subjects.length === 0 ? groupingOf(reading.group) : []
  const plans = chosenPlans(reading, factsOf(found), grouped)
  const apart =
    grouped.length === 0
      ? plans
      : [...plans.filter(({ by }) => by.length > 0), ...plans].slice(0, plans.length)
  return reading.aspect === 'NAMED' ? apart : apart.slice(0, 1)
}

const asOf = (i: number): string => (i === 0 ? 'value' : `value-${i}`)

function valueCalls(
  situation: Situation,
  plans: readonly MetricPlan[],
  facts: ReturnType<typeof factsOf>,
): PlannedCall[] {
  const time = saidTime(situation)
  const endMs = time.text === '' ? situation.nowMs : time.endMs
  const startMs = time.text === '' || time.isMoment ? endMs - usualMs : time.startMs
  const range = { startMs: gridStart(startMs, endMs), endMs, stepMs: 60_000 }
  const limit = planLimit(plans[0], facts)
  const [first] = plans
  return [
    ...plans.map((plan, i) => queryCall(plan, range, asOf(i))),
    ...(first && isThen(situation) ? [queryCall(first, { endMs: situation.nowMs }, 'now')] : []),
    ...(limit ? [queryCall(limit, { endMs }, 'limit')] : []),
  ]
}

/** A moment that is over: what is now stands beside it. */
const isThen = (situation: Situation): boolean => {
  const time = saidTime(situation)
  return time.text !== '' && time.isMoment && situation.nowMs - time.endMs > staleMs
}

/** A start from which minutes lead exactly to the end, so that the last point is the moment itself. */
const gridStart = (startMs: number, endMs: number): number =>
  endMs - Math.max(1, Math.round((endMs - startMs) / 60_000)) * 60_000

type Told = { one: SeriesSummary; index: number }

function sayValue(
  writer: DraftWriter,
  situation: Situation,
  found: Found,
  reading: MetricReading,
  plan: MetricPlan,
  as: string,
  isFirst: boolean,
): void {
  const output = found.output('query_metrics', as)
  const cite = callId(found, 'query_metrics', as)
  const name = `${plan.what}${ofText(reading)}`
  const say = (text: string, cites: Parameters<DraftWriter['say']>[1]) =>
    isFirst ? writer.headline(text, cites) : writer.say(text, cites)
  const all = (output?.series ?? [])
    .map((one, index): Told => ({ one, index }))
    .filter(({ one }) => one.last !== null)
  if (all.length === 0) {
    say(
      output === undefined
        ? `The ${name} could not be read: ${found.of('query_metrics', as)?.call.sentence ?? 'it was not asked for.'}`
        : `The ${name} has no value ${saidTime(situation).text === '' ? 'now' : 'at that time'}.`,
      cite,
    )
    if (isFirst) writer.outcome('UNANSWERABLE')
    return
  }
  const record = ({ index }: Told) => found.record('query_metrics', index, as)
  const sorted = [...all].sort(
    (a, b) => (plan.worse === 'LESS' ? 1 : -1) * ((a.one.last ?? 0) - (b.one.last ?? 0)),
  )
  const [worst] = sorted
  if (!worst) return
  say(valueSentence(situation, plan, name, worst.one, sorted.length > 1), record(worst))
  // What is now was asked for, and all there is is old.
  const isOld = situation.nowMs - Date.parse(worst.one.last_at ?? '') > staleMs
  if (isFirst && isOld && /\b(?:now|currently|at the moment|rn|atm)\b/i.test(situation.question.text))
    writer.outcome('UNANSWERABLE')
  const [now] =
    isFirst && isThen(situation) && sorted.length === 1
      ? (found.output('query_metrics', 'now')?.series ?? [])
      : []
  if (now?.last !== undefined && now.last !== null)
    writer.say(`Now it is ${measured(now.last, plan.unit)}.`, found.record('query_metrics', 0, 'now'))
  if (sorted.length === 1) sayUsual(writer, situation, plan, worst.one, record(worst))
  else
    writer.table(
      `${plan.what}${ofText(reading)}`,
      [
        { key: 'part', title: plan.by.join(', ') || 'series' },
        { key: 'value', title: plan.what },
        { key: 'usual', title: 'median before' },
        { key: 'source', title: 'source' },
      ],
      sorted.map((told) => ({
        cells: {
          part: partText(told.one.labels, plan.by) || told.one.cluster_name,
          value: measured(told.one.last ?? 0, plan.unit),
          usual: told.one.median === null ? null : measured(told.one.median, plan.unit),
          source: told.one.cluster_name,
        },
        cites: record(told),
      })),
      rowsOf(situation.persona.depth),
      output?.total ?? sorted.length,
    )
  const time = saidTime(situation)
  const endMs = time.text === '' ? situation.nowMs : time.endMs
  writer.chart(chartOf(plan, name, endMs - usualMs, endMs, worst.one, record(worst)))
}

const ofText = (reading: MetricReading): string => {
  const text = subjectText(reading)
  return text === '' ? '' : ` of ${text}`
}

function valueSentence(
  situation: Situation,
  plan: MetricPlan,
  name: string,
  one: SeriesSummary,
  isOneOfMany: boolean,
): string {
  const { nowMs, question } = situation
  const time = saidTime(situation)
  const told = partText(one.labels, plan.by)
  const part = question.entities.some(({ name: own }) => own === told) ? '' : told
  const of =
    part === '' ? '' : isOneOfMany ? `: ${part}` : name.includes(' of ') ? ` (${part})` : ` of ${part}`
  const value = measured(one.last ?? 0, plan.unit)
  const lastMs = Date.parse(one.last_at ?? '')
  const endMs = time.text === '' ? nowMs : time.endMs
  if (endMs - lastMs > staleMs)
    return `The ${name}${of} has had no value since ${momentText(lastMs, nowMs)}; it was ${value} then.`
  if (time.text !== '' && time.isMoment)
    return `The ${name}${of} was ${value} at ${momentText(endMs, nowMs)}.`
  if (time.text !== '' && one.points > 1 && nowMs - endMs < staleMs)
    return `The ${name}${of} is ${value}; ${whenText(situation, '')} it was ${measured(one.mean ?? 0, plan.unit)} on average, between ${measured(one.min ?? 0, plan.unit)} and ${measured(one.max ?? 0, plan.unit)}.`
  if (time.text !== '' && nowMs - endMs >= staleMs)
    return `The ${name}${of} was ${measured(one.mean ?? 0, plan.unit)} on average ${whenText(situation, '')}, and ${value} at its end.`
  return isOneOfMany
    ? `The ${plan.worse === 'LESS' ? 'lowest' : 'highest'} ${name} is ${value}${of}.`
    : `The ${name}${of} is ${value}.`
}

/** Where a value stands: a level that shifted, else what was usual before. */
function sayUsual(
  writer: DraftWriter,
  situation: Situation,
  plan: MetricPlan,
  one: SeriesSummary,
  cites: Parameters<DraftWriter['say']>[1],
): void {
  if (one.points < 10 || one.median === null || one.last === null) return
  const { nowMs } = situation
  const time = saidTime(situation)
  const length = durationText(Date.parse(one.last_at ?? '') - Date.parse(one.first_at ?? ''))
  if (one.shift) {
    writer.say(
      `It went from ${measured(one.shift.before, plan.unit)} to ${measured(one.shift.after, plan.unit)} at ${momentText(one.shift.at, nowMs)}.`,
      cites,
    )
    return
  }
  const near = Math.abs(one.last - one.median) <= 0.1 * Math.abs(one.median)
  const when = time.text === '' || time.isMoment ? 'before' : 'of that time'
  writer.say(
    near
      ? `That is as usual: its median of the ${length} ${when} is ${measured(one.median, plan.unit)}.`
      : `Its median of the ${length} ${when} is ${measured(one.median, plan.unit)}, between ${measured(one.min ?? 0, plan.unit)} and ${measured(one.max ?? 0, plan.unit)}.`,
    cites,
  )
}

function sayLimit(
  writer: DraftWriter,
  found: Found,
  plan: MetricPlan | undefined,
  facts: ReturnType<typeof factsOf>,
): void {
  const limit = plan && limitOf({ name: plan.metric }, facts)
  const outcome = found.output('query_metrics', 'limit')?.series[0]
  if (!limit || outcome?.last === null || outcome?.last === undefined) return
  const used = found.output('query_metrics', 'value')?.series[0]?.last ?? 0
  const isFull = outcome.last > 0 && used >= outcome.last
  writer.say(
    `The maximum is ${measured(outcome.last, plan.unit)}${isFull ? ', so all of it is in use' : ''}.`,
    [found.record('query_metrics', 0, 'limit'), found.record('query_metrics', 0, 'value')],
  )
}

function sayMissing(writer: DraftWriter, found: Found, plans: readonly MetricPlan[]): void {
  const names = plans.map(({ metric }) => metric)
  const cite = callId(found, 'find_metrics')
  if (names.length > 0)
    writer.say(
      `Read from ${listed(names.map((name) => quotedLine(name, 200)))} by ${quotedLine(plans[0]?.promql ?? '', 2_000)}.`,
      [callId(found, 'query_metrics', 'value'), cite],
    )
}

function suggestMore(writer: DraftWriter, reading: MetricReading, plan: MetricPlan | undefined): void {
  const [subject] = reading.subjects
  if (!plan || !subject) return
  writer.suggest(`How did the ${plan.what} of ${subject.name} develop over the last hour?`)
  writer.suggest(`Is ${subject.name} healthy?`)
}
