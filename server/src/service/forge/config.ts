import { ForgeProjectName } from '@aiops/contract/model/merge-request'
import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

const flag = (value: boolean) => z.stringbool().or(z.boolean()).default(value)
const bytes = (min: number, max: number, value: number) =>
  z.coerce.number().int().min(min).max(max).default(value)

const ProjectConfig = z.object({
  name: ForgeProjectName.describe('Of the repository, as in /git/<name>.git.'),
  tenant: z.string().default('default').describe('Whose repository it is.'),
  description: z.string().max(1_000).default('').describe('Shown beside the name.'),
  default_branch: z
    .string()
    .min(1)
    .max(200)
    .default('main')
    .describe('Protected; merge requests go into it.'),
  protected_branches: z
    .array(z.string().min(1).max(200))
    .max(100)
    .default([])
    .describe('Further branches that nobody pushes to; `*` stands for any text.'),
  approvals_required: z
    .number()
    .int()
    .min(0)
    .max(10)
    .default(1)
    .describe('People other than the author who must have approved the very commit that somebody merges.'),
})

export const ForgeConfig = z.object({
  enabled: flag(true).describe(
    'Serve Git repositories with merge requests at /git, /api/v4 and /api/v1/forge; needs git 2.38 or newer.',
  ),
  folder: z.string().default('').describe('Folder of the repositories; empty: forge in the data folder.'),
  login: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/)
    .default('aiops-bot')
    .describe('Name under which the platform itself commits, opens merge requests and merges.'),
  projects: z
    .array(ProjectConfig)
    .max(200)
    .default([])
    .describe('Repositories that are made at the start where they are not there yet.'),
  push_bytes_max: bytes(1_024, 1_073_741_824, 67_108_864).describe('Largest push; it is held in memory.'),
  repositories_max: bytes(1, 10_000, 200).describe('Repositories that one tenant may have.'),
  hook_timeout: Duration.default('10s').describe('Longest time a webhook may take to answer.'),
  hook_attempts_max: bytes(1, 10, 5).describe('How often a webhook is tried.'),
})
export type ForgeConfig = z.infer<typeof ForgeConfig>
