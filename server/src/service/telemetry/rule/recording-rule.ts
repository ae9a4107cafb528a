import { Fault } from '../../../kernel/fault.ts'
import { labelsKey, setLabel } from '../promql/evaluate/label-set.ts'
import type { RuleSample } from './index.ts'
import type { RuleContext } from './rule.ts'
import type { RuleSpec } from './rule-document.ts'

/** One recording rule: the series of its expression under its name, with its labels. */
export class RecordingRule {
  readonly spec: RuleSpec
  constructor(spec: RuleSpec) {
    this.spec = spec
  }

  async evaluate({ query, timeMs, queryOffsetMs, limit }: RuleContext): Promise<RuleSample[]> {
    const found = await query(this.spec.query, timeMs - queryOffsetMs)
    const seen = new Set<string>()
    const samples = found.map((sample): RuleSample => {
      let labels = setLabel(sample.labels, '__name__', this.spec.name)
      for (const [name, value] of Object.entries(this.spec.labels)) labels = setLabel(labels, name, value)
      seen.add(labelsKey(labels))
      const at = { labels, timeMs: timeMs - queryOffsetMs }
      return sample.histogram ? { ...at, histogram: sample.histogram } : { ...at, value: sample.value }
    })
    if (seen.size < samples.length)
      throw new Fault(
        'QUERY_FAILED',
        'vector contains metrics with the same labelset after applying rule labels',
      )
    if (limit > 0 && samples.length > limit)
      throw new Fault('QUERY_FAILED', `exceeded limit of ${limit} with ${samples.length} series`)
    return samples
  }
}
