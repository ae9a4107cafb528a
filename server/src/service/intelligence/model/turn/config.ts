import { z } from 'zod'

/** What a language model may spend on one answer. */
export const TurnConfig = z
  .object({
    temperature: z
      .number()
      .min(0)
      .max(2)
      .default(0.2)
      .describe('How freely prose is written; facts are verified whatever it is.'),
    answer_tokens_max: z
      .int()
      .min(100)
      .max(4_096)
      .default(700)
      .describe('Tokens that one answer of a model may have.'),
    answer_characters_max: z
      .int()
      .min(500)
      .max(20_000)
      .default(6_000)
      .describe('A longer answer is refused.'),
    prompt_tokens_max: z
      .int()
      .min(600)
      .max(200_000)
      .default(12_000)
      .describe('Tokens of one prompt, however large the window of the model is.'),
    steps_max: z
      .int()
      .min(1)
      .max(12)
      .default(4)
      .describe('Requests to a model in one answer that may call tools; in the last it has no tools.'),
    calls_max: z
      .int()
      .min(1)
      .max(40)
      .default(8)
      .describe('Calls of tools that a model may make for one answer.'),
    calls_per_step_max: z
      .int()
      .min(1)
      .max(10)
      .default(4)
      .describe('Calls of tools that a model may make at once.'),
    turn_seconds: z
      .number()
      .min(1)
      .max(600)
      .default(60)
      .describe('Time for all that a model does for one answer; then the answer without one stands.'),
    turn_tokens_max: z
      .int()
      .min(1_000)
      .max(1_000_000)
      .default(40_000)
      .describe('Tokens of all prompts and answers of a model for one question.'),
    result_share: z
      .number()
      .min(0.05)
      .max(0.5)
      .default(0.2)
      .describe('Share of the prompt that the result of one call may take.'),
    retries: z
      .int()
      .min(0)
      .max(2)
      .default(1)
      .describe('How often a model may write anew when its text does not hold against the evidence.'),
  })
  .describe('Language models in answers.')
export type TurnConfig = z.infer<typeof TurnConfig>
