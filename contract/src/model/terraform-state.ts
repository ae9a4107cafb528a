import { z } from 'zod'
import { Time } from './time.ts'

/** One version of a state of infrastructure, without its content, which holds secrets. */
export const TerraformStateVersion = z.object({
  /** Ours, counting from 1; a deletion and a rollback are versions too. */
  number: z.number().int(),
  /** The engine's. */
  serial: z.number().int(),
  lineage: z.string(),
  deleted: z.boolean(),
  sha256: z.string(),
  size_bytes: z.number().int(),
  created_at: Time,
  created_by: z.string(),
})
export type TerraformStateVersion = z.infer<typeof TerraformStateVersion>

export const TerraformStateLock = z.object({
  id: z.string(),
  locked_at: Time,
  locked_by: z.string(),
  /** As the engine said it: who, on which machine, doing what. */
  info: z.string(),
})
export type TerraformStateLock = z.infer<typeof TerraformStateLock>

export const TerraformStateSummary = z.object({
  project: z.string(),
  name: z.string(),
  newest: TerraformStateVersion,
  lock: TerraformStateLock.nullable(),
})
export type TerraformStateSummary = z.infer<typeof TerraformStateSummary>
