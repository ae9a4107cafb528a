/** Examples of every rule of this folder, for the generated table and for the test. */

import type { RuleCase } from '../rule.ts'
import { gatewayCases } from './gateway.suite.ts'
import { ingressCases } from './ingress.suite.ts'
import { networkPolicyCases } from './network-policy.suite.ts'
import { nodeCases } from './node.suite.ts'
import { openshiftCases } from './openshift.suite.ts'
import { operatorCases } from './operator.suite.ts'
import { securityCases } from './security.suite.ts'
import { serviceCases } from './service.suite.ts'
import { storageCases } from './storage.suite.ts'
import { webhookCases } from './webhook.suite.ts'

export const platformCases: readonly RuleCase[] = [
  ...nodeCases,
  ...serviceCases,
  ...ingressCases,
  ...networkPolicyCases,
  ...gatewayCases,
  ...storageCases,
  ...webhookCases,
  ...securityCases,
  ...openshiftCases,
  ...operatorCases,
]
