import { z } from 'zod'
import { Answer, Understanding } from '../model/answer.ts'
import { ModelPolicy, ModelProvider } from '../model/language-model.ts'
import { operations } from './operation.ts'

/** Questions in plain words. */
export const ask = operations({
  ask: {
    method: 'POST',
    path: '/api/v1/ask',
    tag: 'ask',
    permission: 'chat:read',
    errors: ['PERSONA_NOT_FOUND', 'VALIDATION_FAILED', 'RATE_LIMITED'],
    summary:
      'Answer a question in plain words from evidence, with what was checked and what could not be. Nothing is changed; an action that is asked for is proposed.',
    body: z.strictObject({
      question: z.string().trim().min(1).max(4_000),
      persona_id: z.string().default('default'),
      /** Clusters that it is about unless it names others; empty for all. */
      cluster_context: z.array(z.string().max(128)).max(100).default([]),
      /** `understanding` of the answers before, oldest first, so that this question may say "it". */
      before: z.array(Understanding).max(10).default([]),
      /** `false`: no language model is asked, whatever is configured. */
      model: z.boolean().default(true),
    }),
    response: Answer,
  },
  listModels: {
    method: 'GET',
    path: '/api/v1/models',
    tag: 'ask',
    permission: 'chat:read',
    errors: [],
    summary:
      'The language models that may be asked, in order, and how each has fared; empty where there is none.',
    response: z.object({ policy: ModelPolicy, providers: z.array(ModelProvider) }),
  },
})
