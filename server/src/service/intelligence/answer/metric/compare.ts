import type { EntityRef, EvidenceRecord } from '@aiops/contract/model/answer'
import type { MetricPlan } from '../../catalogue/metric-plan.ts'
import type { Answerer, Found, PlannedCall, Situation } from '../answerer.ts'
import { planned } from '../answerer.ts'
import { DraftWriter } from '../draft.ts'
import { callId } from '../subject.ts'
import { measured, momentText, rounded } from '../words.ts'
import { chartOf } from './chart.ts'
import {
  catalogueCall,
  chosenPlans,
  factsOf,
  type MetricReading,
  queryCall,
  readingOf,
} from './metric-reading.ts'
import { aspectName, nothingFound, outOfRange } from './nothing-found.ts'

const minuteMs = 60_000
/** What of the time before and after is held against each other, at most. */
const sideMs = 60 * minuteMs
/** Until a rate over five minutes holds nothing of the time before. */
const settleMs = 5 * minuteMs

/** COMPARE: two things of one kind of measure, or one thing before and after something. */
export const compare: Answerer = {
  intent: 'COMPARE',
  plan(situation) {
    const reading = readingOf(situation)
    const [first, second] = reading.subjects
    if (second && !isBefore(situation, reading))
      return [catalogueCall(reading, first, 'first'), catalogueCall(reading, second, 'second')]
    const changes = first && !hasMoment(situation) ? [changesOf(first)] : []
    return [catalogueCall(reading, first), ...changes]
  },
  next(situation, found, round) {
    if (round > 1 || situation.question.time.outOfRange) return []
    const reading = readingOf(situation)
    if (reading.subjects[1] && !isBefore(situation, reading))
      return (['first', 'second'] as const).flatMap((as) => {
        const [plan] = chosenPlans(reading, factsOf(found, as))
        return plan
          ? [queryCall(plan, { startMs: situation.nowMs - sideMs, endMs: endOf(situation) }, as)]
          : []
      })
    const [plan] = chosenPlans(reading, factsOf(found))
    return plan ? beforeCalls(situation, found, plan) : []
  },
  compose(situation, found) {
    const reading = readingOf(situation)
    const isApart = reading.subjects[1] !== undefined && !isBefore(situation, reading)
    const lost = outOfRange(situation, found, isApart ? 'first' : undefined)
    if (lost) return lost.draft
    return isApart
      ? composeApart(situation, found, reading).draft
      : composeBefore(situation, found, reading).draft
  },
}

const endOf = ({ question: { time }, nowMs }: Situation): number => (time.text === '' ? nowMs : time.endMs)

const isBefore = ({ question }: Situation, { subjects }: MetricReading): boolean =>
  question.slots.compareWith === 'BEFORE' && new Set(subjects.map(({ name }) => name)).size < 2

/** A time is said that now is held against. */
const hasMoment = ({ question: { time }, nowMs }: Situation): boolean =>
  time.text !== '' && (time.isMoment || nowMs - time.endMs > 5 * minuteMs)

const changesOf = (subject: EntityRef): PlannedCall =>
  planned('list_changes', { entity: subject.id.includes('/') ? subject.id : subject.name, limit: 20 })

/** The latest change that the question speaks of: a rollout before others. */
function changeOf(
  found: Found,
): { atMs: number; summary: string; record: EvidenceRecord | undefined } | undefined {
  const changes = found.output('list_changes')?.changes ?? []
  const index = Math.max(
    changes.findIndex(({ kind }) => kind === 'ROLLOUT'),
    changes.some(({ kind }) => kind === 'ROLLOUT') ? -1 : changes.length > 0 ? 0 : -1,
  )
  const change = changes[index]
  if (!change) return undefined
  return { atMs: Date.parse(change.at), summary: change.summary, record: found.record('list_changes', index) }
}

function beforeCalls(situation: Situation, found: Found, plan: MetricPlan): PlannedCall[] {
  const { nowMs, question } = situation
  if (hasMoment(situation))
    return [
      queryCall(
        plan,
        { endMs: question.time.isMoment ? question.time.endMs : middle(question.time) },
        'before',
      ),
      queryCall(plan, { endMs: nowMs }, 'after'),
    ]
  const change = changeOf(found)
  if (!change) return [queryCall(plan, { startMs: nowMs - 2 * sideMs, endMs: nowMs }, 'course')]
  const settled = Math.min(change.atMs + settleMs, nowMs - minuteMs)
  return [
    queryCall(plan, { startMs: change.atMs - sideMs, endMs: change.atMs }, 'before'),
    queryCall(plan, { startMs: settled, endMs: nowMs }, 'after'),
  ]
}

const middle = ({ startMs, endMs }: { startMs: number; endMs: number }): number => (startMs + endMs) / 2

function composeApart(situation: Situation, found: Found, reading: MetricReading): DraftWriter {
  const writer = new DraftWriter()
  const sides = (['first', 'second'] as const).map((as, i) => {
    const [plan] = chosenPlans(reading, factsOf(found, as))
    const [one] = found.output('query_metrics', as)?.series ?? []
    return {
      as,
      plan,
      value: one?.last ?? null,
      one,
      name: reading.subjects[i]?.name ?? as,
      record: found.record('query_metrics', 0, as),
    }
  })
  const [a, b] = sides
  if (!a || !b) return writer
  for (const side of sides)
    if (!side.plan || side.value === null) {
      const what = aspectName(reading)
      writer
        .outcome('UNANSWERABLE')
        .headline(`I cannot compare them: nothing tells of ${what} of ${side.name}.`, [
          callId(found, 'query_metrics', side.as),
          callId(found, 'find_metrics', side.as),
        ])
      const other = side === a ? b : a
      if (other.plan && other.value !== null)
        writer.say(
          `The ${other.plan.what} of ${other.name} is ${measured(other.value, other.plan.unit)}.`,
          other.record,
        )
      return writer
    }
  const [plan, otherPlan] = [a.plan as MetricPlan, b.plan as MetricPlan]
  const [left, right] = [a.value ?? 0, b.value ?? 0]
  if (plan.unit !== otherPlan.unit) {
    writer.headline(
      `They cannot be compared: the ${plan.what} of ${a.name} is ${measured(left, plan.unit)}, and of ${b.name} there is the ${otherPlan.what}, ${measured(right, otherPlan.unit)}.`,
      [a.record, b.record],
    )
    return writer
  }
  const records = [a.record, b.record]
  const [high, low, highName, lowName] =
    left >= right ? [left, right, a.name, b.name] : [right, left, b.name, a.name]
  const both = `${measured(left, plan.unit)} for ${a.name} and ${measured(right, plan.unit)} for ${b.name}`
  writer.headline(
    high - low <= 0.02 * Math.abs(high)
      ? `The ${plan.what} is about the same: ${both}.`
      : `${highName} has the higher ${plan.what}: ${both}.`,
    records,
  )
  if (high - low > 0.02 * Math.abs(high))
    writer.say(`${highName} has ${differenceText(high, low, plan.unit, ` than ${lowName}`)}.`, records)
  for (const { one, name, record } of sides)
    if (one?.shift)
      writer.say(
        `That of ${name} went from ${measured(one.shift.before, plan.unit)} to ${measured(one.shift.after, plan.unit)} at ${momentText(one.shift.at, situation.nowMs)}.`,
        record,
      )
  for (const { plan: own, name, one, record } of sides)
    if (own)
      writer.chart(
        chartOf(own, `${own.what} of ${name}`, situation.nowMs - sideMs, situation.nowMs, one, record),
      )
  return writer.suggest(
    `Why is ${highName} ${plan.what.includes('latency') ? 'slow' : 'failing'}?`,
    `Is ${lowName} healthy?`,
  )
}

function composeBefore(situation: Situation, found: Found, reading: MetricReading): DraftWriter {
  const { nowMs, question } = situation
  const [plan] = chosenPlans(reading, factsOf(found))
  if (!plan) return nothingFound(situation, found, reading)
  const writer = new DraftWriter()
  const of = reading.subjects[0]?.name
  const name = `${plan.what}${of ? ` of ${of}` : ''}`
  const [course] = found.output('query_metrics', 'course')?.series ?? []
  if (course) {
    const record = found.record('query_metrics', 0, 'course')
    if (course.shift)
      sayBoth(
        writer,
        question.text,
        plan,
        name,
        course.shift.before,
        course.shift.after,
        `until ${momentText(course.shift.at, nowMs)}`,
        'since',
        [record],
      )
    else
      writer.headline(
        `The ${name} did not change in the last two hours: it is ${measured(course.last ?? 0, plan.unit)}.`,
        record,
      )
    writer.caveat(
      `No change of ${of ?? 'it'} is known of that time, so I looked for where the level itself shifted.`,
      callId(found, 'list_changes'),
    )
    return writer
  }
  const [before] = found.output('query_metrics', 'before')?.series ?? []
  const [after] = found.output('query_metrics', 'after')?.series ?? []
  const records = [found.record('query_metrics', 0, 'before'), found.record('query_metrics', 0, 'after')]
  const calls = [callId(found, 'query_metrics', 'before'), callId(found, 'query_metrics', 'after')]
  if (
    before?.median === undefined ||
    before.median === null ||
    after?.median === undefined ||
    after.median === null
  ) {
    const lacking = before?.median === undefined || before?.median === null ? 'before' : 'after'
    return writer
      .outcome('UNANSWERABLE')
      .headline(`I cannot compare: there are no values of the ${name} ${lacking}.`, calls)
  }
  const change = hasMoment(situation) ? undefined : changeOf(found)
  const when = change
    ? `until ${momentText(change.atMs, nowMs)}`
    : `at ${momentText(question.time.isMoment ? question.time.endMs : middle(question.time), nowMs)}`
  sayBoth(
    writer,
    question.text,
    plan,
    name,
    before.median,
    after.median,
    when,
    change ? 'since' : 'now',
    records,
  )
  if (change) writer.say(`What changed then: ${change.summary}.`.replace(/\.\.$/, '.'), change.record)
  writer.chart(chartOf(plan, name, nowMs - 2 * sideMs, nowMs, undefined, records[1]))
  if (of) writer.suggest(`What changed on ${of}?`, `Why is ${of} failing?`)
  return writer
}

function sayBoth(
  writer: DraftWriter,
  text: string,
  plan: MetricPlan,
  name: string,
  before: number,
  after: number,
  when: string,
  then: 'since' | 'now',
  records: readonly (EvidenceRecord | undefined)[],
): void {
  const [from, to] = [measured(before, plan.unit), measured(after, plan.unit)]
  const size = Math.max(Math.abs(before), Math.abs(after))
  const way = Math.abs(after - before) <= 0.05 * size ? 'SAME' : after > before ? 'UP' : 'DOWN'
  const verdict = verdictOf(text, way)
  const today = then === 'now' ? `${to} now` : `${to} since then`
  writer.headline(
    way === 'SAME'
      ? `${verdict}the ${name} is about the same: ${from} ${when}, ${today}.`
      : `${verdict}the ${name} is ${way === 'UP' ? 'higher' : 'lower'}: ${from} ${when}, ${today}.`.replace(
          /^t/,
          'T',
        ),
    records,
  )
  if (way !== 'SAME')
    writer.say(
      `That is ${differenceText(Math.max(before, after), Math.min(before, after), plan.unit, '', way === 'DOWN')}.`,
      records,
    )
}

/** Yes or no, where it was asked whether something is more or less. */
function verdictOf(text: string, way: 'SAME' | 'UP' | 'DOWN'): string {
  if (!/^(is|are|does|do|did|has|have|was|were)\b/i.test(text.trim())) return ''
  const wanted = /\b(more|higher|slower|worse|increas\w*|up|risen|rise|grow\w*|bigger|larger)\b/i.test(text)
    ? 'UP'
    : /\b(less|lower|faster|better|decreas\w*|down|fallen|fall|shrink\w*|smaller|fewer)\b/i.test(text)
      ? 'DOWN'
      : undefined
  if (wanted === undefined) return ''
  return wanted === way ? 'Yes, ' : 'No, '
}

/** `240 MiB more than billing, 3.3 times as much`. */
function differenceText(high: number, low: number, unit: string | null, than = '', isLess = false): string {
  const gap =
    unit === 'ratio' ? `${rounded((high - low) * 100)} percentage points` : measured(high - low, unit)
  const times = low > 0 && high / low >= 2 && !isLess ? `, ${rounded(high / low)} times as much` : ''
  return `${gap} ${isLess ? 'less' : 'more'}${than}${times}`
}
