import type { Gitops } from '../../../service/gitops/index.ts'
import type { Handler } from '../handler-deps.ts'

/** The one policy in force, and what it says of a plan. */
export function policyHandlers({ gitops }: { gitops: Gitops }): {
  [K in 'getPolicy' | 'evaluatePolicy']: Handler<K>
} {
  return {
    getPolicy: (_input, { tenant }) => gitops.policy(tenant),
    evaluatePolicy: ({ body }, { tenant }) => gitops.evaluate(tenant, body),
  }
}
