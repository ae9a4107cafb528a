import type { HttpRoute } from '../../object/network.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { fieldEvidence } from '../evidence.ts'
import { advice, describe, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'

const documentation = 'https://gateway-api.sigs.k8s.io/api-types/httproute/#backendrefs-optional'

/** Where HTTPRoutes lead, and what Gateways and routes may refer to in other namespaces. */
export const routeBackendRules: readonly Rule[] = [
  {
    id: 'http-route-backend-missing',
    analyzer: 'HTTPRoute',
    kind: 'HTTPRoute',
    severity: 'HIGH',
    condition: 'An HTTPRoute leads to a Service that does not exist: its requests are answered with 500.',
    not_when: 'The backend is of another kind, such as an import of another cluster, or its weight is 0.',
    documentation_url: documentation,
    alert_name: null,
    needs: ['HTTPRoute', 'Service'],
    check: each('HTTPRoute', backendMissing),
  },
  {
    id: 'http-route-backend-port-missing',
    analyzer: 'HTTPRoute',
    kind: 'HTTPRoute',
    severity: 'HIGH',
    condition: 'An HTTPRoute leads to a port that its Service does not have, or names none.',
    not_when: 'The number is that of a port of the Service, whatever its targetPort.',
    documentation_url: documentation,
    alert_name: null,
    needs: ['HTTPRoute', 'Service'],
    check: each('HTTPRoute', portMissing),
  },
  {
    id: 'http-route-reference-not-granted',
    analyzer: 'HTTPRoute',
    kind: 'HTTPRoute',
    severity: 'HIGH',
    condition: 'An HTTPRoute leads to a Service of another namespace, and no ReferenceGrant there lets it.',
    not_when:
      'A ReferenceGrant of that namespace names HTTPRoutes of this one, and Services or this Service.',
    documentation_url: 'https://gateway-api.sigs.k8s.io/api-types/referencegrant/',
    alert_name: null,
    needs: ['HTTPRoute', 'Service', 'ReferenceGrant'],
    check: each('HTTPRoute', notGranted),
  },
  {
    id: 'gateway-certificate-not-granted',
    analyzer: 'Gateway',
    kind: 'Gateway',
    severity: 'HIGH',
    condition:
      'A listener of a Gateway names a Secret of another namespace, and no ReferenceGrant there lets it.',
    not_when: 'A ReferenceGrant of that namespace names Gateways of this one, and Secrets or this Secret.',
    documentation_url: 'https://gateway-api.sigs.k8s.io/guides/tls/#cross-namespace-certificate-references',
    alert_name: null,
    needs: ['Gateway', 'ReferenceGrant'],
    check: certificateNotGranted,
  },
]

type Backend = { namespace: string; name: string; port: number | undefined }
function backendsOf({ metadata, spec }: HttpRoute): Backend[] {
  const seen = new Map<string, Backend>()
  for (const { backendRefs } of spec.rules)
    for (const { kind, group, namespace = metadata.namespace, name, port, weight } of backendRefs) {
      if ((kind !== undefined && kind !== 'Service') || (group !== undefined && group !== '') || weight === 0)
        continue
      seen.set(`${namespace}/${name}:${port}`, { namespace, name, port })
    }
  return [...seen.values()]
}

function* backendMissing(route: HttpRoute, view: ClusterView): Iterable<Observation> {
  for (const { namespace, name, port } of backendsOf(route)) {
    if (view.get('Service', namespace, name)) continue
    const ref = refOf('HTTPRoute', route)
    const target = { kind: 'Service', namespace, name }
    yield {
      object: ref,
      title: `HTTPRoute ${route.metadata.name} leads to Service ${namespace}/${name}, which does not exist.`,
      sinceMs: undefined,
      evidence: [
        fieldEvidence(ref, 'spec.rules[].backendRefs', `${namespace}/${name}:${port ?? ''}`),
        fieldEvidence(target, 'Service', 'not found'),
      ],
      causes: [{ object: target, rule: null, text: `Service ${name} does not exist`, relation: 'routes to' }],
      remediation: [
        advice('See which Services there are.', `kubectl get services -n ${quoted(namespace)}`),
        describe(ref),
      ],
      discriminator: `${namespace}/${name}:${port ?? ''}`,
    }
  }
}

function* portMissing(route: HttpRoute, view: ClusterView): Iterable<Observation> {
  for (const { namespace, name, port } of backendsOf(route)) {
    const service = view.get('Service', namespace, name)
    if (!service || service.spec.ports.some((one) => one.port === port)) continue
    const ref = refOf('HTTPRoute', route)
    const ports = service.spec.ports
      .map((one) => (one.name ? `${one.name} ${one.port}` : String(one.port)))
      .slice(0, 20)
    yield {
      object: ref,
      title: `HTTPRoute ${route.metadata.name} leads to ${port === undefined ? 'no port' : `port ${port}`} of Service ${namespace}/${name}, which has ${ports.join(', ') || 'none'}.`,
      sinceMs: undefined,
      evidence: [
        fieldEvidence(ref, 'spec.rules[].backendRefs[].port', String(port ?? 'absent')),
        fieldEvidence(refOf('Service', service), 'spec.ports', ports.join(', ')),
      ],
      remediation: [describe(refOf('Service', service), 'See the ports of the Service.'), describe(ref)],
      discriminator: `${namespace}/${name}:${port ?? ''}`,
    }
  }
}

type Asked = { kind: string; namespace: string }
type Wanted = { group: string; kind: string; namespace: string; name: string }
/** https://gateway-api.sigs.k8s.io/api-types/referencegrant/ */
function isGranted(view: ClusterView, from: Asked, to: Wanted): boolean {
  return view
    .list('ReferenceGrant', to.namespace)
    .some(
      ({ spec }) =>
        spec.from.some(
          ({ group, kind, namespace }) =>
            group === 'gateway.networking.k8s.io' && kind === from.kind && namespace === from.namespace,
        ) &&
        spec.to.some(
          ({ group, kind, name }) =>
            group === to.group && kind === to.kind && (name === undefined || name === '' || name === to.name),
        ),
    )
}

function* notGranted(route: HttpRoute, view: ClusterView): Iterable<Observation> {
  const own = route.metadata.namespace
  const told = new Set<string>()
  for (const { namespace, name } of backendsOf(route)) {
    const key = `${namespace}/${name}`
    if (namespace === own || told.has(key) || !view.get('Service', namespace, name)) continue
    if (
      isGranted(view, { kind: 'HTTPRoute', namespace: own }, { group: '', kind: 'Service', namespace, name })
    )
      continue
    told.add(key)
    const ref = refOf('HTTPRoute', route)
    yield {
      object: ref,
      title: `HTTPRoute ${route.metadata.name} of ${own} may not lead to Service ${key}: no ReferenceGrant of ${namespace} lets it.`,
      sinceMs: undefined,
      evidence: [
        fieldEvidence(ref, 'spec.rules[].backendRefs', key),
        fieldEvidence(
          { kind: 'Namespace', namespace: '', name: namespace },
          'referencegrants',
          `none for HTTPRoutes of ${own}`,
        ),
      ],
      remediation: [
        advice('See what is granted there.', `kubectl get referencegrants -n ${quoted(namespace)} -o yaml`),
        describe(ref),
      ],
      discriminator: key,
    }
  }
}

function* certificateNotGranted(view: ClusterView): Iterable<Observation> {
  for (const gateway of view.list('Gateway')) {
    const own = gateway.metadata.namespace
    for (const { name: listener, tls } of gateway.spec.listeners) {
      for (const { kind, namespace, name } of tls?.certificateRefs ?? []) {
        if (namespace === '' || namespace === own || (kind !== '' && kind !== 'Secret')) continue
        if (
          isGranted(view, { kind: 'Gateway', namespace: own }, { group: '', kind: 'Secret', namespace, name })
        )
          continue
        const ref = refOf('Gateway', gateway)
        yield {
          object: ref,
          title: `Listener ${listener} of Gateway ${gateway.metadata.name} may not use Secret ${namespace}/${name}: no ReferenceGrant of ${namespace} lets it.`,
          sinceMs: undefined,
          evidence: [
            fieldEvidence(ref, `spec.listeners[${listener}].tls.certificateRefs`, `${namespace}/${name}`),
          ],
          remediation: [
            advice(
              'See what is granted there.',
              `kubectl get referencegrants -n ${quoted(namespace)} -o yaml`,
            ),
            describe(ref),
          ],
          discriminator: `${listener} ${namespace}/${name}`,
        }
      }
    }
  }
}
