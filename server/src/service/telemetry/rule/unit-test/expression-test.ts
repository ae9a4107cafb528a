import type { Labels } from '@aiops/contract/model/label'
import { isFault, messageOf } from '../../../../kernel/fault.ts'
import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { compareLabels, labelsKey, printLabels } from '../../promql/evaluate/label-set.ts'
import { printHistogram } from '../../promql/evaluate/print-histogram.ts'
import { compactHistogram, equalHistograms } from '../../promql/histogram/index.ts'
import { parseMetric, parseSequence } from '../../promql/suite/series-definition.ts'
import { ruleDurationText } from '../rule-duration.ts'
import { sameValue, type TestBed, valueText } from './test-bed.ts'
import type { ExpressionCase, TestGroup } from './test-document.ts'

type Sample = { labels: Labels; value: number; histogram?: NativeHistogram }

/** What the `promql_expr_test` of a group gives that is not expected. */
export async function expressionFailures(group: TestGroup, bed: TestBed, fuzzy: boolean): Promise<string[]> {
  const failures: string[] = []
  for (const test of group.promql_expr_test) {
    const named = group.name === '' ? '' : `    name: ${group.name},\n`
    const where = `${named}    expr: ${JSON.stringify(test.expr)}, time: ${ruleDurationText(test.eval_time)}`
    try {
      const got = (await bed.query(test.expr, group.start_timestamp + test.eval_time)).map(compacted)
      const expected = test.exp_samples.map(expectedSample)
      if (!same(expected, got, fuzzy))
        failures.push(`${where},\n        exp: ${shown(expected)}\n        got: ${shown(got)}`)
    } catch (error) {
      if (!isFault(error)) throw error
      failures.push(`${where}, err: ${messageOf(error)}`)
    }
  }
  return failures
}

const compacted = ({ labels, value, histogram }: Sample): Sample =>
  histogram ? { labels, value: 0, histogram: compactHistogram(histogram) } : { labels, value }

function expectedSample({ labels, value, histogram }: ExpressionCase['exp_samples'][number]): Sample {
  const parsed = labels.trim() === '' ? {} : parseMetric(labels)
  if (histogram === '') return { labels: parsed, value }
  const [first] = parseSequence(histogram)
  if (first?.kind !== 'histogram') return { labels: parsed, value: Number.NaN }
  return { labels: parsed, value: 0, histogram: compactHistogram(first.histogram) }
}

function same(expected: Sample[], got: Sample[], fuzzy: boolean): boolean {
  if (expected.length !== got.length) return false
  const [left, right] = [sorted(expected), sorted(got)]
  return left.every((sample, at) => {
    const other = right[at]!
    if (labelsKey(sample.labels) !== labelsKey(other.labels)) return false
    if (sample.histogram && other.histogram)
      return (
        sample.histogram.reset === other.histogram.reset && equalHistograms(sample.histogram, other.histogram)
      )
    return sample.histogram === other.histogram && sameValue(sample.value, other.value, fuzzy)
  })
}

const sorted = (samples: readonly Sample[]): Sample[] =>
  samples.toSorted((a, b) => compareLabels(a.labels, b.labels))

const shown = (samples: readonly Sample[]): string =>
  samples.length === 0
    ? 'nil'
    : sorted(samples)
        .map(
          ({ labels, value, histogram }) =>
            `${printLabels(labels)} ${histogram ? printHistogram(histogram) : valueText(value)}`,
        )
        .join(', ')
