import { z } from 'zod'
import { Time } from './time.ts'

export const ModelPolicy = z.enum(['LOCAL_ONLY', 'LOCAL_FIRST', 'ANY'])
export type ModelPolicy = z.infer<typeof ModelPolicy>

/** A language model that may be asked, and how it has fared. */
export const ModelProvider = z.object({
  name: z.string(),
  protocol: z.enum(['OPENAI_COMPATIBLE', 'OPENAI', 'ANTHROPIC', 'GOOGLE']),
  model: z.string(),
  /** Nothing leaves this network for it. */
  local: z.boolean(),
  /** EXCLUDED: the policy forbids it. */
  state: z.enum(['READY', 'RESTING', 'EXCLUDED', 'UNREACHABLE', 'NOT_TRIED']),
  message: z.string(),
  window_tokens: z.number().int(),
  calls: z.number().int(),
  failures: z.number().int(),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  cost_usd: z.number().nullable(),
  last_used_at: Time.nullable(),
})
export type ModelProvider = z.infer<typeof ModelProvider>
