import { z } from 'zod'
import { Time } from './time.ts'

/** A copy of the whole data folder, made while the platform runs. */
export const Backup = z.object({
  /** Its name below `to`. */
  id: z.string(),
  /** Where it goes: a folder of the machine the platform runs on, or a bucket. */
  to: z.string(),
  status: z.enum(['RUNNING', 'DONE', 'FAILED']),
  started_at: Time,
  finished_at: Time.nullable(),
  seconds: z.number(),
  /** All that was acknowledged up to this position of the telemetry log is in it. */
  position: z.number().int().nullable(),
  bytes: z.number().int(),
  files: z.number().int(),
  error: z.string().nullable(),
})
export type Backup = z.infer<typeof Backup>
