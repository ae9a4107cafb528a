import { type Clock, systemClock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { givingWay } from '../../../kernel/stepwise.ts'
import { instantValue, rangeValue, samplesValue } from './evaluate/answer.ts'
import { Evaluator } from './evaluate/evaluator.ts'
import { withEnds } from './evaluate/extension.ts'
import { LargeLane } from './evaluate/large-lane.ts'
import { NoteBook } from './evaluate/note-book.ts'
import { prepare, type QueryRange } from './evaluate/prepare.ts'
import { Run } from './evaluate/run.ts'
import type { Expression } from './expression.ts'
import type { PromqlEngine, QueryAnswer, QueryContext } from './index.ts'
import { typeOf } from './parse/check.ts'
import { parsePromql } from './parse/parse.ts'
import type { Evaluated, QueryValue, Steps } from './value.ts'

export function createPromqlEngine(clock: Clock = systemClock): PromqlEngine {
  const lane = new LargeLane()
  return {
    instant: (query, timeMs, context) =>
      answer(query, { startMs: timeMs, endMs: timeMs, stepMs: 0 }, context, clock, evaluateInstant, lane),
    range: (query, range, context) => answer(query, range, context, clock, evaluateRange, lane),
  }
}

/** An expression over steps as columns, for who computes further with it: rules, federation, the detectors' charts. */
export function evaluateSteps(
  query: string | Expression,
  range: QueryRange,
  context: QueryContext,
  clock: Clock = systemClock,
): Promise<{ value: Evaluated } & Omit<QueryAnswer, 'value'>> {
  return answer(query, range, context, clock, async (expression, steps, evaluator) =>
    evaluator.evaluate(expression, steps),
  )
}

type Evaluation<T> = (expression: Expression, steps: Steps, evaluator: Evaluator, run: Run) => Promise<T>

async function answer<T>(
  query: string | Expression,
  range: QueryRange,
  context: QueryContext,
  clock: Clock,
  evaluate: Evaluation<T>,
  lane?: LargeLane,
): Promise<{ value: T } & Omit<QueryAnswer, 'value'>> {
  const parsed = typeof query === 'string' ? parsePromql(query) : query
  const steps = stepsOf(range)
  // What is put together of given answers may wait for queries that come here themselves: it must not hold a place they wait for.
  const run = new Run(context, clock, context.given ? undefined : lane)
  try {
    if (steps.count > run.limits.stepsMax)
      throw new Fault(
        'QUERY_TOO_LARGE',
        `the query asks for ${steps.count} points of each series, over the limit of ${run.limits.stepsMax}; take a longer step or a shorter range`,
      )
    const notes = new NoteBook(typeof query === 'string' ? query : undefined)
    const prepared = prepare(parsed, range)
    const evaluator = new Evaluator(prepared, range, context, run, notes)
    const value = await evaluate(prepared.expression, steps, evaluator, run)
    return { value, warnings: notes.warnings(), infos: notes.infos(), samplesRead: run.samplesRead }
  } finally {
    run.close()
  }
}

function stepsOf({ startMs, endMs, stepMs }: QueryRange): Steps {
  if (startMs === endMs || stepMs === 0) return { startMs, stepMs, count: 1 }
  if (!(stepMs > 0) || !(endMs > startMs))
    throw new Fault('QUERY_FAILED', 'the range must end after it starts and the step be above 0')
  return { startMs, stepMs, count: Math.floor((endMs - startMs) / stepMs) + 1 }
}

const evaluateInstant: Evaluation<QueryValue> = async (expression, steps, evaluator, run) => {
  const timeMs = steps.startMs
  if (typeOf(expression) !== 'matrix')
    return givingWay(instantValue(await evaluator.evaluate(expression, steps), timeMs), () => run.breathe())
  let range = expression
  while (range.node === 'paren') range = range.inner
  if (range.node !== 'matrix' && range.node !== 'subquery')
    throw new Fault('QUERY_FAILED', 'the expression has no range of samples')
  const sources = []
  for await (const batch of evaluator.ranges(range, steps)) sources.push(...batch)
  const { at, offsetMs } = range.node === 'matrix' ? range.vector : range
  const endMs = (typeof at === 'object' ? at.timeMs : timeMs) - offsetMs
  const extension = range.node === 'matrix' ? range.vector.extended : undefined
  if (extension) {
    const startMs = endMs - range.rangeMs
    const ended = sources.map(({ raw, dropName }) => ({
      raw: withEnds(raw, startMs, endMs, extension),
      dropName,
    }))
    // The sample made for the start stands at it.
    return givingWay(samplesValue(ended, startMs - 1, endMs), () => run.breathe())
  }
  return givingWay(samplesValue(sources, endMs - range.rangeMs, endMs), () => run.breathe())
}

const evaluateRange: Evaluation<QueryValue> = async (expression, steps, evaluator, run) => {
  if (typeOf(expression) === 'matrix')
    throw new Fault(
      'INVALID_PROMQL',
      'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    )
  return givingWay(rangeValue(await evaluator.evaluate(expression, steps), steps), () => run.breathe())
}
