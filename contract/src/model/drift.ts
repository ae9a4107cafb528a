import { z } from 'zod'
import { Time } from './time.ts'

/** IN_FLIGHT: a deployment of ours is applying it. MANUAL: somebody changed it elsewhere. UNMERGED: Git asks for what was never applied. */
export const DriftClass = z.enum(['IN_FLIGHT', 'MANUAL', 'UNMERGED', 'UNKNOWN'])
export type DriftClass = z.infer<typeof DriftClass>

export const DriftCheck = z.object({
  repository: z.string(),
  stack: z.string(),
  at: Time,
  /** ERROR says in `detail` why it could not be looked. */
  result: z.enum(['NONE', 'DRIFTED', 'ERROR']),
  class: DriftClass.nullable(),
  resources: z.array(
    z.object({ address: z.string(), actions: z.array(z.string()), attributes: z.array(z.string()) }),
  ),
  detail: z.string(),
  /** When this drift was first seen. */
  since: Time.nullable(),
})
export type DriftCheck = z.infer<typeof DriftCheck>
