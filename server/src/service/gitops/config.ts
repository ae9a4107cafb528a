import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'
import { DeploymentConfig } from './deployment/config.ts'
import { RepositoriesConfig } from './repository-config.ts'

export const GitopsConfig = DeploymentConfig.extend({
  repositories: RepositoriesConfig,
  policy_file: z
    .string()
    .default('')
    .describe('YAML file with limits, rules and tests of the policy; empty: the shipped one.'),
  rego_folder: z
    .string()
    .default('')
    .describe('Folder of Rego rules that `opa` judges by as well; it can only tighten. Empty: none.'),
  drift_interval: z
    .string()
    .default('1h')
    .refine((text) => text === '0' || durationMs(text) > 0, 'is no duration such as 30m or 1h')
    .describe('How often each stack is compared with what runs; 0: never.'),
  objects_url: z
    .string()
    .default('')
    .describe('Folder or s3://bucket/prefix for plan files, encrypted; empty: objects/ below the data.'),
})
export type GitopsConfig = z.infer<typeof GitopsConfig>
