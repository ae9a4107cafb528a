import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'

export const PlanEngineConfig = z.strictObject({
  path: z
    .string()
    .default('')
    .describe(
      'Program that plans and applies; empty: tofu or else terraform, where they are on PATH; "none": no plan is ever run.',
    ),
  timeout: z
    .string()
    .default('10m')
    .refine((text) => durationMs(text) > 0, 'is no duration such as 30s, 5m or 1h30m')
    .describe('Longest time of one validation, plan or apply; it is stopped after.'),
  parallel_max: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(2)
    .describe('Runs of the engine at once; others wait.'),
  memory_bytes_max: z
    .number()
    .int()
    .min(0)
    .default(2_147_483_648)
    .describe(
      'Memory that the engine, and each provider that it starts, may take: Linux, by prlimit where it is installed; 0: no bound.',
    ),
  provider_mirror: z
    .string()
    .default('')
    .describe(
      'Folder that providers are installed from, as `tofu providers mirror` lays it out. Empty: built-in ones alone.',
    ),
  provider_sources: z
    .array(z.string().regex(/^[a-z0-9.*/_-]{1,200}$/i, 'such as registry.opentofu.org/hashicorp/*'))
    .max(100)
    .default([])
    .describe('Providers that may be fetched from their registry. A provider is a program that runs here.'),
  module_sources: z
    .array(z.string().min(1).max(500))
    .max(100)
    .default([])
    .describe(
      'Beginnings of module sources that may be fetched; every other module has to lie in the repository.',
    ),
  allow_code: z
    .boolean()
    .default(false)
    .describe(
      'Whether files may name provisioners, external data sources and files of this machine: who can open a merge request can then run programs here.',
    ),
  environment: z
    .array(
      z.string().regex(/^(?!TF_|PATH$|HOME$)[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'is no name, or one of ours'),
    )
    .max(100)
    .default([])
    .describe('Names of environment variables that providers get, such as AWS_ACCESS_KEY_ID.'),
})
export type PlanEngineConfig = z.infer<typeof PlanEngineConfig>
