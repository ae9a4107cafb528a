import { z } from 'zod'
import { StatsdConfig } from './statsd/config.ts'
import { SyslogConfig } from './syslog/config.ts'

const MEBIBYTE = 1_048_576
const port = (fallback: number) =>
  z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(fallback)
    .describe(
      'Port to listen on; 0 takes a free one. Where it is taken, a warning says so and the rest runs.',
    )
const enabled = (fallback: boolean) => z.stringbool().or(z.boolean()).default(fallback)

export const OtlpGrpcConfig = z.object({
  enabled: enabled(true).describe('Whether OTLP is received over gRPC.'),
  host: z
    .string()
    .default('127.0.0.1')
    .describe('Address to listen on. Other than loopback needs auth.api_keys.'),
  port: port(4_317),
  message_bytes_max: z.coerce
    .number()
    .int()
    .min(1_024)
    .max(1_073_741_824)
    .default(10 * MEBIBYTE)
    .describe('Largest message of one call, as sent.'),
  streams_max: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Calls that one connection may have open at a time.'),
  calls_in_flight_max: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(256)
    .describe(
      'Calls of all connections that are read or written at once; further ones are told to come again.',
    ),
})
export type OtlpGrpcConfig = z.infer<typeof OtlpGrpcConfig>

/** One group a listener. */
export const CollectorConfig = z.object({
  otlp_grpc: OtlpGrpcConfig.prefault({}).describe('OTLP over gRPC.'),
  syslog: SyslogConfig.prefault({}).describe('Syslog, RFC 5424 and RFC 3164.'),
  statsd: StatsdConfig.prefault({}).describe('StatsD and DogStatsD.'),
})
export type CollectorConfig = z.infer<typeof CollectorConfig>
