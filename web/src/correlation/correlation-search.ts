import { asOneOf } from '../shell/search.ts'

export const correlationTabs = ['rules', 'lessons', 'import'] as const
export type CorrelationTab = (typeof correlationTabs)[number]
export type CorrelationSearch = { tab?: CorrelationTab }

export function readCorrelationSearch(raw: Record<string, unknown>): CorrelationSearch {
  const tab = asOneOf(raw.tab, correlationTabs)
  return tab ? { tab } : {}
}
