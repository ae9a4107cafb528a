import type { Delivery } from '../index.ts'
import { encodeScrape, type ScrapeReport, type ScrapeScope } from './header.ts'

export const textType = 'text/plain; version=0.0.4; charset=utf-8'
export const openType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

export const plainScope: ScrapeScope = {
  labels: { job: 'shop', instance: 'shop:80' },
  honor_labels: false,
  honor_timestamps: true,
  track_timestamps_staleness: false,
  classic_histograms: false,
  relabel: [],
  sample_limit: 0,
  label_limit: 0,
  label_name_length_limit: 0,
  label_value_length_limit: 0,
}

/** A scrape as the keeper hands it on. */
export function scrapeDelivery(
  text: string | Uint8Array,
  options: {
    key?: string
    timeMs?: number
    type?: string
    scope?: Partial<ScrapeScope>
    report?: ScrapeReport
  } = {},
): Delivery {
  const scope = { ...plainScope, ...options.scope }
  const header = {
    key: options.key ?? 'shop',
    time_ms: options.timeMs ?? 1_700_000_000_000,
    content_type: options.type ?? textType,
    scope,
    ...(options.report ? { report: options.report } : {}),
  }
  return {
    kind: 'exposition',
    tenant: 'default',
    body: encodeScrape(header, typeof text === 'string' ? Buffer.from(text) : text),
    encoding: 'identity',
    format: 'text',
  }
}
