import { Fault } from '../../../../kernel/fault.ts'
import { givingWay } from '../../../../kernel/stepwise.ts'
import type {
  Aggregation,
  Binary,
  Call,
  Expression,
  MatrixSelector,
  Span,
  Subquery,
  VectorSelector,
} from '../expression.ts'
import { absentLabels, extendedFunction, type PromqlFunction, promqlFunctions } from '../function/index.ts'
import type { QueryContext, SelectHints } from '../index.ts'
import { typeOf } from '../parse/check.ts'
import { type Evaluated, NUMBER, type RawSeries, type StepSeries, type Steps } from '../value.ts'
import { openAggregation } from './aggregation.ts'
import { binaryStepwise, vectorScalar } from './binary.ts'
import { broadcast, ColumnPool, emptySeries } from './column.ts'
import { countsOnly } from './counts-only.ts'
import { reachOf } from './extension.ts'
import { finishing } from './fold.ts'
import { lookBack } from './instant.ts'
import { breathEvery } from './merge.ts'
import { lastMoment, type Moments, mayBeThinned, momentsOf } from './moment.ts'
import type { NoteBook } from './note-book.ts'
import { copyOf, signed } from './operand.ts'
import type { Prepared, QueryRange } from './prepare.ts'
import type { Run } from './run.ts'
import { smooth } from './smooth.ts'
import { withoutMarkers } from './stale.ts'
import { subqueryRaw, subquerySteps } from './subquery.ts'
import { evaluateWindows } from './window.ts'

/** Series of a batch that goes from one part of the evaluation to the next. */
type Batches = AsyncGenerator<StepSeries[]>
type RangeArgument = MatrixSelector | Subquery
/** Steps from which on one series is a piece of work of its own, not only a batch of them. */
const longColumn = 200
/** A series of samples, and whether its name is already to go. */
type Source = { raw: RawSeries; dropName: boolean }

/** Evaluates a prepared expression over steps. Series flow in batches, so that an aggregation holds its groups alone. */
export class Evaluator {
  readonly #prepared: Prepared
  readonly #range: QueryRange
  readonly #context: QueryContext
  readonly #lookbackMs: number
  readonly #run: Run
  readonly #notes: NoteBook
  constructor(prepared: Prepared, range: QueryRange, context: QueryContext, run: Run, notes: NoteBook) {
    this.#prepared = prepared
    this.#range = range
    this.#context = context
    this.#lookbackMs = context.lookbackMs ?? 300_000
    this.#run = run
    this.#notes = notes
  }

  async evaluate(expression: Expression, steps: Steps): Promise<Evaluated> {
    await this.#run.breathe()
    if (steps.count > 1 && this.#prepared.invariant.has(expression)) return this.#once(expression, steps)
    switch (expression.node) {
      case 'number':
        return { type: 'scalar', values: new Float64Array(steps.count).fill(expression.value) }
      case 'string':
        return { type: 'string', value: expression.value }
      case 'paren':
        return this.evaluate(expression.inner, steps)
      case 'given':
        return this.#given(expression.key)
      case 'unary':
        return signed(expression.operator, await this.evaluate(expression.inner, steps))
      case 'binary':
        return this.#binary(expression, steps)
      case 'call':
        return this.#call(expression, steps)
      default:
        return { type: 'vector', series: await this.#collect(this.#stream(expression, steps), steps) }
    }
  }

  /** The samples themselves, of a range selector at the top of an instant query. */
  async *ranges(expression: RangeArgument, steps: Steps): AsyncGenerator<Source[]> {
    if (expression.node === 'subquery') {
      const inner = subquerySteps(expression, steps, this.#context.defaultStepMs ?? 60_000)
      if (inner.count < 1) return
      const { series } = (await this.evaluate(expression.inner, inner)) as { series: StepSeries[] }
      for (let at = 0; at < series.length; at += breathEvery)
        yield series
          .slice(at, at + breathEvery)
          .map((one) => ({ raw: subqueryRaw(one, inner), dropName: one.dropName }))
      return
    }
    const { vector, rangeMs } = expression
    const moments = momentsOf(vector, steps)
    const { beforeMs, afterMs } = reachOf(vector.extended, this.#lookbackMs)
    const startMs = moments.firstMs - rangeMs - beforeMs + 1
    const hints = {
      stepMs: moments.stepMs,
      rangeMs,
      func: this.#around.get(expression) ?? '',
      ...(vector.extended ? {} : this.#mayApproximate(expression, moments, rangeMs)),
    }
    for await (const batch of this.#select(vector, startMs, lastMoment(moments) + afterMs, hints))
      yield batch.map((raw) => ({ raw: withoutMarkers(raw), dropName: false }))
  }

  readonly #pool = new ColumnPool()
  /** Which function or aggregation looks at a selector: sources may do less for some. */
  readonly #around = new Map<Expression, string>()

  async #once(expression: Expression, steps: Steps): Promise<Evaluated> {
    const answer = await this.evaluate(expression, { ...steps, count: 1 })
    if (answer.type === 'string') return answer
    if (answer.type === 'scalar')
      return { type: 'scalar', values: new Float64Array(steps.count).fill(answer.values[0] as number) }
    this.#run.holdPoints(answer.series.length * steps.count)
    return { type: 'vector', series: answer.series.map((series) => broadcast(series, steps.count)) }
  }

  async #collect(batches: Batches, steps: Steps): Promise<StepSeries[]> {
    const all: StepSeries[] = []
    for await (const batch of batches) {
      this.#run.holdPoints(batch.length * steps.count)
      for (const series of batch) all.push(series)
    }
    return all
  }

  /** A vector in batches, none of which is held here. */
  async *#stream(expression: Expression, steps: Steps): Batches {
    if (steps.count > 1 && this.#prepared.invariant.has(expression))
      yield seriesOf(await this.#once(expression, steps))
    else if (expression.node === 'paren') yield* this.#stream(expression.inner, steps)
    else if (expression.node === 'vector') yield* this.#instants(expression, steps, false)
    else if (expression.node === 'aggregation') yield await this.#aggregate(expression, steps)
    else if (expression.node === 'call' && windowFunction(expression)) yield* this.#windows(expression, steps)
    else if (expression.node === 'binary' && isScalarSided(expression)) yield* this.#scaled(expression, steps)
    else yield seriesOf(await this.evaluate(expression, steps))
  }

  async *#instants(selector: VectorSelector, steps: Steps, withTimes: boolean): Batches {
    if (selector.extended === 'smoothed' && !withTimes) return yield* this.#smoothed(selector, steps)
    const moments = momentsOf(selector, steps)
    const func = this.#around.get(selector) ?? ''
    const thinned = withTimes ? {} : this.#mayApproximate(selector, moments, this.#lookbackMs)
    const hints = { stepMs: moments.stepMs, rangeMs: 0, func, newestOnly: true, ...thinned }
    const startMs = moments.firstMs - this.#lookbackMs + 1
    for await (const batch of this.#select(selector, startMs, lastMoment(moments), hints)) {
      const found: StepSeries[] = []
      for (const raw of batch) {
        const series = this.#pool.take(raw.labels, steps.count)
        if (withTimes) series.timesMs = new Float64Array(steps.count)
        if (withTimes && (raw.startsMs || raw.histograms?.startsMs))
          series.startsMs = new Float64Array(steps.count)
        if (lookBack(raw, moments, this.#lookbackMs, series)) found.push(series)
        else this.#pool.give(series)
        if (steps.count > longColumn) await this.#run.hold(found.length * steps.count)
      }
      if (found.length > 0) yield found
    }
  }

  async *#smoothed(selector: VectorSelector, steps: Steps): Batches {
    const moments = momentsOf(selector, steps)
    const { beforeMs, afterMs } = reachOf('smoothed', this.#lookbackMs)
    const hints = { stepMs: moments.stepMs, rangeMs: 0, func: this.#around.get(selector) ?? '' }
    const [startMs, endMs] = [moments.firstMs - beforeMs + 1, lastMoment(moments) + afterMs]
    const notes = this.#notes.about(selector.span)
    for await (const batch of this.#select(selector, startMs, endMs, hints)) {
      const found: StepSeries[] = []
      for (const raw of batch) {
        const series = this.#pool.take(raw.labels, steps.count)
        if (smooth(withoutMarkers(raw), moments, this.#lookbackMs, series, notes)) found.push(series)
        else this.#pool.give(series)
        if (steps.count > longColumn) await this.#run.hold(found.length * steps.count)
      }
      if (found.length > 0) yield found
    }
  }

  /** `reachMs`: how far back from a step samples count. */
  #mayApproximate(
    { span }: { span: Span },
    moments: Moments,
    reachMs: number,
  ): Pick<SelectHints, 'approximate'> {
    if (this.#context.exact || !mayBeThinned(moments, reachMs)) return {}
    return { approximate: this.#notes.about(span).info }
  }

  async *#select(
    selector: VectorSelector,
    startMs: number,
    endMs: number,
    hints: SelectHints,
  ): AsyncGenerator<RawSeries[]> {
    const { signal, samplesLeft: samplesMax } = this.#run
    const { matchers } = selector
    const counts = this.#prepared.countsOnly.has(selector)
    let count = 0
    for await (const batch of this.#context.source.select({
      matchers,
      startMs,
      endMs,
      samplesMax,
      hints,
      signal,
    })) {
      count += batch.length
      this.#run.countSeries(count)
      let samples = 0
      for (const { timesMs, histograms, pickedFrom } of batch)
        samples += (pickedFrom ?? timesMs.length) + (histograms?.timesMs.length ?? 0)
      this.#run.countSamples(samples)
      await this.#run.breathe()
      yield counts ? batch.map(countsOnly) : batch
    }
  }

  async *#windows(call: Call, steps: Steps): Batches {
    const known = promqlFunctions.get(call.name) as Extract<PromqlFunction, { kind: 'window' }>
    const range = call.args.find(isRange) as RangeArgument
    this.#around.set(range, call.name)
    const parameters: Float64Array[] = []
    for (const arg of call.args)
      if (arg !== range) parameters.push(scalarsOf(await this.evaluate(arg, steps)))
    const moments = momentsOf(range.node === 'matrix' ? range.vector : range, steps)
    const notes = this.#notes.about(call.args[0]?.span)
    const extension = range.node === 'matrix' ? range.vector.extended : undefined
    const evaluate = extension ? extendedFunction(call.name, extension) : known.evaluate
    const reach = reachOf(extension, this.#lookbackMs)
    const plan = { evaluate, moments, steps, rangeMs: range.rangeMs, reach, parameters, notes }
    for await (const sources of this.ranges(range, steps)) {
      const found: StepSeries[] = []
      for (const { raw, dropName } of sources) {
        const series = this.#pool.take(raw.labels, steps.count, !known.keepsName || dropName)
        if (evaluateWindows(raw, plan, series)) found.push(series)
        else this.#pool.give(series)
        if (steps.count > longColumn) await this.#run.hold(found.length * steps.count)
      }
      await this.#run.breathe()
      if (found.length > 0) yield found
    }
  }

  async #aggregate(expression: Aggregation, steps: Steps): Promise<StepSeries[]> {
    const { name, grouping, parameter, inner, span } = expression
    const given = parameter && (await this.evaluate(parameter, steps))
    const value = given?.type === 'scalar' ? given.values : given?.type === 'string' ? given.value : undefined
    const spans = { whole: span, inner: inner.span, parameter: parameter?.span }
    const fold = openAggregation({ name, grouping, parameter: value, spans }, steps, this.#notes.about(span))
    if (inner.node === 'vector') this.#around.set(inner, name)
    for await (const batch of this.#stream(inner, steps)) {
      let kept = 0
      for (const series of batch)
        if (fold.add(series)) kept += 1
        else this.#pool.give(series)
      if (kept > 0) this.#run.holdPoints(kept * steps.count)
      await this.#run.breathe()
    }
    const results = await givingWay(finishing(fold.finish()), () => this.#run.breathe())
    this.#run.holdPoints(results.length * steps.count)
    return results
  }

  async *#scaled(expression: Binary, steps: Steps): Batches {
    const { left, right, span } = expression
    const swapped = typeOf(left) === 'scalar'
    const scalar = scalarsOf(await this.evaluate(swapped ? left : right, steps))
    const notes = this.#notes.about(span)
    for await (const batch of this.#stream(swapped ? right : left, steps))
      yield batch.filter((series) => vectorScalar(series, scalar, expression, swapped, notes))
  }

  async #binary(expression: Binary, steps: Steps): Promise<Evaluated> {
    if (isScalarSided(expression))
      return { type: 'vector', series: await this.#collect(this.#scaled(expression, steps), steps) }
    const left = await this.evaluate(expression.left, steps)
    const right = await this.evaluate(expression.right, steps)
    const work = binaryStepwise(left, right, expression, steps, this.#notes.about(expression.span))
    return givingWay(work, () => this.#run.breathe())
  }

  async #call(call: Call, steps: Steps): Promise<Evaluated> {
    const known = promqlFunctions.get(call.name)
    if (!known) throw new Fault('QUERY_FAILED', `function ${call.name} is not known`)
    if (known.kind === 'window') {
      if (call.name === 'absent_over_time') return this.#absentOverTime(call, steps)
      return { type: 'vector', series: await this.#collect(this.#windows(call, steps), steps) }
    }
    const args: Evaluated[] = []
    for (const arg of call.args) args.push(await this.#argument(call, arg, steps))
    return known.evaluate(args, {
      steps,
      notes: this.#notes.about(call.args[0]?.span ?? call.span),
      call,
      lookbackMs: this.#lookbackMs,
      query: this.#range,
      select: async (matchers, shift) => {
        const selector: VectorSelector = {
          node: 'vector',
          name: '',
          matchers,
          offsetMs: shift?.offsetMs ?? 0,
          ...(shift?.at !== undefined && { at: shift.at }),
          span: call.span,
        }
        return { type: 'vector', series: await this.#collect(this.#instants(selector, steps, true), steps) }
      },
    })
  }

  /** `timestamp()` and its like want to know when a selector's samples were taken. */
  async #argument(call: Call, arg: Expression, steps: Steps): Promise<Evaluated> {
    const timed = call.name === 'timestamp' || call.name === 'start_timestamp' || call.name === 'info'
    if (!timed || arg.node !== 'vector') return this.evaluate(arg, steps)
    // The second argument of info() is no selection of its own.
    if (call.name === 'info' && arg === call.args[1]) return { type: 'vector', series: [] }
    return { type: 'vector', series: await this.#collect(this.#instants(arg, steps, true), steps) }
  }

  async #absentOverTime(call: Call, steps: Steps): Promise<Evaluated> {
    const absent = emptySeries(absentLabels(call.args[0] as Expression), steps.count)
    absent.values.fill(1)
    absent.kinds.fill(NUMBER)
    for await (const batch of this.#windows(call, steps))
      for (const { kinds } of batch)
        for (let k = 0; k < steps.count; k += 1) if (kinds[k] !== 0) absent.kinds[k] = 0
    return { type: 'vector', series: absent.kinds.includes(NUMBER) ? [absent] : [] }
  }

  #given(key: string): Evaluated {
    const answer = this.#context.given?.get(key)
    if (!answer) throw new Fault('QUERY_FAILED', `there is no answer given for ${key}`)
    return copyOf(answer)
  }
}

const seriesOf = (answer: Evaluated): StepSeries[] => (answer.type === 'vector' ? answer.series : [])
const scalarsOf = (answer: Evaluated): Float64Array =>
  answer.type === 'scalar' ? answer.values : new Float64Array(0)
const isRange = (expression: Expression): boolean =>
  expression.node === 'matrix' || expression.node === 'subquery'

function windowFunction(call: Call): PromqlFunction | undefined {
  const known = promqlFunctions.get(call.name)
  return known?.kind === 'window' && call.name !== 'absent_over_time' ? known : undefined
}

/** A vector on one side and a number on the other: series can be worked on one by one. */
const isScalarSided = ({ left, right }: Binary): boolean =>
  (typeOf(left) === 'scalar') !== (typeOf(right) === 'scalar')
