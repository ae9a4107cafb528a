import { asOneOf } from '../shell/search.ts'

export const silenceTabs = ['silences', 'maintenance'] as const
export type SilenceTab = (typeof silenceTabs)[number]
export type SilenceSearch = { tab?: SilenceTab }

export function readSilenceSearch(raw: Record<string, unknown>): SilenceSearch {
  const tab = asOneOf(raw.tab, silenceTabs)
  return tab ? { tab } : {}
}
