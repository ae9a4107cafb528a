import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'
import { secretName } from '../../port/secret-source.ts'

const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'a name of an environment variable')

export const McpServerConfig = z
  .object({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,19}$/, 'lower-case letters, digits and dashes, 20 at most')
      .describe('What it is called here; its tools are called name__tool.'),
    url: z
      .union([z.literal(''), z.url({ protocol: /^https?$/ })])
      .default('')
      .describe('Its streamable HTTP endpoint; empty for a server that is a program.'),
    command: z
      .string()
      .max(4_096)
      .default('')
      .describe(
        'Program that is the server, which is started beside the platform and spoken with over its standard input and output; empty for one at a URL.',
      ),
    args: z.array(z.string().max(4_096)).max(64).default([]).describe('Arguments of the program.'),
    folder: z.string().max(4_096).default('/').describe('Folder that the program works in.'),
    env: z
      .record(variableName, z.string().max(4_096))
      .default({})
      .describe(
        'Environment of the program, beside PATH, HOME, LANG, TZ and TMPDIR; it inherits nothing else.',
      ),
    env_secrets: z
      .record(variableName, z.string().regex(secretName))
      .default({})
      .describe('Further variables of its environment, by the name of the secret that each holds.'),
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
    timeout: Duration.default('30s').describe(
      'Longest time a call may take; a program that takes longer is ended and started again.',
    ),
  })
  .refine(({ url, command }) => (url === '') !== (command === ''), 'name either its url or its command')
  .refine(
    ({ command, args, env, env_secrets }) =>
      command !== '' || args.length + Object.keys({ ...env, ...env_secrets }).length === 0,
    'args, env and env_secrets are of a command',
  )
  .refine(({ command, token }) => command === '' || token === '', 'a command has no token: use env_secrets')
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
