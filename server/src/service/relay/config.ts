import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

const bytes = (min: number, max: number, fallback: number, text: string) =>
  z.coerce.number().int().min(min).max(max).default(fallback).describe(text)

/** What `aiops serve --role edge` does with what it takes. */
export const RelayConfig = z.strictObject({
  hub_url: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .describe('Where everything is sent on to: the address of another aiops, as its senders would write it.'),
  token_secret: z
    .string()
    .regex(/^([A-Z][A-Z0-9_]{0,63})?$/, 'is no name of a secret')
    .default('')
    .describe('Name of the secret that holds the API key of the hub; empty where it asks for none.'),
  tls: z
    .object({
      ca_file: z
        .string()
        .default('')
        .describe('Certificates of the authorities to trust, as PEM; empty for those of the system.'),
      server_name: z
        .string()
        .default('')
        .describe('Name that the certificate must carry, where it is not the host of the address.'),
      insecure_skip_verify: z
        .stringbool()
        .or(z.boolean())
        .default(false)
        .describe('Whether the certificate is not checked: whoever is between may then read all.'),
    })
    .prefault({}),
  buffer_bytes_max: bytes(
    1_048_576,
    1_099_511_627_776,
    1_073_741_824,
    'Room on disk for what waits to be sent on, in bytes.',
  ),
  when_full: z
    .enum(['refuse', 'drop_oldest'])
    .default('refuse')
    .describe(
      'What happens to a request for which there is no room: senders are told to come again (429), or the oldest ones go.',
    ),
  dead_letter_bytes_max: bytes(
    65_536,
    1_073_741_824,
    16_777_216,
    'Room on disk for requests that the hub refused for good, in bytes; the oldest go first.',
  ),
  request_timeout: Duration.default('30s').describe('How long the hub may take to answer a request.'),
  retry_min: Duration.default('1s').describe('First wait after the hub did not answer; doubles each time.'),
  retry_max: Duration.default('60s').describe('Longest wait.'),
  host_interval: Duration.default('10s').describe(
    'How often this machine itself is read, where `ingest.host.enabled` is on.',
  ),
})
export type RelayConfig = z.infer<typeof RelayConfig>
