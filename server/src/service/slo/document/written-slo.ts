import type { SloInput } from '@aiops/contract/model/slo'
import type { z } from 'zod'

/** One objective as it was written, and where it stands: `read` tells what cannot be carried over. */
export type WrittenSlo =
  | { place: string; input: z.input<typeof SloInput> }
  | { place: string; problem: string }
