import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'

const atLeast = (text: string, leastMs: number): boolean => durationMs(text) >= leastMs

export const ChatConfig = z.strictObject({
  session_ttl: z
    .string()
    .default('24h')
    .refine((text) => atLeast(text, 60_000), 'is no duration such as 24h, or under a minute')
    .describe('A conversation ends so long after its last message; after 7 days in any case.'),
  messages_max: z.coerce
    .number()
    .int()
    .min(2)
    .max(1_000)
    .default(100)
    .describe('Messages of one conversation, questions and answers.'),
  sessions_per_user_max: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(500)
    .describe('Conversations of one user that have not ended.'),
  answers_max: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(50)
    .describe('Answers that one process writes at the same time.'),
  answer_timeout: z
    .string()
    .default('5m')
    .refine((text) => atLeast(text, 1_000), 'is no duration such as 5m, or under a second')
    .describe('An answer that takes longer is given up.'),
  messages_per_minute: z.coerce
    .number()
    .min(1)
    .max(100_000)
    .default(30)
    .describe('Messages that one user may send a minute, on average.'),
  messages_burst: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(5)
    .describe('Messages that one user may send at once.'),
  attachment_bytes_max: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_099_511_627_776)
    .default(1_073_741_824)
    .describe('Bytes that the attachments of one tenant may take together.'),
})
export type ChatConfig = z.infer<typeof ChatConfig>
