import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

export const GatewayConfig = z.object({
  host: z
    .string()
    .default('127.0.0.1')
    .describe('Address to listen on. Other than loopback needs auth.api_keys.'),
  port: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8_080)
    .describe('Port to listen on; 0 takes a free one.'),
  public_url: z
    .string()
    .default('')
    .describe('Origin under which people reach the web app, for links; empty derives it from host and port.'),
  body_limit_bytes: z.coerce
    .number()
    .int()
    .min(1_024)
    .max(1_073_741_824)
    .default(10_485_760)
    .describe('Largest request body, as sent.'),
  allowed_hosts: z
    .array(z.string().toLowerCase())
    .max(100)
    .default([])
    .describe('Host names besides loopback that requests without a key may be addressed to.'),
  validate_responses: z
    .stringbool()
    .or(z.boolean())
    .default(true)
    .describe('Check every answer against its schema before it is sent.'),
  request_timeout: Duration.default('120s').describe(
    'Longest time a request may take to arrive, and longest time to answer it.',
  ),
})
export type GatewayConfig = z.infer<typeof GatewayConfig>
