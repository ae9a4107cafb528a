import type { Answerer } from './answerer.ts'
import { auditLog } from './deployment/audit.ts'
import { deployments } from './deployment/deployment-answer.ts'
import { drift } from './deployment/drift.ts'
import { policy } from './deployment/policy.ts'

/** Changes through Git, what holds them up, what is otherwise than they say, and who did what. */
export const deploymentAnswerers: readonly Answerer[] = [deployments, drift, policy, auditLog]
