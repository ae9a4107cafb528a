import { asFlag, asInteger, asOneOf, asText, asTexts } from '../shell/search.ts'
import { type Range, type RangeStep, rangeSteps } from './range.ts'

export const exploreTabs = ['series', 'logs', 'traces'] as const
export type ExploreTab = (typeof exploreTabs)[number]

/** The whole state of the explore page, as it stands in the address. */
export type ExploreSearch = {
  tab?: ExploreTab
  /** Words or a selector that the list of series is searched by. */
  text?: string
  /** Selectors of the charted series. */
  s?: string[]
  range?: RangeStep
  /** A fixed range in unix milliseconds; wins over `range`. */
  from?: number
  to?: number
  paused?: true
  service?: string
  contains?: string
  trace?: string
  errors?: true
  /** Least duration of traces, in milliseconds. */
  slow?: number
}

/** At most this many selections are charted at once. */
export const selectionMax = 12

export function readExploreSearch(raw: Record<string, unknown>): ExploreSearch {
  const tab = asOneOf(raw.tab, exploreTabs)
  const range = asOneOf(raw.range, rangeSteps)
  const from = asInteger(raw.from, 0, 8.64e15)
  const to = asInteger(raw.to, 0, 8.64e15)
  const fixed = from !== undefined && to !== undefined && from < to
  const found: ExploreSearch = {}
  const text = asText(raw.text, 500)
  const s = asTexts(raw.s, selectionMax)
  const service = asText(raw.service, 256)
  const contains = asText(raw.contains, 1_024)
  const trace = asText(raw.trace, 32)
  const slow = asInteger(raw.slow, 1, 3_600_000)
  if (tab && tab !== 'series') found.tab = tab
  if (text) found.text = text
  if (s) found.s = s
  if (fixed) Object.assign(found, { from, to })
  else if (range && range !== defaultStep) found.range = range
  if (asFlag(raw.paused)) found.paused = true
  if (service) found.service = service
  if (contains) found.contains = contains
  if (trace && /^[0-9a-f]{1,32}$/.test(trace)) found.trace = trace
  if (asFlag(raw.errors)) found.errors = true
  if (slow) found.slow = slow
  return found
}

const defaultStep: RangeStep = '15m'

export const rangeOf = (search: ExploreSearch): Range =>
  search.from !== undefined && search.to !== undefined
    ? { from: search.from, to: search.to }
    : { duration: search.range ?? defaultStep }

/** Whether the page follows the present. */
export const isLive = (search: ExploreSearch): boolean => search.from === undefined && !search.paused
