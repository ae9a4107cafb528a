import { messageOf } from '../../../../kernel/fault.ts'
import type { PromqlEngine, QueryAnswer } from '../index.ts'
import type { QueryValue } from '../value.ts'
import { type AtVariant, atVariants } from './at-variant.ts'
import { compareAnswer, type Difference } from './compare.ts'
import { MemorySource } from './memory-source.ts'
import { classicToNative } from './nhcb.ts'
import {
  type AnnotationKind,
  type EvalCommand,
  type ExpectedText,
  type LoadCommand,
  parseScript,
} from './script.ts'

/** One eval of a script. `failure` says what was not as expected, `reason` what kind of thing that is. */
export type EvalOutcome = {
  line: number
  query: string
  failure?: string
  reason?: 'error' | 'no error' | 'warning' | 'info' | Difference['reason']
}
type Failure = Required<Pick<EvalOutcome, 'failure' | 'reason'>>

/** Functions that tell what range was asked for: another range has another answer. */
const ofQuery = /\b(start|end|range|step)\(\)/i
const minuteMs = 60_000

/**
 * Runs a promqltest script against an engine. As Prometheus does, an instant query is asked again with its selectors fixed by `@` at other
 * moments, and each of these once more as the middle step of a range query.
 */
export async function* runScript(text: string, engine: PromqlEngine): AsyncGenerator<EvalOutcome> {
  const source = new MemorySource()
  for (const command of parseScript(text)) {
    if (command.command === 'clear') source.clear()
    else if (command.command === 'load') load(command, source)
    else {
      const failed = await evaluate(command, engine, source)
      yield { line: command.line, query: command.query, ...failed }
    }
  }
}

function load({ series, stepMs, withNative }: LoadCommand, source: MemorySource): void {
  for (const { labels, values } of series) source.add(labels, values, stepMs)
  if (!withNative) return
  for (const { labels, values } of classicToNative(series)) source.add(labels, values, stepMs)
}

async function evaluate(
  command: EvalCommand,
  engine: PromqlEngine,
  source: MemorySource,
): Promise<Failure | undefined> {
  if (command.range)
    return judge(command, command.query, () => engine.range(command.query, command, { source }))
  for (const variant of variantsOf(command)) {
    const failed = await evaluateInstant(command, variant, engine, source)
    if (failed !== undefined)
      return { ...failed, failure: `${failed.failure} (${variant.query} at ${variant.timeMs} ms)` }
  }
  return undefined
}

function variantsOf({ query, startMs }: EvalCommand): AtVariant[] {
  const asWritten = { query, timeMs: startMs }
  try {
    return [asWritten, ...atVariants(query, startMs)]
  } catch {
    // It does not parse: the query as written says so.
    return [asWritten]
  }
}

async function evaluateInstant(
  command: EvalCommand,
  { query, timeMs }: AtVariant,
  engine: PromqlEngine,
  source: MemorySource,
): Promise<Failure | undefined> {
  let scalar = false
  const failed = await judge(command, query, async () => {
    const answer = await engine.instant(query, timeMs, { source })
    scalar = answer.value.type === 'scalar'
    return answer
  })
  const once =
    failed !== undefined ||
    command.ordered ||
    command.rangeVector !== undefined ||
    command.expected.text !== undefined ||
    command.expectations.some(({ kind }) => kind === 'fail') ||
    ofQuery.test(query)
  if (once) return failed
  try {
    const range = { startMs: timeMs - minuteMs, endMs: timeMs + minuteMs, stepMs: minuteMs }
    const { value } = await engine.range(query, range, { source })
    return different(compareAnswer(middleOf(value, timeMs, scalar), command), 'as a range query: ')
  } catch (error) {
    return { reason: 'error', failure: `as a range query: ${messageOf(error)}` }
  }
}

async function judge(
  command: EvalCommand,
  query: string,
  ask: () => Promise<QueryAnswer>,
): Promise<Failure | undefined> {
  const failures = command.expectations.filter(({ kind }) => kind === 'fail')
  let answer: QueryAnswer
  try {
    answer = await ask()
  } catch (error) {
    const message = messageOf(error)
    if (failures.length === 0) return { reason: 'error', failure: message }
    return failures.every(({ text }) => fits(text, message))
      ? undefined
      : { reason: 'error', failure: `another error was expected than: ${message}` }
  }
  if (failures.length > 0) return { reason: 'no error', failure: `${query} answers, an error was expected` }
  return (
    judgeNotes(command, 'warn', 'no_warn', answer.warnings) ??
    judgeNotes(command, 'info', 'no_info', answer.infos) ??
    different(compareAnswer(answer.value, command))
  )
}

/** Every expected text must be met and, once any is expected, every note be expected. */
function judgeNotes(
  command: EvalCommand,
  kind: AnnotationKind,
  none: AnnotationKind,
  notes: readonly string[],
): Failure | undefined {
  const reason = kind === 'warn' ? 'warning' : 'info'
  const expected = command.expectations.filter((one) => one.kind === kind)
  if (expected.length === 0) {
    const refused = command.expectations.some((one) => one.kind === none) && notes.length > 0
    return refused
      ? { reason, failure: `no ${reason} was expected, there is: ${notes.join('; ')}` }
      : undefined
  }
  const unmet = expected.find(({ text }) => !notes.some((note) => fits(text, note)))
  if (unmet !== undefined)
    return {
      reason,
      failure: `missing ${reason} ${shown(unmet.text)}, there is: ${notes.join('; ') || 'none'}`,
    }
  const extra = notes.find((note) => !expected.some(({ text }) => fits(text, note)))
  return extra === undefined ? undefined : { reason, failure: `unexpected ${reason}: ${extra}` }
}

/** What follows a note's sentence: scripts of Prometheus up to 3.14 expect notes without it. */
const noteDetail = /(?:, from buckets .*)? \(\d+:\d+\)$/

function fits(expected: ExpectedText, text: string): boolean {
  if (expected === 'any') return true
  if ('text' in expected) return expected.text === text || expected.text === text.replace(noteDetail, '')
  return expected.pattern.matcher(text).find()
}

const shown = (expected: ExpectedText): string => {
  if (expected === 'any') return ''
  return 'text' in expected ? JSON.stringify(expected.text) : expected.pattern.pattern()
}

const different = (difference: Difference | undefined, where = ''): Failure | undefined =>
  difference && { reason: difference.reason, failure: `${where}${difference.detail}` }

/** What a range query answers at one of its moments, as an instant query would. */
function middleOf(value: QueryValue, timeMs: number, scalar: boolean): QueryValue {
  if (value.type !== 'matrix') return value
  const samples = value.series.flatMap(({ labels, timesMs, values, histograms }) => {
    const at = timesMs.indexOf(timeMs)
    if (at >= 0) return [{ labels, timeMs, value: values[at]! }]
    const found = histograms.find((one) => one.timeMs === timeMs)
    return found === undefined ? [] : [{ labels, timeMs, value: 0, histogram: found.histogram }]
  })
  if (!scalar) return { type: 'vector', samples }
  return { type: 'scalar', timeMs, value: samples[0]?.value ?? Number.NaN }
}
