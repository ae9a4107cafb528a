import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

export const McpConfig = z.object({
  enabled: z
    .stringbool()
    .or(z.boolean())
    .default(true)
    .describe('Serve the Model Context Protocol at /mcp: tools, resources and prompts for assistants.'),
  legacy_sse: z
    .stringbool()
    .or(z.boolean())
    .default(false)
    .describe(
      'Serve the HTTP+SSE transport of revision 2024-11-05 at /mcp/sse, for hosts that know no other.',
    ),
  body_limit_bytes: z.coerce
    .number()
    .int()
    .min(1_024)
    .max(16_777_216)
    .default(1_048_576)
    .describe('Largest request of an MCP host.'),
  requests_per_minute: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(600)
    .describe('Requests that one caller may make each minute.'),
  open_requests_max: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(32)
    .describe('Requests of one caller that may be open at once, streams included.'),
  sessions_max: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(200)
    .describe('Sessions of hosts of revision 2025-11-25 and older; beyond them they are served without one.'),
  session_idle: Duration.default('30m').describe('A session that nothing was asked in for so long is over.'),
  call_timeout: Duration.default('30s').describe('Longest time a tool may take.'),
})
export type McpConfig = z.infer<typeof McpConfig>
