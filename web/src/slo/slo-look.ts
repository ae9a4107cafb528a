import type { SloIndicator, SloState, SloStatus } from '@aiops/contract/model/slo'
import type { Tone } from '../ui/badge.tsx'
import { formatDuration, missing } from '../ui/format.ts'

export const stateLook: Record<SloState, { word: string; tone: Tone; bar: string }> = {
  OK: { word: 'Met', tone: 'ok', bar: 'bg-ok' },
  BURNING: { word: 'Burning', tone: 'high', bar: 'bg-high' },
  EXHAUSTED: { word: 'Exhausted', tone: 'critical', bar: 'bg-critical' },
  NO_DATA: { word: 'No data', tone: 'outline', bar: 'bg-ink-mute' },
  DISABLED: { word: 'Off', tone: 'outline', bar: 'bg-ink-mute' },
}

/** A share that is nearly all: as many nines as it has, three decimals of a per cent at most. */
export function goodText(ratio: number | null): string {
  if (ratio === null) return missing
  const percent = ratio * 100
  // 99.9996 is not all of it.
  const shown = percent < 100 ? Math.min(percent, 99.999) : percent
  return `${Number(shown.toFixed(3))}\u00a0%`
}

/** What is measured, in words. */
export function indicatorText(indicator: SloIndicator): string {
  switch (indicator.kind) {
    case 'RATIO':
      return indicator.good === null ? 'Share of events that are not bad' : 'Share of events that are good'
    case 'HISTOGRAM':
      return `Requests below ${indicator.below}, in the unit of the histogram`
    case 'VALUE':
      return `Minutes in which the value is ${[
        ...(indicator.below === null ? [] : [`below ${indicator.below}`]),
        ...(indicator.above === null ? [] : [`above ${indicator.above}`]),
      ].join(' and ')}`
    case 'LATENCY':
      return `Requests that ${indicator.service} answers within ${formatDuration(indicator.below * 1_000)}`
    case 'ERRORS':
      return `Requests that ${indicator.service} answers without failing`
    case 'AVAILABILITY':
      return `Minutes in which ${indicator.service} answers ${Number((indicator.slice_target * 100).toFixed(3))} % without failing`
  }
}

/** Its queries, each with what it is. */
export function queriesOf(indicator: SloIndicator): { name: string; query: string }[] {
  switch (indicator.kind) {
    case 'RATIO':
      return [
        ...(indicator.good === null ? [] : [{ name: 'Good', query: indicator.good }]),
        ...(indicator.bad === null ? [] : [{ name: 'Bad', query: indicator.bad }]),
        { name: 'Total', query: indicator.total },
      ]
    case 'HISTOGRAM':
      return [{ name: 'Histogram', query: indicator.histogram }]
    case 'VALUE':
      return [{ name: 'Value', query: indicator.query }]
    default:
      return []
  }
}

/** Of the burn rates that are known, the fastest of the short windows: what is told first. */
export const burnNow = ({
  burn_rates,
}: Pick<SloStatus, 'burn_rates'>): SloStatus['burn_rates'][number] | undefined =>
  burn_rates.find(({ window, burn_rate }) => window === '1h' && burn_rate !== null) ??
  burn_rates.find(({ burn_rate }) => burn_rate !== null)
