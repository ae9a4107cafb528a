import { type AggregationMode, AggregationMode as modes } from '@aiops/contract/model/query'
import { asFlag, asInteger, asOneOf, asText, asTexts } from '../shell/search.ts'
import { type Range, type RangeStep, rangeSteps } from './range.ts'

export const exploreTabs = ['series', 'metrics', 'logs', 'traces'] as const
export type ExploreTab = (typeof exploreTabs)[number]
/** How traces are shown: many as a service graph instead of a list; one as a flame graph or taken apart instead of a waterfall. */
export const traceViews = ['graph', 'flame', 'analysis'] as const

/** The whole state of the explore page, as it stands in the address. */
export type ExploreSearch = {
  tab?: ExploreTab
  /** Words or a selector that the list of series is searched by. */
  text?: string
  /** The query of the tab that is shown: PromQL, LogQL or TraceQL. */
  q?: string
  /** Further queries of the metrics tab, drawn into the same chart. */
  and?: string[]
  /** Ids of the clusters that are asked; all when absent. */
  clusters?: string[]
  mode?: AggregationMode
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
  /** The span of the trace that is open. */
  span?: string
  view?: (typeof traceViews)[number]
  errors?: true
  /** Least duration of traces, in milliseconds. */
  slow?: number
}

/** Queries beside the first. */
export const furtherMax = 4

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
  const q = asText(raw.q, 8_192)
  const and = asTexts(raw.and, furtherMax)
  const clusters = asTexts(raw.clusters, 500)
  const mode = asOneOf(raw.mode, modes.options)
  const span = asText(raw.span, 16)
  const view = asOneOf(raw.view, traceViews)
  const slow = asInteger(raw.slow, 1, 3_600_000)
  if (tab && tab !== 'series') found.tab = tab
  if (text) found.text = text
  if (s) found.s = s
  if (q) found.q = q
  if (and) found.and = and
  if (clusters) found.clusters = clusters
  if (mode && mode !== 'MERGE') found.mode = mode
  if (fixed) Object.assign(found, { from, to })
  else if (range && range !== defaultStep) found.range = range
  if (asFlag(raw.paused)) found.paused = true
  if (service) found.service = service
  if (contains) found.contains = contains
  if (trace && /^[0-9a-f]{1,32}$/.test(trace)) found.trace = trace
  if (found.trace && span && /^[0-9a-zA-Z]{1,16}$/.test(span)) found.span = span
  if (view) found.view = view
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
