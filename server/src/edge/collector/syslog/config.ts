import { defaultTenant, TenantId } from '@aiops/contract/model/tenant'
import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

const MEBIBYTE = 1_048_576
const port = (fallback: number) =>
  z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(fallback)
    .describe('Port to listen on; 0 takes a free one.')
const enabled = (text: string) => z.stringbool().or(z.boolean()).default(false).describe(text)
const count = (fallback: number, text: string) =>
  z.coerce.number().int().positive().default(fallback).describe(text)
const file = (text: string) => z.string().default('').describe(text)

export const SyslogConfig = z.object({
  host: z
    .string()
    .default('127.0.0.1')
    .describe(
      'Address to listen on. Other than loopback needs `senders`, or TLS with `client_ca_file` alone.',
    ),
  senders: z
    .array(z.string())
    .max(1_000)
    .default([])
    .describe(
      'Addresses and networks that may send, such as 10.0.0.0/8; none for all that reach a loopback address.',
    ),
  tenant: TenantId.default(defaultTenant).describe('Tenant that messages belong to: syslog names none.'),
  time_zone: z
    .string()
    .max(64)
    .default('UTC')
    .refine(isZone, 'an IANA time zone such as Europe/Madrid')
    .describe('Zone of times that name none (RFC 3164), such as Europe/Madrid.'),
  udp: z
    .object({ enabled: enabled('Whether syslog is received over UDP (RFC 5426).'), port: port(5_514) })
    .prefault({})
    .describe('Syslog over UDP.'),
  tcp: z
    .object({ enabled: enabled('Whether syslog is received over TCP (RFC 6587).'), port: port(5_514) })
    .prefault({})
    .describe('Syslog over TCP.'),
  tls: z
    .object({
      enabled: enabled('Whether syslog is received over TLS (RFC 5425).'),
      port: port(6_514),
      cert_file: file('Certificate chain, PEM.'),
      key_file: file('Private key of the certificate, PEM.'),
      client_ca_file: file('Authority whose certificates senders must show, PEM; empty asks for none.'),
    })
    .prefault({})
    .describe('Syslog over TLS.'),
  message_bytes_max: count(65_536, 'Bytes kept of one message; longer ones are cut and counted.'),
  connections_max: count(256, 'Connections at a time, each over TCP and TLS.'),
  flush_interval: Duration.default('100ms').describe(
    'How long messages are gathered before they are written.',
  ),
  batch_messages_max: count(5_000, 'Messages after which they are written at once.'),
  queue_bytes_max: count(
    8 * MEBIBYTE,
    'Bytes of messages that wait to be written, for each of the three; beyond it TCP and TLS senders wait, and UDP is dropped and counted.',
  ),
  receive_buffer_bytes: count(
    4 * MEBIBYTE,
    'Bytes that the system is asked to keep of UDP until they are read.',
  ),
})
export type SyslogConfig = z.infer<typeof SyslogConfig>

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}
