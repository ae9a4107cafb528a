import type { Answerer } from './answerer.ts'
import { isInvolved } from './cause/involved.ts'
import { listRunbooks, nextSteps } from './cause/next-steps.ts'
import { rootCause, why } from './cause/why.ts'

/** Why something is so, what it comes from, what is to blame, and what can be done. */
export const causeAnswerers: readonly Answerer[] = [why, rootCause, isInvolved, nextSteps, listRunbooks]
