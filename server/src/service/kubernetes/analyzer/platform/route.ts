import type { Route } from '../../object/extension.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { conditionEvidence, conditionOf, fieldEvidence, minute, msOf } from '../evidence.ts'
import { advice, describe, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { briefly } from './briefly.ts'

const documentation =
  'https://docs.openshift.com/container-platform/latest/networking/routes/route-configuration.html'
const settleMs = 5 * minute

/** Routes of OpenShift. */
export const routeRules: readonly Rule[] = [
  {
    id: 'route-not-admitted',
    analyzer: 'Route',
    kind: 'Route',
    severity: 'MEDIUM',
    condition:
      'No router has admitted a Route: its host is claimed by another, or its certificate is no good.',
    not_when: 'One router admitted it, or it is younger than 5 minutes.',
    documentation_url: documentation,
    alert_name: null,
    needs: ['Route'],
    check: each('Route', notAdmitted),
  },
  {
    id: 'route-service-missing',
    analyzer: 'Route',
    kind: 'Route',
    severity: 'HIGH',
    condition: 'A Route leads to a Service that does not exist.',
    not_when: 'Its weight is 0.',
    documentation_url: documentation,
    alert_name: null,
    needs: ['Route', 'Service'],
    check: each('Route', serviceMissing),
  },
  {
    id: 'route-port-missing',
    analyzer: 'Route',
    kind: 'Route',
    severity: 'MEDIUM',
    condition:
      'A Route names a targetPort that its Service has neither by name, nor as a port or targetPort.',
    not_when: 'It names none, so that the Service decides.',
    documentation_url: documentation,
    alert_name: null,
    needs: ['Route', 'Service'],
    check: each('Route', portMissing),
  },
]

function* notAdmitted(route: Route, view: ClusterView): Iterable<Observation> {
  const { metadata, spec, status } = route
  const createdMs = msOf(metadata.creationTimestamp)
  if (createdMs === undefined || view.timeMs - createdMs < settleMs) return
  const admissions = status.ingress.map(({ conditions }) => conditionOf(conditions, 'Admitted'))
  if (admissions.some((one) => one?.status === 'True')) return
  const ref = refOf('Route', route)
  const refused = admissions.find((one) => one?.status === 'False')
  yield {
    object: ref,
    title: `Route ${ref.name} for ${spec.host ?? 'no host'} is not admitted: ${refused ? briefly(refused.message || refused.reason) : 'no router has looked at it'}.`,
    sinceMs: msOf(refused?.lastTransitionTime) ?? createdMs,
    evidence: refused
      ? [{ ...conditionEvidence(ref, refused), source: 'status.ingress[].conditions[Admitted]' }]
      : [fieldEvidence(ref, 'status.ingress', 'empty')],
    remediation: [
      describe(ref),
      advice('See the routers.', 'kubectl get ingresscontrollers -n openshift-ingress-operator'),
    ],
  }
}

function* serviceMissing(route: Route, view: ClusterView): Iterable<Observation> {
  const { to } = route.spec
  const { namespace } = route.metadata
  if ((to.kind !== 'Service' && to.kind !== '') || to.name === '' || to.weight === 0) return
  if (view.get('Service', namespace, to.name)) return
  const ref = refOf('Route', route)
  const target = { kind: 'Service', namespace, name: to.name }
  yield {
    object: ref,
    title: `Route ${ref.name} leads to Service ${to.name}, which does not exist in ${namespace}.`,
    sinceMs: undefined,
    evidence: [fieldEvidence(ref, 'spec.to.name', to.name), fieldEvidence(target, 'Service', 'not found')],
    causes: [
      { object: target, rule: null, text: `Service ${to.name} does not exist`, relation: 'routes to' },
    ],
    remediation: [
      advice('See which Services there are.', `kubectl get services -n ${quoted(namespace)}`),
      describe(ref),
    ],
  }
}

function* portMissing(route: Route, view: ClusterView): Iterable<Observation> {
  const target = route.spec.port?.targetPort
  const service = view.get('Service', route.metadata.namespace, route.spec.to.name)
  if (target === undefined || !service || service.spec.ports.length === 0) return
  const fits = service.spec.ports.some(
    ({ name, port, targetPort }) =>
      name === target || String(port) === String(target) || String(targetPort) === String(target),
  )
  if (fits) return
  const ref = refOf('Route', route)
  const ports = service.spec.ports
    .map(({ name, port }) => (name ? `${name} ${port}` : String(port)))
    .slice(0, 20)
  yield {
    object: ref,
    title: `Route ${ref.name} leads to port ${target} of Service ${service.metadata.name}, which has ${ports.join(', ')}.`,
    sinceMs: undefined,
    evidence: [
      fieldEvidence(ref, 'spec.port.targetPort', String(target)),
      fieldEvidence(refOf('Service', service), 'spec.ports', ports.join(', ')),
    ],
    remediation: [describe(refOf('Service', service), 'See the ports of the Service.'), describe(ref)],
  }
}
