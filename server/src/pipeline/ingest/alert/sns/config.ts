import { z } from 'zod'

export const SnsConfig = z.object({
  verify: z
    .stringbool()
    .or(z.boolean())
    .default(true)
    .describe(
      'Whether messages of Amazon SNS must bear the signature that they name; its certificate is fetched from amazonaws.com.',
    ),
  signed_mappings: z
    .array(z.string())
    .max(1_000)
    .default([])
    .describe(
      'Mappings, such as cloudwatch, that take nothing but signed messages of SNS; others take also what is none.',
    ),
  confirm_topics: z
    .array(z.string().regex(/^arn:[a-z0-9-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+$/, 'the ARN of a topic'))
    .max(1_000)
    .default([])
    .describe(
      'Topics, by ARN, whose subscription is confirmed by itself once its signature is verified; of others it is shown as an alert.',
    ),
})
export type SnsConfig = z.infer<typeof SnsConfig>
