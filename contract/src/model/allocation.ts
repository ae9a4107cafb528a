import { z } from 'zod'
import { Usd } from './money.ts'
import { Time } from './time.ts'

/**
 * Cost of something in a window as the OpenCost specification defines it: a container costs max(request, usage) × hours × price. `…_average`
 * over the window. Parts that have no source are null, and the total is of the known ones; `missing` names the others.
 */
export const Allocation = z.object({
  name: z.string(),
  properties: z.record(z.string(), z.string()),
  start: Time,
  end: Time,
  minutes: z.number(),
  cpu_core_hours: z.number().nullable(),
  cpu_core_request_average: z.number().nullable(),
  cpu_core_usage_average: z.number().nullable(),
  cpu_usd: Usd.nullable(),
  gpu_hours: z.number().nullable(),
  gpu_usd: Usd.nullable(),
  ram_byte_hours: z.number().nullable(),
  ram_byte_request_average: z.number().nullable(),
  ram_byte_usage_average: z.number().nullable(),
  ram_usd: Usd.nullable(),
  storage_usd: Usd.nullable(),
  network_usd: Usd.nullable(),
  load_balancer_usd: Usd.nullable(),
  /** Of what is shared by agreement: a namespace, the control plane. */
  shared_usd: Usd.nullable(),
  /** Of capacity that is paid for and asked by nobody; of the allocation named `__idle__`, or spread where asked. */
  idle_usd: Usd.nullable(),
  /** Of a service that runs at a provider outside of every known cluster. */
  external_usd: Usd.nullable().optional(),
  total_usd: Usd,
  /** Usage by request, weighted by cost; null where one of the two is not known. */
  efficiency: z.number().nullable(),
  missing: z.array(z.string()),
})
export type Allocation = z.infer<typeof Allocation>
