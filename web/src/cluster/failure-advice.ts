import { ApiError } from '@aiops/contract/client'
import { checkAdvice } from './check-advice.ts'

/** What to do about a refusal of a cluster or its credentials; undefined where nothing is known. */
export function failureAdvice(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) return undefined
  switch (error.code) {
    case 'CLUSTER_ALREADY_EXISTS':
      return 'Give another name, or open the cluster of that name.'
    case 'INVALID_CLUSTER_NAME':
      return 'A name has 3 to 63 lower-case letters, digits and dashes.'
    case 'VALIDATION_FAILED':
    case 'INVALID_REQUEST':
      return 'Correct the field that is named.'
    case 'CREDENTIALS_INVALID':
      return checkAdvice({ target: 'API_SERVER', message: error.message }) ?? 'Give other credentials.'
    case 'CLUSTER_UNREACHABLE':
      return (
        checkAdvice({ target: 'API_SERVER', message: error.message }) ??
        'Check the address; the host that runs AIOps must reach it.'
      )
    case 'DISCOVERY_FAILED':
      return 'The cluster is kept and looked at again later; “Check now” on its page tries at once.'
    default:
      return undefined
  }
}
