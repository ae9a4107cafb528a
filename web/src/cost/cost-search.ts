import { DecisionAction, DecisionState } from '@aiops/contract/model/decision'
import { asFlag, asInteger, asOneOf, asSomeOf, asText, asTexts } from '../shell/search.ts'

export const costTabs = [
  'overview',
  'decisions',
  'analysis',
  'telemetry',
  'feed',
  'budgets',
  'savings',
] as const
export type CostTab = (typeof costTabs)[number]

/** What spend is divided by; the first is what is shown unless asked. */
export const allocationKeys = ['namespace', 'service', 'team', 'environment', 'cluster', 'node'] as const
export type AllocationKey = (typeof allocationKeys)[number]
/** Length of the analysis, with the step of its bars: 24 to 30 of them. */
export const spendRanges = { '24h': '1h', '7d': '6h', '30d': '1d' } as const
export type SpendRange = keyof typeof spendRanges
export const spendRangeNames: readonly SpendRange[] = ['24h', '7d', '30d']

/** What the page of cost and placement shows, as it stands in the address. */
export type CostSearch = {
  tab?: CostTab
  /** The decision whose drawer is open. */
  decision?: string
  service?: string[]
  action?: DecisionAction[]
  state?: DecisionState[]
  /** Of telemetry: services and providers whose names hold it. */
  text?: string
  provider?: string[]
  /** Of telemetry: only readings that are too old. */
  stale?: true
  /** The reading whose course is open: `service@provider`. */
  reading?: string
  by?: AllocationKey
  range?: SpendRange
  /** Idle capacity spread over what runs. */
  spread?: true
  page?: number
}

export type CostSearchChange = (
  part: { [K in keyof CostSearch]?: CostSearch[K] | undefined },
  replace?: boolean,
) => void
export type CostPartProps = { search: CostSearch; onChange: CostSearchChange }

export function readCostSearch(raw: Record<string, unknown>): CostSearch {
  const tab = asOneOf(raw.tab, costTabs)
  const decision = asText(raw.decision, 200)
  const service = asTexts(raw.service, 100)
  const action = asSomeOf(raw.action, DecisionAction.options)
  const state = asSomeOf(raw.state, DecisionState.options)
  const text = asText(raw.text, 200)
  const provider = asTexts(raw.provider, 100)
  const reading = asText(raw.reading, 300)
  const by = asOneOf(raw.by, allocationKeys)
  const range = asOneOf(raw.range, spendRangeNames)
  const page = asInteger(raw.page, 1, 100_000)
  return {
    ...(tab && tab !== 'overview' && { tab }),
    ...(decision && { decision }),
    ...(service && { service }),
    ...(action && { action }),
    ...(state && { state }),
    ...(text && { text }),
    ...(provider && { provider }),
    ...(asFlag(raw.stale) && { stale: true as const }),
    ...(reading?.includes('@') && { reading }),
    ...(by && by !== 'namespace' && { by }),
    ...(range && range !== '24h' && { range }),
    ...(asFlag(raw.spread) && { spread: true as const }),
    ...(page && page > 1 && { page }),
  }
}

/** What the API is asked for. */
export const decisionQuery = ({ service = [], action = [], state = [] }: CostSearch) => ({
  ...{ service, action, state },
})

export const isDecisionFiltered = ({ service, action, state }: CostSearch): boolean =>
  Boolean(service || action || state)
