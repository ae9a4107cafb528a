import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'
import { secretName } from '../../port/secret-source.ts'

export const McpServerConfig = z.object({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, 'lower-case letters, digits and dashes, 20 at most')
    .describe('What it is called here; its tools are called name__tool.'),
  url: z.url({ protocol: /^https?$/ }).describe('Its streamable HTTP endpoint.'),
  token: z
    .union([z.literal(''), z.string().regex(secretName)])
    .default('')
    .describe('Name of the secret that holds its bearer token; empty for none.'),
  allow: z
    .array(z.string().max(64))
    .max(100)
    .default([])
    .describe('Tools that may be called though they do not say that they only read.'),
  accept: z
    .array(z.string().regex(/^[\w-]{1,64}@[0-9a-f]{64}$/, 'tool@sha256'))
    .max(100)
    .default([])
    .describe(
      'Tools that changed and are trusted as they are now: tool@sha256, as the log says it when it holds one back.',
    ),
  tenants: z.array(z.string()).max(1_000).default([]).describe('Tenants that may use it; empty for all.'),
  timeout: Duration.default('30s').describe('Longest time a call may take.'),
})
export type McpServerConfig = z.infer<typeof McpServerConfig>

export const McpServersConfig = z
  .array(McpServerConfig)
  .max(20)
  .default([])
  .refine(
    (servers) => new Set(servers.map(({ name }) => name)).size === servers.length,
    'two servers have one name',
  )
  .describe('MCP servers of others whose tools are offered to language models and MCP hosts.')
