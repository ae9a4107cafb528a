import { z } from 'zod'

const count = z.coerce.number().int()

/** What `postgres://HOST:5432/DATABASE?name=value` may say. */
export const PostgresConfig = z.strictObject({
  user: z
    .string()
    .default('')
    .describe('Role that owns the schema; the name of the program’s user where left out.'),
  secret: z
    .string()
    .default('')
    .describe('Name of the secret that holds its password, read for each connection.'),
  ssl: z
    .enum(['disable', 'require', 'verify-full'])
    .default('disable')
    .describe('As libpq has it: `require` encrypts, `verify-full` also checks certificate and name.'),
  pool: count.min(2).max(200).default(10).describe('Connections at most; one writes, the others read.'),
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be lower-case letters, digits and _')
    .refine((name) => !name.startsWith('pg_'), 'must not begin with pg_')
    .default('aiops')
    .describe('Schema of the tables; made where it is missing.'),
  timeout_ms: count
    .min(100)
    .max(600_000)
    .default(30_000)
    .describe('How long a statement, or the wait for one’s turn to write, may take.'),
  connect_ms: count.min(100).max(60_000).default(5_000).describe('How long connecting may take.'),
})
export type PostgresConfig = z.infer<typeof PostgresConfig>
