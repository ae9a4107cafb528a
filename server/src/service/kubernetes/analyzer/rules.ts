import type { FindingRule } from '@aiops/contract/model/finding'
import { platformRules } from './platform/index.ts'
import type { Rule } from './rule.ts'
import { workloadRules } from './workload/index.ts'

/** Every rule, in the order in which findings of one object are told. */
export const rules: readonly Rule[] = [...workloadRules, ...platformRules]

/** As they are shown: without what they do. */
export const shownRules = (): Omit<FindingRule, 'area'>[] =>
  rules.map(({ needs: _, check: __, ...shown }) => shown)
