import { Fault } from '../../../kernel/fault.ts'
import type { Dialect } from './series-key.ts'

export const scrapeProtocols = {
  PrometheusProto:
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=allow-utf-8',
  'OpenMetricsText1.0.0': 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8',
  'OpenMetricsText0.0.1': 'application/openmetrics-text;version=0.0.1',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0;escaping=allow-utf-8',
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
} as const
export type ScrapeProtocol = keyof typeof scrapeProtocols

/** The formats asked for, the first preferred. */
export const acceptHeader = (protocols: readonly ScrapeProtocol[]): string =>
  [
    ...protocols.map((name, at) => `${scrapeProtocols[name]};q=0.${protocols.length + 1 - at}`),
    '*/*;q=0.1',
  ].join(',')

/** What is no format known here is read as Prometheus' text: many exporters name none, or another. */
export function dialectOf(contentType: string): Dialect {
  const [mediaType = '', ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  if (mediaType === 'application/openmetrics-text') return 'openmetrics'
  if (mediaType !== 'application/vnd.google.protobuf') return 'text'
  if (parameters.includes('encoding=delimited')) return 'protobuf'
  throw new Fault('UNSUPPORTED_MEDIA_TYPE', 'Of the protobuf form, only encoding=delimited is read.')
}
