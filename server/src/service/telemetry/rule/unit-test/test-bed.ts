import { apiNumber } from '../../../../kernel/go-number.ts'
import type { PromqlEngine, SampleSource, Selection } from '../../promql/index.ts'
import { MemorySource } from '../../promql/suite/memory-source.ts'
import { parseSeriesDefinition } from '../../promql/suite/series-definition.ts'
import type { RuleSample } from '../index.ts'
import { type RuleQuery, ruleQuery } from '../rule.ts'
import type { TestGroup } from './test-document.ts'

/** The series of one test, seen as time goes by: what comes later is not there yet. */
export class TestBed {
  readonly #memory = new MemorySource()
  readonly query: RuleQuery
  /** The last moment whose samples are there. */
  nowMs = 0

  /** Throws for series that cannot be read. */
  constructor(
    group: TestGroup,
    intervals: { samplesMs: number; evaluationMs: number },
    promql: PromqlEngine,
  ) {
    for (const { series, values } of group.input_series) {
      const { labels, values: points } = parseSeriesDefinition(`${series} ${values}`)
      this.#memory.add(labels, points, intervals.samplesMs, group.start_timestamp)
    }
    const source: SampleSource = {
      select: (selection: Selection) =>
        this.#memory.select({ ...selection, endMs: Math.min(selection.endMs, this.nowMs) }),
    }
    this.query = ruleQuery(promql, { source, defaultStepMs: intervals.evaluationMs })
  }

  record(samples: readonly RuleSample[]): void {
    for (const sample of samples) {
      const point =
        'stale' in sample
          ? { kind: 'stale' as const }
          : 'histogram' in sample
            ? { kind: 'histogram' as const, histogram: sample.histogram, resetGiven: false }
            : { kind: 'number' as const, value: sample.value }
      this.#memory.add(sample.labels, [point], 1, sample.timeMs)
    }
  }
}

/** Whether two values are one, or with `fuzzy` the nearest to it that a double can be. */
export function sameValue(expected: number, got: number, fuzzy: boolean): boolean {
  if (expected === got || (Number.isNaN(expected) && Number.isNaN(got))) return true
  return fuzzy && (neighbour(expected, 1n) === got || neighbour(expected, -1n) === got)
}

const double = new Float64Array(1)
const bits = new BigInt64Array(double.buffer)

/** One unit in the last place further from (1) or nearer to (-1) zero. */
function neighbour(value: number, by: bigint): number {
  double[0] = value
  bits[0]! += by
  return double[0]!
}

export const valueText = (value: number): string => apiNumber(value)
