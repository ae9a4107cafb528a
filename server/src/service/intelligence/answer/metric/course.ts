import type { MetricPlan } from '../../catalogue/metric-plan.ts'
import type { Answerer, Found, Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { callId } from '../subject.ts'
import { durationText, measured, momentText, rounded } from '../words.ts'
import { chartOf } from './chart.ts'
import {
  catalogueCall,
  type MetricReading,
  partText,
  queryCall,
  readingOf,
  stepFor,
  subjectText,
} from './metric-reading.ts'
import { nothingFound, outOfRange } from './nothing-found.ts'
import { trend } from './trend.ts'
import { plansFor } from './value.ts'

const hourMs = 3_600_000

/** Better or worse, and nothing is said that is measured. */
const isTrend = ({ question: { slots, time } }: Situation): boolean =>
  slots.trend === true && slots.metric === undefined && !time.outOfRange

/** METRIC_COURSE: how something went over a time. */
export const metricCourse: Answerer = {
  intent: 'METRIC_COURSE',
  plan(situation) {
    if (isTrend(situation)) return trend.plan(situation)
    const reading = readingOf(situation)
    return [catalogueCall(reading, reading.subjects[0])]
  },
  next(situation, found, round) {
    if (isTrend(situation)) return trend.next(situation, found, round)
    if (round > 1 || situation.question.time.outOfRange) return []
    const { startMs, endMs } = rangeOf(situation)
    return plansFor(readingOf(situation), found)
      .slice(0, 2)
      .map((plan, i) => queryCall(plan, { startMs, endMs, stepMs: stepFor(startMs, endMs) }, asOf(i)))
  },
  compose(situation, found) {
    if (isTrend(situation)) return trend.compose(situation, found)
    const reading = readingOf(situation)
    const lost = outOfRange(situation, found)
    if (lost) return lost.draft
    const plans = plansFor(reading, found).slice(0, 2)
    if (plans.length === 0) return nothingFound(situation, found, reading).draft
    const writer = new DraftWriter()
    for (const [i, plan] of plans.entries()) sayCourse(writer, situation, found, reading, plan, asOf(i))
    const [subject] = reading.subjects
    if (subject) writer.suggest(`What changed on ${subject.name}?`, `Why is ${subject.name} failing?`)
    return writer.draft
  },
}

const asOf = (i: number): string => (i === 0 ? 'course' : `course-${i}`)

/** What was said, else the last hour; a moment is the end of the hour up to it. */
function rangeOf({ question: { time }, nowMs }: Situation): { startMs: number; endMs: number } {
  if (time.text === '') return { startMs: nowMs - hourMs, endMs: nowMs }
  return time.isMoment || time.endMs - time.startMs < 120_000
    ? { startMs: time.endMs - hourMs, endMs: time.endMs }
    : { startMs: time.startMs, endMs: time.endMs }
}

function sayCourse(
  writer: DraftWriter,
  situation: Situation,
  found: Found,
  reading: MetricReading,
  plan: MetricPlan,
  as: string,
): void {
  const { nowMs, persona } = situation
  const output = found.output('query_metrics', as)
  const of = subjectText(reading)
  const name = `${plan.what}${of === '' ? '' : ` of ${of}`}`
  const told = (output?.series ?? [])
    .map((one, i) => ({ one, record: found.record('query_metrics', i, as) }))
    .filter(({ one }) => one.last !== null && one.first !== null)
  const { startMs, endMs } = rangeOf(situation)
  const moved = [...told].sort((a, b) => relative(b.one) - relative(a.one))
  const [first] = moved
  if (!first) {
    writer.outcome('UNANSWERABLE')
    writer.headline(
      `The ${name} has no values between ${momentText(startMs, nowMs)} and ${momentText(endMs, nowMs)}.`,
      callId(found, 'query_metrics', as),
    )
    return
  }
  const { one, record } = first
  const unit = plan.unit
  const part = partText(one.labels, plan.by)
  const from = measured(one.first ?? 0, unit)
  const to = measured(one.last ?? 0, unit)
  const length = durationText(Date.parse(one.last_at ?? '') - Date.parse(one.first_at ?? ''))
  const whole = `The ${name}${part === '' ? '' : ` (${part})`}`
  if (one.shift)
    writer.headline(
      `${whole} went from ${measured(one.shift.before, unit)} to ${measured(one.shift.after, unit)} at ${momentText(one.shift.at, nowMs)}.`,
      record,
    )
  else if (relative(one) < 0.1) writer.headline(`${whole} stayed about ${to} for ${length}.`, record)
  else
    writer.headline(
      `${whole} ${(one.change ?? 0) > 0 ? 'rose' : 'fell'} from ${from} to ${to} in ${length}.`,
      record,
    )
  writer.say(
    `It was ${from} at ${momentText(one.first_at ?? '', nowMs)} and ${to} at ${momentText(one.last_at ?? '', nowMs)}${times(one)}.`,
    record,
  )
  writer.say(
    `Its lowest was ${measured(one.min ?? 0, unit)} at ${momentText(one.min_at ?? '', nowMs)}, its highest ${measured(one.max ?? 0, unit)} at ${momentText(one.max_at ?? '', nowMs)}.`,
    record,
  )
  if (moved.length > 1)
    writer.table(
      name,
      [
        { key: 'part', title: plan.by.join(', ') || 'series' },
        { key: 'first', title: 'first' },
        { key: 'last', title: 'last' },
        { key: 'max', title: 'highest' },
      ],
      moved.map((other) => ({
        cells: {
          part: partText(other.one.labels, plan.by) || other.one.cluster_name,
          first: measured(other.one.first ?? 0, unit),
          last: measured(other.one.last ?? 0, unit),
          max: measured(other.one.max ?? 0, unit),
        },
        cites: other.record,
      })),
      rowsOf(persona.depth),
      output?.total ?? moved.length,
    )
  writer.chart(chartOf(plan, name, startMs, endMs, one, record))
}

type Course = { first: number | null; last: number | null; min: number | null; max: number | null }
/** How much it moved, in shares of its size. */
const relative = ({ min, max }: Course): number =>
  Math.abs((max ?? 0) - (min ?? 0)) / Math.max(Math.abs(max ?? 0), Math.abs(min ?? 0), 1e-12)

const times = ({ first, last }: Course): string => {
  if (!first || !last || first <= 0 || last <= 0) return ''
  const factor = last / first
  return factor >= 1.5 ? `, ${rounded(factor)} times as much` : ''
}
