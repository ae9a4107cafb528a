import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../../kernel/fault.ts'
import type { Stepwise } from '../../../../kernel/stepwise.ts'
import type { Matching } from '../expression.ts'
import { HISTOGRAM, type Notes, NUMBER, type StepSeries } from '../value.ts'
import {
  calculate,
  changesMeaning,
  combineElements,
  compare,
  type ElementOperator,
  isComparison,
  type Operand,
} from './arithmetic.ts'
import { emptySeries, hasValue, putHistogram, putNumber } from './column.ts'
import {
  dropLabels,
  keepLabels,
  label,
  labelsKey,
  printLabels,
  setLabel,
  withoutMetadata,
} from './label-set.ts'
import { breathEvery, mergeInto } from './merge.ts'
import { matchLabels, signatures } from './signature.ts'

/** Series of one signature, on the side that may have many and on the side that must have one at each step. */
type Group = { many: StepSeries[]; one: StepSeries[] }
type Side = 'left' | 'right'

/** Arithmetic and comparison between two vectors: series pair up by matching labels, at each step for itself. */
export function* matchVectors(
  operator: ElementOperator,
  bool: boolean,
  left: StepSeries[],
  right: StepSeries[],
  matching: Matching,
  count: number,
  notes: Notes,
): Stepwise<StepSeries[]> {
  const swapped = matching.card === 'one-to-many'
  const [many, one] = swapped ? [right, left] : [left, right]
  const join = new Join(operator, bool, matching, swapped, count, notes)
  const groups = yield* groupBoth(many, one, signatures(matching))
  // With no value on either side nothing is matched at a step, duplicates on the other side included.
  const manySteps = yield* stepsOf(many, count)
  for (const group of groups.values()) {
    if (group.one.length > 1) checkUnique(group, matching, manySteps, swapped ? 'left' : 'right')
    yield* join.group(group)
  }
  return join.results()
}

class Join {
  readonly #operator: ElementOperator
  readonly #bool: boolean
  readonly #matching: Matching
  readonly #swapped: boolean
  readonly #count: number
  readonly #notes: Notes
  readonly #results = new Map<string, StepSeries>()
  #pairs = 0
  constructor(
    operator: ElementOperator,
    bool: boolean,
    matching: Matching,
    swapped: boolean,
    count: number,
    notes: Notes,
  ) {
    this.#operator = operator
    this.#bool = bool
    this.#matching = matching
    this.#swapped = swapped
    this.#count = count
    this.#notes = notes
  }

  *group({ many, one }: Group): Stepwise<void> {
    const { fillLeft, fillRight } = this.#matching
    // With group_right Prometheus 3 takes `fill_left` for the many side all the same, and so do its tests.
    const [fillMany, fillOne] = [fillLeft, fillRight]
    // Steps at which the one side met a partner; which results a signature has made, where there are several.
    const met = fillMany !== undefined ? new Uint8Array(this.#count) : undefined
    const taken = many.length > 1 ? new Map<string, Uint8Array>() : undefined
    for (const each of many) {
      for (const other of one) {
        this.#pair(each, other, undefined, taken, met)
        if (this.#breath()) yield
      }
      if (fillOne !== undefined) {
        const stand = standIn(each, fillOne, one, this.#matching)
        this.#pair(each, stand, undefined, taken, undefined)
      }
    }
    if (fillMany === undefined) return
    for (const other of one) {
      const stand = standIn(other, fillMany, [], this.#matching)
      this.#pair(stand, other, met, taken, undefined)
      if (this.#breath()) yield
    }
  }

  results(): StepSeries[] {
    return [...this.#results.values()].filter(hasValue)
  }

  #breath(): boolean {
    this.#pairs += 1
    return this.#pairs % breathEvery === 0
  }

  /** All steps at which both have a value, those marked in `except` aside. */
  #pair(
    many: StepSeries,
    one: StepSeries,
    except: Uint8Array | undefined,
    taken: Map<string, Uint8Array> | undefined,
    met: Uint8Array | undefined,
  ): void {
    const labels = this.#labelsOf(many.labels, one.labels)
    const result = emptySeries(labels, this.#count, this.#bool || many.dropName)
    const key = labelsKey(labels)
    // One to one may match once at a step, whatever comes out; with a group the labels of what comes out must differ.
    const slot = this.#matching.card === 'one-to-one' ? '' : key
    let used = taken?.get(slot)
    if (taken && !used) {
      used = new Uint8Array(this.#count)
      taken.set(slot, used)
    }
    let any = false
    for (let k = 0; k < this.#count; k += 1) {
      if (many.kinds[k] === 0 || one.kinds[k] === 0 || except?.[k]) continue
      if (!this.#step(many, one, k, result)) continue
      any = true
      if (met) met[k] = 1
      if (!used) continue
      if (used[k]) throw this.#ambiguous()
      used[k] = 1
    }
    if (!any) return
    const known = this.#results.get(key)
    if (known) mergeInto(known, result)
    else this.#results.set(key, result)
  }

  /** False where the two cannot be combined at all; a comparison that fails still counts as a match. */
  #step(many: StepSeries, one: StepSeries, k: number, result: StepSeries): boolean {
    const [left, right] = this.#swapped ? [one, many] : [many, one]
    const operator = this.#operator
    if (left.kinds[k] === NUMBER && right.kinds[k] === NUMBER && operator !== '</' && operator !== '>/') {
      const [a, b] = [left.values[k] as number, right.values[k] as number]
      if (!isComparison(operator)) putNumber(result, k, calculate(operator, a, b))
      else {
        const keep = compare(operator, a, b)
        if (this.#bool) putNumber(result, k, keep ? 1 : 0)
        else if (keep) putNumber(result, k, a)
      }
      return true
    }
    const combined = combineElements(operator, operand(left, k), operand(right, k), this.#notes)
    if (!combined) return false
    if (this.#bool) putNumber(result, k, combined.keep ? 1 : 0)
    else if (combined.keep && typeof combined.value === 'number') putNumber(result, k, combined.value)
    else if (combined.keep) putHistogram(result, k, combined.value as Exclude<Operand, number>)
    return true
  }

  #labelsOf(many: Labels, one: Labels): Labels {
    const { card, on, ignoring, include } = this.#matching
    let labels = changesMeaning(this.#operator) ? withoutMetadata(many) : many
    if (card === 'one-to-one') labels = on ? keepLabels(labels, on) : dropLabels(labels, ignoring ?? [])
    for (const name of include) labels = setLabel(labels, name, label(one, name))
    return labels
  }

  #ambiguous(): Fault {
    return new Fault(
      'QUERY_FAILED',
      this.#matching.card === 'one-to-one'
        ? 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
        : 'multiple matches for labels: grouping labels must ensure unique matches',
    )
  }
}

function* groupBoth(
  many: readonly StepSeries[],
  one: readonly StepSeries[],
  signatureOf: (series: StepSeries) => string,
): Stepwise<Map<string, Group>> {
  const groups = new Map<string, Group>()
  const groupOf = (series: StepSeries): Group => {
    const key = signatureOf(series)
    let group = groups.get(key)
    if (!group) {
      group = { many: [], one: [] }
      groups.set(key, group)
    }
    return group
  }
  for (const [at, series] of many.entries()) {
    groupOf(series).many.push(series)
    if (at % breathEvery === 0) yield
  }
  for (const [at, series] of one.entries()) {
    groupOf(series).one.push(series)
    if (at % breathEvery === 0) yield
  }
  return groups
}

function* stepsOf(vector: readonly StepSeries[], count: number): Stepwise<Uint8Array> {
  const steps = new Uint8Array(count)
  for (const [at, { kinds }] of vector.entries()) {
    for (let k = 0; k < count; k += 1) if (kinds[k] !== 0) steps[k] = 1
    if (at % breathEvery === 0) yield
  }
  return steps
}

/** Throws where two series of the one side have a value at the same step, and the other side has any at all. */
function checkUnique({ one }: Group, matching: Matching, manySteps: Uint8Array, side: Side): void {
  const holders = new Int32Array(manySteps.length).fill(-1)
  for (let i = 0; i < one.length; i += 1) {
    const series = one[i] as StepSeries
    for (let k = 0; k < holders.length; k += 1) {
      if (series.kinds[k] === 0 || manySteps[k] === 0) continue
      const holder = holders[k] as number
      if (holder < 0) {
        holders[k] = i
        continue
      }
      const [first, second] = [
        printLabels((one[holder] as StepSeries).labels),
        printLabels(series.labels),
      ].sort()
      throw new Fault(
        'QUERY_FAILED',
        `found duplicate series for the match group ${printLabels(matchLabels(series.labels, matching))} on the ${side} hand-side of the operation: [${first}, ${second}];many-to-many matching not allowed: matching labels must be unique on one side`,
      )
    }
  }
}

/** What stands for the missing partner of a series: a value wherever none of `present` has one. */
function standIn(
  series: StepSeries,
  value: number,
  present: readonly StepSeries[],
  matching: Matching,
): StepSeries {
  const count = series.kinds.length
  const stand = emptySeries(matchLabels(series.labels, matching), count)
  for (let k = 0; k < count; k += 1)
    if (present.every((other) => other.kinds[k] === 0)) putNumber(stand, k, value)
  return stand
}

const operand = (series: StepSeries, k: number): Operand =>
  series.kinds[k] === HISTOGRAM ? (series.histograms?.[k] as Operand) : (series.values[k] as number)
