import type { Condition } from '../../object/meta.ts'
import type { Gateway, GatewayClass } from '../../object/network.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { conditionEvidence, fieldEvidence, heldMs, minute, msOf } from '../evidence.ts'
import { advice, describe } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { briefly } from './briefly.ts'
import { isFault, trueMeans } from './polarity.ts'

const documentation = 'https://gateway-api.sigs.k8s.io/api-types/gateway/'
/** A controller may take so long to make up its mind; a cloud's load balancer takes minutes. */
export const settleMs = 5 * minute

/** Gateways and their classes, by every condition that their controllers set. */
export const gatewayRules: readonly Rule[] = [
  {
    id: 'gateway-class-not-accepted',
    analyzer: 'GatewayClass',
    kind: 'GatewayClass',
    severity: 'MEDIUM',
    condition:
      'No controller has accepted the GatewayClass for 5 minutes, or another of its conditions tells of a fault.',
    not_when: 'It is accepted; SupportedVersion and the like that only inform are as they should be.',
    documentation_url: 'https://gateway-api.sigs.k8s.io/api-types/gatewayclass/#gatewayclass-status',
    alert_name: null,
    needs: ['GatewayClass'],
    check: each('GatewayClass', classFaults),
  },
  {
    id: 'gateway-class-missing',
    analyzer: 'Gateway',
    kind: 'Gateway',
    severity: 'HIGH',
    condition: 'A Gateway is of a GatewayClass that does not exist: no controller takes it.',
    not_when: 'The class exists.',
    documentation_url: `${documentation}`,
    alert_name: null,
    needs: ['Gateway', 'GatewayClass'],
    check: each('Gateway', classMissing),
  },
  {
    id: 'gateway-not-programmed',
    analyzer: 'Gateway',
    kind: 'Gateway',
    severity: 'HIGH',
    condition:
      'A Gateway is not accepted or not programmed, or another of its conditions tells of a fault; or has been unknown for 5 minutes.',
    not_when: 'Its controller is still at work, or its class does not exist, which is told already.',
    documentation_url: 'https://gateway-api.sigs.k8s.io/guides/implementers/#status',
    alert_name: null,
    needs: ['Gateway', 'GatewayClass'],
    check: each('Gateway', gatewayFaults),
  },
  {
    id: 'gateway-listener-fault',
    analyzer: 'Gateway',
    kind: 'Gateway',
    severity: 'HIGH',
    condition:
      'A listener of a Gateway conflicts with another, refers to what is missing or not allowed (such as a certificate), or is not programmed.',
    not_when: 'Conflicted is False and the others are True: the conditions differ in what is good.',
    documentation_url: `${documentation}`,
    alert_name: null,
    needs: ['Gateway'],
    check: each('Gateway', listenerFaults),
  },
]

/** Conditions that a fault shows in, worst first; Unknown counts once it has lasted. */
export function faultsOf(view: ClusterView, conditions: readonly Condition[]): Condition[] {
  return conditions.filter((condition) => {
    if (isFault(condition)) return condition.reason !== 'Pending' || lasted(view, condition)
    return condition.status === 'Unknown' && trueMeans(condition) === 'GOOD' && lasted(view, condition)
  })
}
const lasted = (view: ClusterView, { lastTransitionTime }: Condition): boolean => {
  const sinceMs = msOf(lastTransitionTime)
  // A class is made with a time of 1970 and Unknown, until a controller comes by.
  return sinceMs !== undefined && heldMs(view, sinceMs) >= settleMs
}

/** Since when the oldest of them holds; the year 1970, which defaults carry, is no time. */
export function sinceOf(conditions: readonly Condition[]): number | undefined {
  const times = conditions
    .flatMap(({ lastTransitionTime }) => msOf(lastTransitionTime) ?? [])
    .filter((ms) => ms > 0)
  return times.length > 0 ? Math.min(...times) : undefined
}

const toldBy = ({ type, status, reason, message }: Condition): string =>
  `${type}=${status}${reason ? ` (${briefly(reason)})` : ''}${message ? `: ${briefly(message)}` : ''}`

function* classFaults(one: GatewayClass, view: ClusterView): Iterable<Observation> {
  const faults = faultsOf(view, one.status.conditions)
  const [first] = faults
  if (!first) return
  const createdMs = msOf(one.metadata.creationTimestamp)
  if (createdMs !== undefined && view.timeMs - createdMs < settleMs) return
  const ref = refOf('GatewayClass', one)
  yield {
    object: ref,
    title: `GatewayClass ${one.metadata.name}: ${toldBy(first)}.`,
    sinceMs: sinceOf(faults) ?? createdMs,
    evidence: [
      ...faults.map((condition) => conditionEvidence(ref, condition)),
      fieldEvidence(ref, 'spec.controllerName', one.spec.controllerName),
    ],
    remediation: [describe(ref), advice(`See whether the controller ${one.spec.controllerName} runs.`)],
  }
}

const isClassMissing = (gateway: Gateway, view: ClusterView): boolean =>
  view.get('GatewayClass', '', gateway.spec.gatewayClassName) === undefined

function* classMissing(gateway: Gateway, view: ClusterView): Iterable<Observation> {
  if (!isClassMissing(gateway, view)) return
  const ref = refOf('Gateway', gateway)
  const classes = view.list('GatewayClass').map(({ metadata }) => metadata.name)
  yield {
    object: ref,
    title: `Gateway ${gateway.metadata.name} is of class ${gateway.spec.gatewayClassName}, which does not exist.`,
    sinceMs: msOf(gateway.metadata.creationTimestamp),
    evidence: [
      fieldEvidence(ref, 'spec.gatewayClassName', gateway.spec.gatewayClassName),
      fieldEvidence(ref, 'gateway classes', classes.join(', ') || 'none'),
    ],
    remediation: [advice('See which classes there are.', 'kubectl get gatewayclasses'), describe(ref)],
  }
}

function* gatewayFaults(gateway: Gateway, view: ClusterView): Iterable<Observation> {
  if (isClassMissing(gateway, view)) return
  const faults = faultsOf(view, gateway.status.conditions)
  const [first] = faults
  if (!first) return
  const ref = refOf('Gateway', gateway)
  yield {
    object: ref,
    title: `Gateway ${gateway.metadata.name}: ${toldBy(first)}.`,
    sinceMs: sinceOf(faults),
    evidence: faults.map((condition) => conditionEvidence(ref, condition)),
    remediation: [
      describe(ref),
      describe(
        { kind: 'GatewayClass', namespace: '', name: gateway.spec.gatewayClassName },
        'See its class.',
      ),
    ],
  }
}

function* listenerFaults(gateway: Gateway, view: ClusterView): Iterable<Observation> {
  for (const listener of gateway.status.listeners) {
    const faults = faultsOf(view, listener.conditions)
    const [first] = faults
    if (!first) continue
    const ref = refOf('Gateway', gateway)
    const spec = gateway.spec.listeners.find(({ name }) => name === listener.name)
    yield {
      object: ref,
      title: `Listener ${listener.name} of Gateway ${gateway.metadata.name}: ${toldBy(first)}.`,
      sinceMs: sinceOf(faults),
      evidence: [
        ...faults.map((condition) => ({
          ...conditionEvidence(ref, condition),
          source: `status.listeners[${listener.name}].conditions[${condition.type}]`,
        })),
        ...(spec
          ? [
              fieldEvidence(
                ref,
                `spec.listeners[${listener.name}]`,
                `${spec.protocol} ${spec.port} ${spec.hostname ?? '*'}`,
              ),
            ]
          : []),
      ],
      remediation: [describe(ref), advice('Where a certificate is missing, see which Secret it names.')],
      discriminator: listener.name,
    }
  }
}
