import { z } from 'zod'
import { Policy, PolicyDecision } from '../model/policy.ts'
import { operations } from './operation.ts'

export const policy = operations({
  getPolicy: {
    method: 'GET',
    path: '/api/v1/policy',
    tag: 'deployments',
    permission: 'deployments:read',
    errors: [],
    summary: 'The one policy in force, with its effective limits and rules, and what it has said so far.',
    response: Policy.extend({
      said: z.object({
        allowed: z.number().int(),
        required_approval: z.number().int(),
        denied: z.number().int(),
        overridden: z.number().int(),
      }),
      tests: z.object({ passed: z.number().int(), failed: z.array(z.string()) }),
    }),
  },
  evaluatePolicy: {
    method: 'POST',
    path: '/api/v1/policy/evaluate',
    tag: 'deployments',
    permission: 'deployments:read',
    errors: ['VALIDATION_FAILED'],
    summary:
      'What the policy says of a plan as the engine prints it (`show -json`), and of what is said of it; nothing is kept.',
    body: z.object({
      plan: z.unknown(),
      decision: z.record(z.string(), z.unknown()).default({}),
      context: z.record(z.string(), z.unknown()).default({}),
    }),
    response: PolicyDecision,
  },
})
