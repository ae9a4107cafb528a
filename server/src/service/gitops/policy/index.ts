/** The one policy of changes through Git: its rules, what it says of a plan, and its tests. */
export { evaluatePolicy } from './evaluate.ts'
export { createPolicies, type Policies } from './policies.ts'
export { defaultPolicy, inputOf, type LoadedPolicy, readPolicy, runPolicyTests } from './policy-document.ts'
export type { PolicyContextInput, PolicyInput } from './policy-input.ts'
