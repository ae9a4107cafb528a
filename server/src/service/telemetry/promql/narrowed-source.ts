import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { SampleSource } from './index.ts'

/** Those series of a source alone that fit further conditions, under labels that may be others than they are kept with. */
export const narrowed = (
  source: SampleSource,
  matchers: readonly Matcher[],
  shown: (labels: Labels) => Labels = (labels) => labels,
): SampleSource => ({
  async *select(selection) {
    const further = { ...selection, matchers: [...selection.matchers, ...matchers] }
    for await (const batch of source.select(further))
      yield batch.map((one) => ({ ...one, labels: shown(one.labels) }))
  },
})
