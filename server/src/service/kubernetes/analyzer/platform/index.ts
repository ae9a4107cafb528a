/** Rules for what workloads stand on: nodes, network, storage, extensions of the API, security, OpenShift and operators. */

import type { Rule } from '../rule.ts'
import { accessRules } from './access.ts'
import { apiServiceRules } from './api-service.ts'
import { claimRules } from './claim.ts'
import { dnsRules } from './dns.ts'
import { gatewayRules } from './gateway.ts'
import { ingressRules } from './ingress.ts'
import { ingressClassRules } from './ingress-class.ts'
import { machineConfigPoolRules } from './machine-config-pool.ts'
import { networkPolicyRules } from './network-policy.ts'
import { nodeRules } from './node.ts'
import { nodeCapacityRules } from './node-capacity.ts'
import { nodeConditionRules } from './node-condition.ts'
import { nodeEventRules } from './node-event.ts'
import { nodeLeaseRules } from './node-lease.ts'
import { olmRules } from './olm.ts'
import { openshiftRules } from './openshift.ts'
import { operatorRules } from './operator.ts'
import { podSecurityRules } from './pod-security.ts'
import { policyBlockRules } from './policy-block.ts'
import { routeRules } from './route.ts'
import { routeBackendRules } from './route-backend.ts'
import { routeParentRules } from './route-parent.ts'
import { serviceRules } from './service.ts'
import { servicePortRules } from './service-port.ts'
import { versionRules } from './version.ts'
import { volumeRules } from './volume.ts'
import { volumeAttachmentRules } from './volume-attachment.ts'
import { webhookRules } from './webhook.ts'
import { webhookCertificateRules } from './webhook-certificate.ts'

export const platformRules: readonly Rule[] = [
  ...[nodeRules, nodeConditionRules, nodeLeaseRules, nodeCapacityRules, nodeEventRules, versionRules],
  ...[dnsRules, serviceRules, servicePortRules, ingressClassRules, ingressRules],
  ...[networkPolicyRules, policyBlockRules, gatewayRules, routeParentRules, routeBackendRules],
  ...[claimRules, volumeRules, volumeAttachmentRules, webhookRules, webhookCertificateRules, apiServiceRules],
  ...[
    accessRules,
    podSecurityRules,
    openshiftRules,
    machineConfigPoolRules,
    routeRules,
    olmRules,
    operatorRules,
  ],
].flat()
