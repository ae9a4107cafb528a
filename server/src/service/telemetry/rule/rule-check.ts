import { labelsKey } from '../promql/evaluate/label-set.ts'
import type { PromqlLanguage } from './index.ts'
import { parseRules, type ReadOptions } from './rule-document.ts'

export type RuleCheck = {
  rules: number
  problems: string[]
  /** Rules that stand in a file more than once, with the same name and labels. */
  duplicates: { name: string; labels: Readonly<Record<string, string>> }[]
}

/** Whether a rule file can be used, and what of it is there twice. */
export function checkRules(text: string, language: PromqlLanguage, options: ReadOptions = {}): RuleCheck {
  const { groups, problems } = parseRules(text, language, options)
  const rules = groups.flatMap((group) => group.rules)
  const seen = new Set<string>()
  const duplicates = new Map<string, RuleCheck['duplicates'][number]>()
  for (const { name, labels } of rules) {
    const key = `${name} ${labelsKey(labels)}`
    if (seen.has(key)) duplicates.set(key, { name, labels })
    seen.add(key)
  }
  return { rules: rules.length, problems, duplicates: [...duplicates.values()] }
}
