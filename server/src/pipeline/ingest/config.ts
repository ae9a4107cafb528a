import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'
import { SnsConfig } from './alert/sns/config.ts'
import { PullConfig, ScrapeConfig } from './scrape/config.ts'

const count = (fallback: number, text: string) => z.number().int().positive().default(fallback).describe(text)
const duration = (fallback: string, text: string) => Duration.default(fallback).describe(text)

const MEBIBYTE = 1_048_576

/** Resource attributes that become labels of every series and stream of that resource; `x.*` stands for all names under `x.`. */
const promoted = [
  'service.name',
  'service.namespace',
  'service.instance.id',
  'service.version',
  'host.name',
  'deployment.environment.name',
  'k8s.*',
  'cloud.region',
]

const perSecond = (text: string) => z.number().min(0).default(0).describe(`${text}; 0 for no limit.`)

/** What one tenant may send; a field left out in `tenant_limits` is as in `limits`. */
export const LimitConfig = z.object({
  items_per_second: perSecond('Samples, log records and spans of one tenant a second'),
  bytes_per_second: perSecond('Bytes of request bodies, as received, of one tenant a second'),
  burst_seconds: z
    .number()
    .min(1)
    .max(3_600)
    .default(10)
    .describe('How many seconds of its rate a tenant may send at once.'),
  labels_max: count(64, 'Labels of one series or alert.'),
  label_name_bytes_max: count(1_024, 'Length of a label name, in UTF-8 bytes.'),
  label_value_bytes_max: count(4_096, 'Length of a label value, in UTF-8 bytes.'),
})
export type LimitConfig = z.infer<typeof LimitConfig>

const OwnLimitConfig = z.strictObject({
  items_per_second: z.number().min(0).optional(),
  bytes_per_second: z.number().min(0).optional(),
  burst_seconds: z.number().min(1).max(3_600).optional(),
  labels_max: z.number().int().positive().optional(),
  label_name_bytes_max: z.number().int().positive().optional(),
  label_value_bytes_max: z.number().int().positive().optional(),
})

export const IngestConfig = z.object({
  body_bytes_max: count(10 * MEBIBYTE, 'Largest request body as received, in bytes.'),
  decompressed_bytes_max: count(100 * MEBIBYTE, 'Largest request body after decompression, in bytes.'),
  json_bytes_max: count(32 * MEBIBYTE, 'Largest JSON request body after decompression, in bytes.'),
  requests_in_flight_max: count(
    256,
    'Requests being decoded or written at once; further ones are told to come again.',
  ),
  items_per_request_max: count(1_000_000, 'Samples, log records or spans in one request.'),
  limits: LimitConfig.prefault({}).describe('What each tenant may send.'),
  tenant_limits: z
    .record(z.string(), OwnLimitConfig)
    .default({})
    .describe('Limits of single tenants, by name, where they differ from `ingest.limits`.'),
  rules: z
    .object({
      folder: z
        .string()
        .default('')
        .describe(
          'Folder of stream rules (YAML); empty for `rules` in the data folder. Read again every few seconds.',
        ),
      reload_interval: duration('5s', 'How often the folder is looked at.'),
      redact_secrets: z
        .boolean()
        .default(true)
        .describe(
          'Whether credentials of known form and card numbers are taken out of log records and spans before they are written.',
        ),
      groups_max: count(10_000, 'Series that aggregating and counting rules may make.'),
      members_max: count(100_000, 'Series that one aggregate may be made of.'),
    })
    .prefault({})
    .describe('Rules between senders and everything else.'),
  scrape: ScrapeConfig.prefault({}).describe('Targets that are scraped, as Prometheus does it.'),
  pull: PullConfig.prefault({}).describe('HTTP APIs that are asked for metrics.'),
  sns: SnsConfig.prefault({}).describe('Messages of Amazon SNS.'),
  sample_future_max: duration('10m', 'How far ahead of this clock a sample may be.'),
  remote_write_age_max: duration('1h', 'How old a sample sent by remote write may be.'),
  otlp_age_max: duration(
    '10y',
    'How old an OTLP metric point may be. Long, because collectors resend what they kept while they were cut off.',
  ),
  promoted_resource_attributes: z
    .array(z.string().min(1))
    .max(64)
    .default(promoted)
    .describe(
      'Resource attributes that become labels of series and log streams; `k8s.*` names a whole group.',
    ),
  histogram_buckets_max: count(256, 'Buckets of one explicit histogram point.'),
  exponential_buckets_max: z
    .number()
    .int()
    .min(160)
    .default(320)
    .describe(
      'Buckets kept of one exponential histogram; with more, neighbours are merged until they are as few.',
    ),
  promote_scope: z
    .stringbool()
    .or(z.boolean())
    .default(false)
    .describe(
      'Whether name, version and attributes of the instrumentation scope become labels (`otel.scope.…`) of OTLP metrics. Off, because a new version of a library would begin all its series, and what is known of them, anew; log records and spans have them as attributes in any case.',
    ),
  attributes_max: count(
    128,
    'Attributes kept of one log record or span; the number left out is noted on it.',
  ),
  span_events_max: count(128, 'Events, and links, kept of one span; the number left out is noted on it.'),
  text_length_max: count(
    262_144,
    'Length kept of a log message or an attribute value of one, in UTF-16 units; longer ones are cut and marked.',
  ),
  known_series_max: count(
    1_000_000,
    'Series per tenant and protocol that are found without decoding their labels.',
  ),
  known_series_bytes_max: count(
    256 * MEBIBYTE,
    'Memory for the label bytes of those series, per tenant and protocol.',
  ),
  metric_families_max: count(
    20_000,
    'Metric families per tenant whose type, sent as metadata, is remembered.',
  ),
  alerts_per_request_max: count(1_000, 'Alerts in one request.'),
  known_alerts_max: count(
    20_000,
    'Alerts whose last state is remembered, so that a repeat is found without the disk.',
  ),
  alert_resolve_timeout: duration(
    '5m',
    'When an alert posted to the Alertmanager API without an end is resolved, unless it is posted again.',
  ),
  alert_mappings: z
    .object({
      folder: z
        .string()
        .default('')
        .describe('Folder of mappings that people write (`*.yaml`); empty is `mappings` in the data folder.'),
      reload_interval: duration('5s', 'How often the folder is looked at for changes.'),
    })
    .prefault({})
    .describe('How webhooks of any sender become alerts.'),
  host: z
    .object({
      enabled: z.boolean().default(true).describe('Whether this machine itself is observed.'),
      interval: duration('1s', 'How often this machine is read.'),
    })
    .prefault({})
    .describe('The machine that the platform runs on, as a sender of metrics.'),
})
export type IngestConfig = z.infer<typeof IngestConfig>

export const limitsOf = (config: IngestConfig, tenant: string): LimitConfig => {
  const own = Object.hasOwn(config.tenant_limits, tenant) ? config.tenant_limits[tenant] : undefined
  return LimitConfig.parse({ ...config.limits, ...own })
}
