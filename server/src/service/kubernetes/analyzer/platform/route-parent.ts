import type { Gateway, HttpRoute } from '../../object/network.ts'
import { selects } from '../../object/selector.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { conditionEvidence, fieldEvidence } from '../evidence.ts'
import { advice, describe } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { briefly } from './briefly.ts'
import { faultsOf, sinceOf } from './gateway.ts'

const documentation = 'https://gateway-api.sigs.k8s.io/api-types/httproute/'

/** Whether HTTPRoutes are attached to a Gateway. */
export const routeParentRules: readonly Rule[] = [
  {
    id: 'http-route-gateway-missing',
    analyzer: 'HTTPRoute',
    kind: 'HTTPRoute',
    severity: 'HIGH',
    condition: 'An HTTPRoute names a Gateway, or a listener of one, that does not exist.',
    not_when: 'Its parent is a Service, as in a mesh, or of another kind.',
    documentation_url: `${documentation}#attaching-to-gateways`,
    alert_name: null,
    needs: ['HTTPRoute', 'Gateway'],
    check: each('HTTPRoute', gatewayMissing),
  },
  {
    id: 'http-route-namespace-not-allowed',
    analyzer: 'HTTPRoute',
    kind: 'HTTPRoute',
    severity: 'HIGH',
    condition:
      'No listener of the Gateway takes HTTPRoutes of this namespace: allowedRoutes says Same (also where it is absent), None, or a selector that does not choose it.',
    not_when:
      'One listener that the route may attach to says All, Same for its own namespace, or a selector that fits.',
    documentation_url: 'https://gateway-api.sigs.k8s.io/guides/multiple-ns/',
    alert_name: null,
    needs: ['HTTPRoute', 'Gateway', 'Namespace'],
    check: each('HTTPRoute', namespaceNotAllowed),
  },
  {
    id: 'http-route-hostname-unmatched',
    analyzer: 'HTTPRoute',
    kind: 'HTTPRoute',
    severity: 'HIGH',
    condition: 'None of the hostnames of an HTTPRoute fits that of any listener that it may attach to.',
    not_when: 'Route or listener names no hostname, or one is a wildcard that covers the other.',
    documentation_url: `${documentation}#hostnames`,
    alert_name: null,
    needs: ['HTTPRoute', 'Gateway', 'Namespace'],
    check: each('HTTPRoute', hostnameUnmatched),
  },
  {
    id: 'http-route-condition',
    analyzer: 'HTTPRoute',
    kind: 'HTTPRoute',
    severity: 'HIGH',
    condition:
      'The controller of a Gateway says of an HTTPRoute that it is not accepted, only partly valid, or refers to what it cannot resolve.',
    not_when:
      'The reason is one that another rule tells already: parent, namespace, hostname, backend or grant.',
    documentation_url: `${documentation}#status`,
    alert_name: null,
    needs: ['HTTPRoute'],
    check: each('HTTPRoute', conditionFaults),
  },
]

type Listener = Gateway['spec']['listeners'][number]
type Parent = {
  name: string
  section: string | undefined
  gateway: Gateway | undefined
  listeners: Listener[]
  namespace: string
}

/** Gateways that a route names, with the listeners that it may mean. */
function parentsOf(route: HttpRoute, view: ClusterView): Parent[] {
  return route.spec.parentRefs
    .filter(({ kind }) => kind === undefined || kind === 'Gateway')
    .map(({ name, namespace = route.metadata.namespace, sectionName, port }) => {
      const gateway = view.get('Gateway', namespace, name)
      const listeners = (gateway?.spec.listeners ?? []).filter(
        (one) =>
          (sectionName === undefined || one.name === sectionName) &&
          (port === undefined || one.port === port) &&
          /^(HTTPS?|TLS)$|\//.test(one.protocol),
      )
      return { name, section: sectionName, gateway, listeners, namespace }
    })
}

function* gatewayMissing(route: HttpRoute, view: ClusterView): Iterable<Observation> {
  for (const { name, namespace, section, gateway, listeners } of parentsOf(route, view)) {
    if (gateway && listeners.length > 0) continue
    const ref = refOf('HTTPRoute', route)
    const target = { kind: 'Gateway', namespace, name }
    const what = gateway
      ? `listener ${section ?? 'for HTTP'} of Gateway ${namespace}/${name}`
      : `Gateway ${namespace}/${name}`
    yield {
      object: ref,
      title: `HTTPRoute ${route.metadata.name} names ${what}, which does not exist.`,
      sinceMs: undefined,
      evidence: [
        fieldEvidence(ref, 'spec.parentRefs', `${namespace}/${name}${section ? `#${section}` : ''}`),
        ...(gateway
          ? [
              fieldEvidence(
                target,
                'spec.listeners',
                gateway.spec.listeners.map((one) => one.name).join(', '),
              ),
            ]
          : []),
      ],
      causes: [{ object: target, rule: null, text: `${what} does not exist`, relation: 'attaches to' }],
      remediation: [
        advice('See which Gateways there are.', 'kubectl get gateways.gateway.networking.k8s.io -A'),
        describe(ref),
      ],
      discriminator: `${namespace}/${name}#${section ?? ''}`,
    }
  }
}

function isAllowed(
  { allowedRoutes }: Listener,
  gatewayNamespace: string,
  own: string,
  view: ClusterView,
): boolean {
  const from = allowedRoutes?.namespaces?.from ?? 'Same'
  if (from === 'All') return true
  if (from === 'Same') return own === gatewayNamespace
  const selector = allowedRoutes?.namespaces?.selector
  if (from !== 'Selector' || !selector) return false
  const labels = view.get('Namespace', '', own)?.metadata.labels ?? {}
  return selects(selector, { 'kubernetes.io/metadata.name': own, ...labels })
}

function* namespaceNotAllowed(route: HttpRoute, view: ClusterView): Iterable<Observation> {
  const own = route.metadata.namespace
  for (const { name, namespace, gateway, listeners } of parentsOf(route, view)) {
    if (!gateway || listeners.length === 0) continue
    if (listeners.some((listener) => isAllowed(listener, namespace, own, view))) continue
    const ref = refOf('HTTPRoute', route)
    yield {
      object: ref,
      title: `HTTPRoute ${route.metadata.name} of ${own} may not attach to Gateway ${namespace}/${name}.`,
      sinceMs: undefined,
      evidence: listeners
        .slice(0, 5)
        .map((listener) =>
          fieldEvidence(
            refOf('Gateway', gateway),
            `spec.listeners[${listener.name}].allowedRoutes.namespaces.from`,
            listener.allowedRoutes?.namespaces?.from ?? 'Same, as it is absent',
          ),
        ),
      causes: [
        {
          object: refOf('Gateway', gateway),
          rule: null,
          text: `its listeners do not take routes of ${own}`,
          relation: 'attaches to',
        },
      ],
      remediation: [describe(refOf('Gateway', gateway), 'See which namespaces it allows.'), describe(ref)],
      discriminator: `${namespace}/${name}`,
    }
  }
}

/** `*.example.com` covers `a.example.com` and `a.b.example.com`, not `example.com` itself. */
export function hostnamesMeet(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()]
  const covers = (wild: string, name: string) => wild.startsWith('*.') && name.endsWith(wild.slice(1))
  return a === b || covers(a, b) || covers(b, a)
}

function* hostnameUnmatched(route: HttpRoute, view: ClusterView): Iterable<Observation> {
  const { hostnames } = route.spec
  if (hostnames.length === 0) return
  for (const { name, namespace, gateway, listeners } of parentsOf(route, view)) {
    const open = listeners.filter((listener) =>
      isAllowed(listener, namespace, route.metadata.namespace, view),
    )
    if (!gateway || open.length === 0) continue
    const fits = ({ hostname }: Listener) =>
      !hostname || hostnames.some((one) => hostnamesMeet(hostname, one))
    if (open.some(fits)) continue
    const ref = refOf('HTTPRoute', route)
    yield {
      object: ref,
      title: `No listener of Gateway ${namespace}/${name} answers ${hostnames.slice(0, 3).join(', ')}, which HTTPRoute ${route.metadata.name} is for.`,
      sinceMs: undefined,
      evidence: [
        fieldEvidence(ref, 'spec.hostnames', hostnames.join(', ')),
        ...open
          .slice(0, 5)
          .map((one) =>
            fieldEvidence(
              refOf('Gateway', gateway),
              `spec.listeners[${one.name}].hostname`,
              one.hostname ?? '',
            ),
          ),
      ],
      remediation: [describe(refOf('Gateway', gateway), 'See its hostnames.'), describe(ref)],
      discriminator: `${namespace}/${name}`,
    }
  }
}

/** Reasons of the Gateway API that the other rules find by themselves. */
const toldAlready = new Set([
  'NoMatchingParent',
  'NotAllowedByListeners',
  'NoMatchingListenerHostname',
  'BackendNotFound',
  'RefNotPermitted',
])
function* conditionFaults(route: HttpRoute, view: ClusterView): Iterable<Observation> {
  for (const { parentRef, conditions, controllerName } of route.status.parents) {
    const faults = faultsOf(view, conditions).filter(({ reason }) => !toldAlready.has(reason))
    const [first] = faults
    if (!first) continue
    const ref = refOf('HTTPRoute', route)
    yield {
      object: ref,
      title: `HTTPRoute ${route.metadata.name} at ${parentRef.name}: ${first.type}=${first.status}, ${briefly(first.message || first.reason)}.`,
      sinceMs: sinceOf(faults),
      evidence: [
        ...faults.map((condition) => conditionEvidence(ref, condition)),
        fieldEvidence(ref, 'status.parents[].controllerName', controllerName),
      ],
      remediation: [describe(ref)],
      discriminator: `${parentRef.namespace ?? ''}/${parentRef.name}#${parentRef.sectionName ?? ''}`,
    }
  }
}
