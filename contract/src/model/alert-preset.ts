import { z } from 'zod'
import { Time } from './time.ts'

/** A search of the alert list under a name: the part of its address after `?`, so that a link and a preset are the same thing. */
export const AlertPreset = z.object({
  id: z.string(),
  name: z.string(),
  /** For instance `state=FIRING&severity=CRITICAL&cel=labels.region%20%3D%3D%20%22eu%22`. */
  search: z.string(),
  /** Everybody of the tenant sees it; else only who made it. */
  shared: z.boolean(),
  created_by: z.string(),
  created_at: Time,
})
export type AlertPreset = z.infer<typeof AlertPreset>
