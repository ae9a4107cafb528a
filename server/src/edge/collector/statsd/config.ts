import { defaultTenant, TenantId } from '@aiops/contract/model/tenant'
import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

const port = z.coerce
  .number()
  .int()
  .min(0)
  .max(65_535)
  .default(8_125)
  .describe('Port to listen on; 0 takes a free one.')
const enabled = (text: string) => z.stringbool().or(z.boolean()).default(false).describe(text)
const count = (fallback: number, text: string) =>
  z.coerce.number().int().positive().default(fallback).describe(text)
const bounds = (fallback: readonly number[], text: string) =>
  z
    .array(z.number())
    .min(1)
    .max(256)
    .default([...fallback])
    .refine((ends) => ends.every((end, at) => at === 0 || end > ends[at - 1]!), 'ascending numbers')
    .describe(text)

const timerBounds = [
  1, 2.5, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000, 30_000, 60_000,
]
/** Three a decade from a thousandth to a thousand million: of a histogram nobody knows what it measures. */
const histogramBounds = Array.from({ length: 12 }, (_, at) => at - 3).flatMap((power) =>
  [1, 2.5, 5].map((step) => Number(`${step}e${power}`)),
)

export const StatsdConfig = z.object({
  host: z
    .string()
    .default('127.0.0.1')
    .describe('Address to listen on. Other than loopback needs `senders`.'),
  senders: z
    .array(z.string())
    .max(1_000)
    .default([])
    .describe(
      'Addresses and networks that may send, such as 10.0.0.0/8; none for all that reach a loopback address.',
    ),
  tenant: TenantId.default(defaultTenant).describe('Tenant that metrics belong to: StatsD names none.'),
  udp: z
    .object({ enabled: enabled('Whether StatsD is received over UDP.'), port })
    .prefault({})
    .describe('StatsD over UDP.'),
  tcp: z
    .object({ enabled: enabled('Whether StatsD is received over TCP, a metric a line.'), port })
    .prefault({})
    .describe('StatsD over TCP.'),
  flush_interval: Duration.default('10s').describe('How often what was sent becomes samples.'),
  idle_after: Duration.default('5m').describe('How long a metric that nobody sends is still written.'),
  series_max: count(
    10_000,
    'Metrics, by name and tags, each over UDP and TCP; further ones are counted as dropped.',
  ),
  set_values_max: count(
    100_000,
    'Different values of all sets in one interval; further ones are not counted as members.',
  ),
  timer_bounds: bounds(timerBounds, 'Upper ends of the buckets of timers, in milliseconds.'),
  histogram_bounds: bounds(histogramBounds, 'Upper ends of the buckets of histograms and distributions.'),
  connections_max: count(256, 'TCP connections at a time.'),
  receive_buffer_bytes: count(
    4_194_304,
    'Bytes that the system is asked to keep of UDP until they are read.',
  ),
})
export type StatsdConfig = z.infer<typeof StatsdConfig>
