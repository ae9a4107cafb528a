import type { EvidenceRecord } from '@aiops/contract/model/answer'
import type { MetricPlan } from '../../catalogue/metric-plan.ts'
import type { Forecast } from '../../tool/metric/forecast-metric.ts'
import type { Answerer, Found, PlannedCall, Situation } from '../answerer.ts'
import { planned } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { callId } from '../subject.ts'
import { counted, durationText, listed, measured, momentText } from '../words.ts'
import {
  catalogueCall,
  chosenPlans,
  factsOf,
  groupingOf,
  type MetricReading,
  partText,
  readingOf,
  subjectText,
} from './metric-reading.ts'
import { nothingFound } from './nothing-found.ts'

/** Within which a thing that fills up is worth a word where all were asked about. */
const soonMs = 7 * 24 * 3_600_000

/** FORECAST: when something reaches a level, as far as its course of the last two hours says. */
export const forecast: Answerer = {
  intent: 'FORECAST',
  plan(situation) {
    const reading = asked(situation)
    return [catalogueCall(reading, reading.subjects[0])]
  },
  next(situation, found, round) {
    const chosen = round > 1 ? undefined : targetOf(situation, found)
    return chosen ? [forecastCall(situation, chosen)] : []
  },
  compose(situation, found) {
    const reading = asked(situation)
    const chosen = targetOf(situation, found)
    return chosen
      ? composeForecast(situation, found, reading, chosen).draft
      : nothingFound(situation, found, reading).draft
  },
}

/** Of what fills up, disks are meant unless something else is said. */
function asked(situation: Situation): MetricReading {
  const reading = readingOf(situation)
  const isOpen = reading.aspect === 'NAMED' && reading.names.length === 0
  return {
    ...reading,
    aspect: isOpen ? 'DISK' : reading.aspect,
    wantsAmount: thresholdOf(situation) === undefined,
  }
}

type Target = { plan: MetricPlan; level: number | undefined }

function targetOf(situation: Situation, found: Found): Target | undefined {
  const reading = asked(situation)
  const [plan] = chosenPlans(
    reading,
    factsOf(found),
    reading.subjects.length === 0 ? groupingOf(reading.group ?? 'NODE') : [],
  )
  if (!plan) return undefined
  const threshold = thresholdOf(situation)
  if (threshold) {
    const isShare = threshold.unit === '%' && plan.unit === 'ratio'
    return { plan, level: isShare ? threshold.value / 100 : threshold.value * (sizes[threshold.unit] ?? 1) }
  }
  return {
    plan,
    level: plan.worse === 'LESS' ? 0 : plan.unit === 'ratio' ? 1 : plan.unit === '%' ? 100 : undefined,
  }
}

/** As the question was read, or its text says in percent. */
function thresholdOf({ question: { slots, text } }: Situation): { value: number; unit: string } | undefined {
  if (slots.threshold) return slots.threshold
  const [, value] = /\b(\d{1,3}(?:\.\d+)?)\s?(?:%|percent\b|per cent\b)/i.exec(text) ?? []
  return value === undefined ? undefined : { value: Number(value), unit: '%' }
}

/** Of units that people write, in that of the metric. */
const sizes: Readonly<Record<string, number>> = {
  ...{ KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
  ...{ KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 },
  ...{ ms: 1e-3, min: 60, h: 3_600 },
}

const forecastCall = (situation: Situation, { plan, level }: Target): PlannedCall =>
  planned('forecast_metric', {
    ...{ query: plan.promql, cluster_ids: [...plan.clusterIds].slice(0, 1_000) },
    ...(level === undefined ? {} : { level }),
    end_time: new Date(situation.nowMs).toISOString(),
  })

type Row = { one: Forecast; record: EvidenceRecord | undefined }

function composeForecast(
  situation: Situation,
  found: Found,
  reading: MetricReading,
  { plan, level }: Target,
): DraftWriter {
  const writer = new DraftWriter()
  const output = found.output('forecast_metric')
  const cite = callId(found, 'forecast_metric')
  const all = (output?.forecasts ?? []).map(
    (one, i): Row => ({ one, record: found.record('forecast_metric', i) }),
  )
  const wanted = mentioned(situation.question.text, plan, all)
  const [first] = wanted
  if (!first) {
    writer.outcome('UNANSWERABLE')
    return writer.headline(
      `I cannot say: ${found.of('forecast_metric')?.call.sentence ?? 'its course was not looked at.'}`,
      cite,
    )
  }
  const of = subjectText(reading)
  const reaching = wanted.filter(
    ({ one }) => one.reaches_in_seconds !== null && one.reaches_in_seconds * 1_000 <= soonMs,
  )
  const [next] = reaching
  const past = wanted.filter(({ one }) => isPast(plan, one, level))
  if (past.length > 0) sayPassed(writer, plan, level ?? 0, past, of)
  else if (next) sayArrival(writer, situation, plan, level, next, of)
  else sayCalm(writer, situation, plan, level, wanted, of)
  const steady = wanted.filter((row) => !reaching.includes(row) && !past.includes(row))
  if ((next || past.length > 0) && steady.length > 0)
    writer.say(
      `${counted(steady.length, 'other does', 'others do')} not head there: ${listed(steady.map(({ one }) => partText(one.labels, plan.by)))}.`,
      steady.map(({ record }) => record).slice(0, 10),
    )
  if (wanted.length > 1)
    writer.table(
      `Course of the ${plan.what}`,
      [
        { key: 'part', title: plan.by.join(', ') || 'series' },
        { key: 'now', title: 'now' },
        { key: 'hourly', title: 'per hour' },
        { key: 'reaches', title: 'gets there' },
      ],
      wanted.map(({ one, record }) => ({
        cells: {
          part: partText(one.labels, plan.by),
          now: measured(one.last, plan.unit),
          hourly: one.direction === 'NONE' ? 'no trend' : measured(one.change_per_hour, plan.unit),
          reaches:
            one.reaches_at === null ? 'not on this course' : momentText(one.reaches_at, situation.nowMs),
        },
        cites: record,
      })),
      rowsOf(situation.persona.depth),
      output?.total ?? wanted.length,
    )
  return writer.suggest(...(of === '' ? [] : [`Is ${of} healthy?`, `What changed on ${of}?`]))
}

/** It is there, or beyond, already. */
const isPast = ({ worse }: MetricPlan, { last }: Forecast, level: number | undefined): boolean =>
  level !== undefined && (worse === 'LESS' ? last <= level : worse === 'MORE' && last >= level)

function sayPassed(
  writer: DraftWriter,
  plan: MetricPlan,
  level: number,
  past: readonly Row[],
  of: string,
): void {
  for (const [i, { one, record }] of past.slice(0, 3).entries()) {
    const text = `${capital(thing(plan, one, of))} is at ${measured(level, plan.unit)} or beyond already: ${measured(one.last, plan.unit)}${plan.worse === 'LESS' ? ' free' : ''}.`
    if (i === 0) writer.headline(text, record)
    else writer.say(text, record)
  }
}

/** A part that the question names, such as a mount point, alone. */
function mentioned(text: string, plan: MetricPlan, rows: readonly Row[]): Row[] {
  const own = rows.filter(({ one }) =>
    plan.by.some((label) => (one.labels[label]?.length ?? 0) > 1 && text.includes(one.labels[label] ?? '')),
  )
  return own.length > 0 ? own : [...rows]
}

const thing = (plan: MetricPlan, one: Forecast, of: string): string => {
  const part = partText(one.labels, plan.by)
  const where = of === '' || part.includes(of) ? part : `${part}${part === '' ? '' : ' of '}${of}`
  return plan.aspect === 'DISK' ? `the disk ${where}` : `the ${plan.what} of ${where}`
}
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function sayArrival(
  writer: DraftWriter,
  { nowMs }: Situation,
  plan: MetricPlan,
  level: number | undefined,
  { one, record }: Row,
  of: string,
): void {
  const isEmpty = plan.aspect === 'DISK' && (level === 0 || level === 1)
  const name = capital(thing(plan, one, of))
  const goal = isEmpty ? 'be full' : `reach ${measured(level ?? 0, plan.unit)}`
  const inMs = Date.parse(one.reaches_at ?? '') - nowMs
  writer.headline(
    inMs <= 0
      ? `${name} should ${goal} just now.`
      : `${name} will ${goal} at about ${momentText(one.reaches_at ?? '', nowMs)}, if it goes on like this.`,
    record,
  )
  writer.say(
    `Now it is at ${measured(one.last, plan.unit)}${plan.worse === 'LESS' ? ' free' : ''}, ${one.change_per_hour < 0 ? 'falling' : 'rising'} by ${measured(Math.abs(one.change_per_hour), plan.unit)} an hour.`,
    record,
  )
  if (one.latest_at?.slice(0, 16) === one.earliest_at?.slice(0, 16)) {
    sayPast(writer, plan, one, record)
    return
  }
  const latest =
    one.latest_at === null
      ? 'or never, on the slowest course that fits'
      : `and at the latest ${momentText(one.latest_at, nowMs)}`
  writer.say(`At the earliest ${momentText(one.earliest_at ?? '', nowMs)}, ${latest}.`, record)
  sayPast(writer, plan, one, record)
}

function sayPast(
  writer: DraftWriter,
  plan: MetricPlan,
  one: Forecast,
  record: EvidenceRecord | undefined,
): void {
  if (!one.past_error || one.direction === 'NONE') return
  const isExact = one.past_error.error <= 0.001 * Math.abs(one.last)
  writer.caveat(
    `It is a straight line through ${counted(one.points, 'point')} of the last hours. ${isExact ? 'The same method, given the first two thirds of them, met the last third almost exactly.' : `The same method, given the first two thirds of them, was off by ${measured(one.past_error.error, plan.unit)} on average over the last third.`}`,
    record,
  )
}

function sayCalm(
  writer: DraftWriter,
  { nowMs }: Situation,
  plan: MetricPlan,
  level: number | undefined,
  rows: readonly Row[],
  of: string,
): void {
  const [{ one, record }] = rows as [Row]
  const records = rows.map((row) => row.record).slice(0, 10)
  const goal =
    plan.aspect === 'DISK' && (level === 0 || level === 1)
      ? 'filling up'
      : level === undefined
        ? 'moving'
        : `heading for ${measured(level, plan.unit)}`
  if (rows.length > 1) {
    writer.headline(`No: none of ${rows.length} is ${goal}, as far as the last two hours say.`, records)
    return
  }
  const name = thing(plan, one, of)
  if (one.direction === 'NONE') {
    const isShort = one.points < 12
    writer.headline(
      isShort
        ? `I cannot say when: ${one.note}`
        : `No, not on its present course: ${name} is steady at ${measured(one.last, plan.unit)}${plan.worse === 'LESS' ? ' free' : ''}.`,
      record,
    )
    if (isShort) writer.outcome('UNANSWERABLE')
    else writer.say(`It shows no trend over ${durationText((one.points - 1) * 60_000)}. ${one.note}`, record)
    return
  }
  const way = `${one.change_per_hour < 0 ? 'falls' : 'rises'} by ${measured(Math.abs(one.change_per_hour), plan.unit)} an hour and is at ${measured(one.last, plan.unit)}`
  const when =
    one.reaches_at !== null
      ? `, so it gets to ${measured(level ?? 0, plan.unit)} only at about ${momentText(one.reaches_at, nowMs)}`
      : level === undefined
        ? ''
        : `, away from ${measured(level, plan.unit)}`
  writer.headline(`${level === undefined ? '' : 'No: '}${name} ${way}${when}.`, record)
  sayPast(writer, plan, one, record)
}
