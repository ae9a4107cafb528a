import { ModelPolicy } from '@aiops/contract/model/language-model'
import { Duration, durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'
import { secretName } from '../../../port/secret-source.ts'
import { isHosted, isLocal } from './place.ts'

const count = (fallback: number, min: number, max: number, text: string) =>
  z.number().int().min(min).max(max).default(fallback).describe(text)
const duration = (fallback: string, text: string) =>
  Duration.refine((value) => durationMs(value) > 0, 'must be longer than nothing')
    .default(fallback)
    .describe(text)
const price = (text: string) => z.number().min(0).max(100_000).optional().describe(text)

export const ModelProviderConfig = z
  .object({
    name: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits, dots and dashes')
      .refine((name) => name !== 'deterministic', 'deterministic is the engine without a model')
      .describe('What it is called here.'),
    protocol: z
      .enum(['OPENAI_COMPATIBLE', 'OPENAI', 'ANTHROPIC', 'GOOGLE'])
      .default('OPENAI_COMPATIBLE')
      .describe(
        'OPENAI_COMPATIBLE for vLLM, Foundry Local, Ollama, llama.cpp and LM Studio; the others for the hosted APIs.',
      ),
    url: z
      .union([z.literal(''), z.url({ protocol: /^https?$/ })])
      .default('')
      .describe('Its address with the version, such as http://vllm:8000/v1; empty for the hosted API.'),
    model: z.string().max(200).default('').describe('Empty: the first model that the server has loaded.'),
    key: z
      .union([z.literal(''), z.string().regex(secretName)])
      .default('')
      .describe('Name of the secret that holds its key; empty for none.'),
    local: z
      .boolean()
      .optional()
      .describe('Whether it is inside this network. Absent: what its address looks like.'),
    foundry_local: z
      .boolean()
      .default(false)
      .describe('It is Foundry Local: ask it where it serves, and what it has loaded.'),
    ports: z
      .array(z.number().int().min(1).max(65_535))
      .max(32)
      .default([])
      .describe('Ports of that host that are tried where the address does not answer.'),
    window_tokens: z
      .number()
      .int()
      .min(512)
      .max(10_000_000)
      .optional()
      .describe(
        'Tokens of prompt and answer together. Absent: what the server says, else 4096; 128000 for hosted APIs.',
      ),
    calls_tools: z
      .boolean()
      .optional()
      .describe(
        'Whether it calls tools by itself. Absent: hosted ones do, others with a window of 16384 tokens or more.',
      ),
    price_input_usd: price('US dollars for a million tokens of prompt.'),
    price_output_usd: price('US dollars for a million tokens of answer.'),
    temperature: z
      .number()
      .min(0)
      .max(2)
      .optional()
      .describe('Instead of the one that is asked for, which is 0.'),
    first_token_timeout: Duration.optional().describe('Instead of timeouts.first_token.'),
  })
  .superRefine((provider, context) => {
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (provider.protocol === 'OPENAI_COMPATIBLE' && provider.url === '')
      wrong('url', 'is needed with this protocol')
    if (provider.protocol !== 'OPENAI_COMPATIBLE' && provider.model === '')
      wrong('model', 'is needed with this protocol')
    if (provider.protocol !== 'OPENAI_COMPATIBLE' && provider.url === '' && provider.key === '')
      wrong('key', 'is needed for a hosted API')
    if (provider.foundry_local && provider.protocol !== 'OPENAI_COMPATIBLE')
      wrong('foundry_local', 'goes with OPENAI_COMPATIBLE only')
    if ((provider.price_input_usd === undefined) !== (provider.price_output_usd === undefined))
      wrong('price_output_usd', 'both prices or none')
    if (provider.local === true && isHosted(provider))
      wrong('local', 'this address is not inside any network')
  })
export type ModelProviderConfig = z.infer<typeof ModelProviderConfig>

const Timeouts = z.object({
  first_token: duration('30s', 'How long a model may take until it begins to write.'),
  idle: duration('15s', 'Longest silence within its answer.'),
})

const Budgets = z.object({
  tokens_per_answer: count(60_000, 1_000, 100_000_000, 'Tokens of models for one answer, prompts included.'),
  steps_per_answer: count(8, 1, 100, 'Calls of models for one answer.'),
  seconds_per_answer: count(60, 1, 3_600, 'Seconds that models may take for one answer.'),
  tokens_per_day: count(2_000_000, 0, 100_000_000_000, 'Tokens of a tenant in a day (UTC); 0 for no limit.'),
  usd_per_day: z
    .number()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe('US dollars of a tenant in a day (UTC), by the prices given; 0 for no limit.'),
})

const Breaker = z.object({
  failures: count(5, 1, 1_000, 'Failures in a row after which a model is not asked for a while.'),
  rest: duration('30s', 'How long it is not asked then.'),
  trials: count(3, 1, 100, 'Questions let through at once afterwards, to see whether it answers again.'),
})

const Cache = z.object({
  entries_max: count(
    500,
    0,
    100_000,
    'Answers of models kept for the very same request of the same tenant; 0 for none.',
  ),
  bytes_max: count(8_388_608, 0, 1_073_741_824, 'Size of all kept answers.'),
  kept: duration('10m', 'How long they are kept.'),
  sampled: z.boolean().default(false).describe('Keep answers of a temperature above 0 too.'),
})

export const ModelConfig = z
  .object({
    policy: ModelPolicy.default('LOCAL_ONLY').describe(
      'LOCAL_ONLY: nothing leaves this network. LOCAL_FIRST: local models, then the others. ANY: in the order of the list.',
    ),
    policies: z
      .record(z.string().max(200), ModelPolicy)
      .default({})
      .describe('The policy of single tenants, by their names.'),
    providers: z
      .array(ModelProviderConfig)
      .max(50)
      .refine(
        (list) => new Set(list.map(({ name }) => name)).size === list.length,
        'two language models have one name',
      )
      .default([])
      .describe(
        'Language models, in the order in which they are asked. The engine without one is always the last.',
      ),
    timeouts: Timeouts.prefault({}),
    budgets: Budgets.prefault({}),
    breaker: Breaker.prefault({}),
    cache: Cache.prefault({}),
    concurrent_max: count(
      64,
      1,
      10_000,
      'Answers that one model writes at once; a further one goes to the next model.',
    ),
  })
  .superRefine(({ budgets, providers }, context) => {
    const priceless = providers.find((one) => !isLocal(one) && one.price_input_usd === undefined)
    if (budgets.usd_per_day > 0 && priceless)
      context.addIssue({
        code: 'custom',
        path: ['budgets', 'usd_per_day'],
        message: `cannot be held: ${priceless.name} has no price`,
      })
  })
export type ModelConfig = z.infer<typeof ModelConfig>
