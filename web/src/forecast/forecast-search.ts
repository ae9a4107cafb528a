import { CapacityKind, PredictionState } from '@aiops/contract/model/forecast'
import { asOneOf, asSomeOf, asText } from '../shell/search.ts'

export const forecastTabs = ['capacity', 'predictions', 'query'] as const
export type ForecastTab = (typeof forecastTabs)[number]
export const horizons = ['1h', '6h', '1d', '3d', '7d', '30d'] as const
export type Horizon = (typeof horizons)[number]

/** What the page of forecasts shows, as it stands in the address. */
export type ForecastSearch = {
  tab?: ForecastTab
  kinds?: CapacityKind[]
  states?: PredictionState[]
  watch?: string
  /** The query, how far ahead, and the limits that are asked about. */
  q?: string
  horizon?: Horizon
  above?: string
  below?: string
}

export function readForecastSearch(raw: Record<string, unknown>): ForecastSearch {
  const tab = asOneOf(raw.tab, forecastTabs)
  const kinds = asSomeOf(raw.kinds, CapacityKind.options)
  const states = asSomeOf(raw.states, PredictionState.options)
  const horizon = asOneOf(raw.horizon, horizons)
  const [watch, above, below] = [raw.watch, raw.above, raw.below].map((one) => asText(one, 128))
  const q = asText(raw.q, 8_192)
  return {
    ...(tab && { tab }),
    ...(kinds && { kinds }),
    ...(states && { states }),
    ...(horizon && { horizon }),
    ...(watch && { watch }),
    ...(above && { above }),
    ...(below && { below }),
    ...(q && { q }),
  }
}

/** A limit as it is typed; undefined where it is none. */
export const limitOf = (text: string | undefined): number | undefined => {
  const value = Number(text?.trim().replace(',', '.'))
  return text === undefined || text.trim() === '' || !Number.isFinite(value) ? undefined : value
}
