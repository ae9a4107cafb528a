import { z } from 'zod'
import { Time } from './time.ts'

const Items = z.object({
  samples: z.number().nonnegative(),
  logs: z.number().nonnegative(),
  spans: z.number().nonnegative(),
  alerts: z.number().nonnegative(),
})

/** All that speak one protocol, of one tenant, since the program started. */
export const Sender = z.object({
  protocol: z.string(),
  taken: Items,
  /** Mean of the last ten full seconds. */
  per_second: Items,
  last_received_at: Time.nullable(),
  /** Requests refused whole and items left out, by error code. */
  refused: z.array(z.object({ code: z.string(), count: z.number().int() })),
  last_refusal: z.object({ code: z.string(), message: z.string(), at: Time }).nullable(),
})
export type Sender = z.infer<typeof Sender>
