import { RE2JS } from 're2js'
import { Fault } from '../../../../kernel/fault.ts'
import { aggregate } from '../../promql/evaluate/aggregation.ts'
import { applyBinary } from '../../promql/evaluate/binary.ts'
import { labelsKey, setLabel } from '../../promql/evaluate/label-set.ts'
import type { Evaluated, Notes, StepSeries, Steps } from '../../promql/value.ts'
import type { LabelReplace, MetricExpression, VectorAggregation } from '../expression.ts'
import { evaluateRange } from './range.ts'
import type { QueryRun } from './run.ts'
import { emptySeries, put } from './window.ts'

const silent: Notes = { warn: () => undefined, info: () => undefined }
/** Range functions of which the sum over series is the same as over the lines of all of them. */
const summable = ['rate', 'count_over_time', 'bytes_rate', 'bytes_over_time']

export async function evaluateMetric(
  node: MetricExpression,
  steps: Steps,
  run: QueryRun,
): Promise<Evaluated> {
  switch (node.node) {
    case 'number':
      return { type: 'scalar', values: new Float64Array(steps.count).fill(node.value) }
    case 'vector': {
      const series = emptySeries({}, steps.count)
      for (let k = 0; k < steps.count; k += 1) put(series, k, node.value)
      return { type: 'vector', series: [series] }
    }
    case 'range':
      return { type: 'vector', series: await evaluateRange(node, steps, run) }
    case 'aggregation':
      return { type: 'vector', series: await aggregated(node, steps, run) }
    case 'label-replace':
      return { type: 'vector', series: await replaced(node, steps, run) }
    case 'binary': {
      const left = await evaluateMetric(node.left, steps, run)
      const right = await evaluateMetric(node.right, steps, run)
      run.check()
      // A comparison of two numbers is 0 or 1 in any case.
      const spec = { operator: node.operator, bool: node.bool, matching: node.matching }
      return applyBinary(left, right, spec, steps, silent)
    }
  }
}

async function aggregated(node: VectorAggregation, steps: Steps, run: QueryRun): Promise<StepSeries[]> {
  const { name, inner, grouping } = node
  const pushes =
    name === 'sum' &&
    inner.node === 'range' &&
    !inner.grouping &&
    !inner.unwrap &&
    summable.includes(inner.name)
  const series =
    pushes && inner.node === 'range'
      ? await evaluateRange(inner, steps, run, grouping ?? { by: [] })
      : seriesOf(await evaluateMetric(inner, steps, run))
  // The order is the answer's affair: see `sortOrder`.
  if (name === 'sort' || name === 'sort_desc') return series
  const parameter =
    node.parameter === undefined ? undefined : new Float64Array(steps.count).fill(node.parameter)
  return aggregate(series, { name, grouping, parameter }, steps, silent)
}

const seriesOf = (value: Evaluated): StepSeries[] => {
  if (value.type === 'vector') return value.series
  throw new Fault('INVALID_LOGQL', 'parse error : expected a vector, not a number')
}

/** As Prometheus' function: where the whole value fits, the destination is set; an empty one is taken away. */
async function replaced(node: LabelReplace, steps: Steps, run: QueryRun): Promise<StepSeries[]> {
  const pattern = RE2JS.compile(`^(?:${node.regex})$`, RE2JS.DOTALL)
  const series = seriesOf(await evaluateMetric(node.inner, steps, run))
  const seen = new Set<string>()
  return series.map((one) => {
    const value = Object.hasOwn(one.labels, node.source) ? one.labels[node.source]! : ''
    const matcher = pattern.matcher(value)
    const labels = matcher.matches()
      ? setLabel(
          one.labels,
          node.destination,
          expanded(node.replacement, matcher, Object.keys(pattern.namedGroups())),
        )
      : one.labels
    const key = labelsKey(labels)
    if (seen.has(key)) throw new Fault('QUERY_FAILED', 'vector cannot contain metrics with the same labelset')
    seen.add(key)
    return { ...one, labels }
  })
}

/** `$1`, `${1}`, `$name` and `$$`, as Go's Regexp.Expand. */
const expanded = (
  replacement: string,
  matcher: { group(group: string | number): string | null; groupCount(): number },
  names: readonly string[],
): string =>
  replacement.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    const name = braced ?? bare
    if (name === undefined) return whole === '$$' ? '$' : whole
    if (/^\d+$/.test(name))
      return Number(name) <= matcher.groupCount() ? (matcher.group(Number(name)) ?? '') : ''
    return names.includes(name) ? (matcher.group(name) ?? '') : ''
  })
