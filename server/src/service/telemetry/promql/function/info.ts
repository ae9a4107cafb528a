import type { Matcher } from '@aiops/contract/model/label'
import { Fault } from '../../../../kernel/fault.ts'
import { labelTest, valueTest } from '../../../../kernel/matcher.ts'
import { copyStep, emptySeries } from '../evaluate/column.ts'
import { label, labelsKey, metricName, printLabels, setLabel } from '../evaluate/label-set.ts'
import type { At, Expression } from '../expression.ts'
import { ABSENT, NUMBER, type StepSeries } from '../value.ts'
import { breathOf } from './breath.ts'
import type { CallContext, WholeFunction } from './function.ts'
import { seriesOf } from './step-series.ts'

/** Labels that say which target a series and its info series are about. */
const identifying = ['instance', 'job'] as const

/**
 * info(v, {data labels}): adds the labels of info series (`target_info` unless the selector names others) about the same target.
 * https://prometheus.io/docs/prometheus/latest/querying/functions/#info
 */
export const addInfo: WholeFunction = async ([vector], context) => {
  const base = seriesOf(vector)
  const selector = context.call.args[1]
  const wanted = selector?.node === 'vector' ? selector.matchers : []
  const nameMatchers = infoNames(wanted.filter(({ name }) => name === metricName))
  const dataMatchers = wanted.filter(({ name }) => name !== metricName)
  const isInfo = labelTest(nameMatchers)
  const enriched = base.filter(({ labels }) => !isInfo(labels))
  const about = targetMatchers(enriched)
  const infos =
    about.length === 0
      ? []
      : seriesOf(
          await context.select([...about, ...dataMatchers, ...nameMatchers], shiftOf(context.call.args[0]!)),
        )
  const byTarget = Map.groupBy(infos, ({ labels }) => targetKey(labels))
  const out = new Map<string, StepSeries>()
  const breathe = breathOf(context)
  for (const series of base) {
    await breathe()
    const known = isInfo(series.labels) ? undefined : (byTarget.get(targetKey(series.labels)) ?? [])
    enrich(series, known, dataMatchers, out, context)
  }
  return { type: 'vector', series: [...out.values()] }
}

/** Matchers that only exclude names are about all names that end as info metrics do. */
function infoNames(matchers: readonly Matcher[]): readonly Matcher[] {
  if (matchers.length === 0) return [{ name: metricName, op: '=', value: 'target_info' }]
  if (matchers.some(({ op }) => op === '=' || op === '=~')) return matchers
  return [{ name: metricName, op: '=~', value: '.+_info' }, ...matchers]
}

function targetMatchers(series: readonly StepSeries[]): Matcher[] {
  const matchers: Matcher[] = []
  for (const name of identifying) {
    const values = new Set(series.map(({ labels }) => label(labels, name)).filter((value) => value !== ''))
    if (values.size > 0)
      matchers.push({
        name,
        op: '=~',
        value: [...values].map((value) => value.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')).join('|'),
      })
  }
  return matchers
}

const targetKey = (labels: StepSeries['labels']): string =>
  labelsKey(Object.fromEntries(identifying.map((name) => [name, label(labels, name)])))

/** Info series are looked at when the first argument's first selector looks. */
function shiftOf(expression: Expression): { offsetMs: number; at?: At } {
  const found = findShift(expression)
  return found === undefined
    ? { offsetMs: 0 }
    : { offsetMs: found.offsetMs, ...(found.at !== undefined && { at: found.at }) }
}

function findShift(expression: Expression): { offsetMs: number; at?: At | undefined } | undefined {
  switch (expression.node) {
    case 'vector':
      return { offsetMs: expression.offsetMs, at: expression.at }
    case 'matrix':
      return findShift(expression.vector)
    case 'subquery': {
      const inner = findShift(expression.inner)
      if (inner === undefined || inner.at !== undefined) return inner
      return { offsetMs: inner.offsetMs + expression.offsetMs, at: expression.at }
    }
    case 'call':
      return firstOf(expression.args)
    case 'aggregation':
      return firstOf([expression.inner])
    case 'binary':
      return firstOf([expression.left, expression.right])
    case 'unary':
    case 'paren':
      return findShift(expression.inner)
    default:
      return undefined
  }
}

function firstOf(expressions: readonly Expression[]): ReturnType<typeof findShift> {
  for (const expression of expressions) {
    const found = findShift(expression)
    if (found !== undefined) return found
  }
  return undefined
}

/** Puts each step of a series under its labels with those of the info series that hold at that step. */
function enrich(
  series: StepSeries,
  infos: readonly StepSeries[] | undefined,
  dataMatchers: readonly Matcher[],
  out: Map<string, StepSeries>,
  { steps }: CallContext,
): void {
  const optional = dataMatchers.every((matcher) => valueTest(matcher)(''))
  for (let step = 0; step < series.kinds.length; step++) {
    if (series.kinds[step] === ABSENT) continue
    const present = newestByName(infos ?? [], step)
    if (infos !== undefined && present.length === 0 && !optional) continue
    const labels = withData(series.labels, present, dataMatchers)
    const key = labelsKey(labels)
    let target = out.get(key)
    if (target === undefined) {
      target = emptySeries(labels, steps.count, series.dropName)
      out.set(key, target)
    }
    if (target.kinds[step] !== ABSENT)
      throw new Fault('QUERY_FAILED', 'vector cannot contain metrics with the same labelset')
    copyStep(series, target, step)
  }
}

/** Of several info series with one name the newest counts. */
function newestByName(infos: readonly StepSeries[], step: number): StepSeries[] {
  const newest = new Map<string, StepSeries>()
  for (const one of infos) {
    if (one.kinds[step] === ABSENT) continue
    if (one.kinds[step] !== NUMBER) throw new Fault('QUERY_FAILED', 'info sample should be float')
    const name = label(one.labels, metricName)
    const known = newest.get(name)
    const [before, now] = [known?.timesMs?.[step] ?? 0, one.timesMs?.[step] ?? 0]
    if (known !== undefined && before === now)
      throw new Fault(
        'QUERY_FAILED',
        `found duplicate series for info metric: existing ${printLabels(known.labels)} @ ${before}, new ${printLabels(one.labels)} @ ${now}`,
      )
    if (known === undefined || now > before) newest.set(name, one)
  }
  return [...newest.values()]
}

function withData(
  base: StepSeries['labels'],
  infos: readonly StepSeries[],
  dataMatchers: readonly Matcher[],
): StepSeries['labels'] {
  const added = new Map<string, string>()
  for (const info of infos)
    for (const [name, value] of Object.entries(info.labels)) {
      if (name === metricName || Object.hasOwn(base, name)) continue
      if (dataMatchers.length > 0 && !dataMatchers.some((matcher) => matcher.name === name)) continue
      if ((added.get(name) ?? value) !== value) throw new Fault('QUERY_FAILED', `conflicting label: ${name}`)
      added.set(name, value)
    }
  let labels = base
  for (const [name, value] of added) labels = setLabel(labels, name, value)
  return labels
}
