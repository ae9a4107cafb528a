import type { Ingress, Service } from '../../object/network.ts'
import type { ClusterView, ObjectRef } from '../../view.ts'
import { each } from '../each.ts'
import { fieldEvidence, msOf } from '../evidence.ts'
import { advice, describe, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { classOf } from './ingress-class.ts'

const documentation = 'https://kubernetes.io/docs/concepts/services-networking/ingress/'

/** Where each Ingress leads. */
export const ingressRules: readonly Rule[] = [
  {
    id: 'ingress-backend-missing',
    analyzer: 'Ingress',
    kind: 'Ingress',
    severity: 'HIGH',
    condition: 'A path of an Ingress leads to a Service that does not exist.',
    not_when: 'The backend is a resource and no Service, or an action that a controller takes by annotation.',
    documentation_url: `${documentation}#the-ingress-resource`,
    alert_name: null,
    needs: ['Ingress', 'Service'],
    check: each('Ingress', missingBackend),
  },
  {
    id: 'ingress-backend-port-missing',
    analyzer: 'Ingress',
    kind: 'Ingress',
    severity: 'HIGH',
    condition: 'A path of an Ingress leads to a port that its Service does not have, by number or by name.',
    not_when:
      'The Service has the port; the number is compared with that of the Service, not with the targetPort.',
    documentation_url: `${documentation}#the-ingress-resource`,
    alert_name: null,
    needs: ['Ingress', 'Service'],
    check: each('Ingress', missingPort),
  },
  {
    id: 'ingress-path-conflict',
    analyzer: 'Ingress',
    kind: 'Ingress',
    severity: 'LOW',
    condition:
      'Two Ingresses of one class claim the same host and path for different backends; which one answers depends on the controller.',
    not_when:
      'One is a canary of the other, answers an ACME challenge, is of another class, or both lead to the same backend.',
    documentation_url: `${documentation}#multiple-matches`,
    alert_name: null,
    needs: ['Ingress'],
    check: conflicts,
  },
]

type Backend = { service: string; port: string | number | undefined; where: string }

/** Each once, with where it is named first. */
function backendsOf({ spec }: Ingress): Backend[] {
  const seen = new Map<string, Backend>()
  const add = (backend: Ingress['spec']['defaultBackend'], where: string) => {
    if (!backend?.service) return
    const { name, port } = backend.service
    const number = port.name ?? port.number
    // `use-annotation`: an action of the AWS controller, described in an annotation.
    if (name === '' || number === 'use-annotation') return
    const key = `${name}:${number}`
    if (!seen.has(key)) seen.set(key, { service: name, port: number, where })
  }
  add(spec.defaultBackend, 'spec.defaultBackend')
  for (const { host, http } of spec.rules)
    for (const { path, backend } of http?.paths ?? []) add(backend, `${host ?? '*'}${path ?? '/'}`)
  return [...seen.values()]
}

const serviceRef = (namespace: string, name: string): ObjectRef => ({ kind: 'Service', namespace, name })

function* missingBackend(ingress: Ingress, view: ClusterView): Iterable<Observation> {
  const { namespace, name } = ingress.metadata
  const told = new Set<string>()
  for (const { service, where } of backendsOf(ingress)) {
    if (told.has(service) || view.get('Service', namespace, service)) continue
    told.add(service)
    const ref = refOf('Ingress', ingress)
    yield {
      object: ref,
      title: `Ingress ${name} leads ${where} to Service ${service}, which does not exist in ${namespace}.`,
      sinceMs: undefined,
      evidence: [
        fieldEvidence(ref, where, service),
        fieldEvidence(serviceRef(namespace, service), 'Service', 'not found'),
      ],
      causes: [
        {
          object: serviceRef(namespace, service),
          rule: null,
          text: `Service ${service} does not exist`,
          relation: 'routes to',
        },
      ],
      remediation: [
        advice('See which Services there are.', `kubectl get services -n ${quoted(namespace)}`),
        describe(ref),
      ],
      discriminator: service,
    }
  }
}

const hasPort = ({ spec }: Service, port: string | number): boolean =>
  spec.ports.some((one) => (typeof port === 'number' ? one.port === port : one.name === port))

function* missingPort(ingress: Ingress, view: ClusterView): Iterable<Observation> {
  const { namespace, name } = ingress.metadata
  for (const { service: serviceName, port, where } of backendsOf(ingress)) {
    const service = view.get('Service', namespace, serviceName)
    if (!service || port === undefined || hasPort(service, port)) continue
    // An alias of an outside host may do without ports.
    if (service.spec.ports.length === 0) continue
    const ref = refOf('Ingress', ingress)
    const ports = service.spec.ports.map((one) => (one.name ? `${one.name} ${one.port}` : String(one.port)))
    const isTarget = service.spec.ports.find(({ targetPort }) => targetPort === port)
    yield {
      object: ref,
      title: `Ingress ${name} leads ${where} to port ${port} of Service ${serviceName}, which has ${ports.slice(0, 8).join(', ') || 'none'}.`,
      sinceMs: undefined,
      evidence: [
        fieldEvidence(ref, where, `${serviceName}:${port}`),
        fieldEvidence(refOf('Service', service), 'spec.ports', ports.slice(0, 20).join(', ')),
      ],
      causes: isTarget
        ? [
            {
              object: refOf('Service', service),
              rule: null,
              text: `${port} is the targetPort; the port of the Service is ${isTarget.port}`,
              relation: 'routes to',
            },
          ]
        : [],
      remediation: [describe(refOf('Service', service), 'See the ports of the Service.'), describe(ref)],
      discriminator: `${serviceName}:${port}`,
    }
  }
}

const isAside = ({ metadata }: Ingress): boolean =>
  metadata.annotations['nginx.ingress.kubernetes.io/canary'] === 'true' ||
  metadata.labels['acme.cert-manager.io/http01-solver'] === 'true'

type Claim = { ingress: Ingress; backend: string }
function* conflicts(view: ClusterView): Iterable<Observation> {
  const claims = new Map<string, Claim>()
  const told = new Set<string>()
  for (const ingress of view.list('Ingress').toSorted(byAge)) {
    if (isAside(ingress)) continue
    for (const { key, where, backend } of claimsOf(ingress)) {
      const first = claims.get(key)
      if (!first) {
        claims.set(key, { ingress, backend })
        continue
      }
      if (first.ingress === ingress || first.backend === backend) continue
      const [ref, other] = [refOf('Ingress', ingress), refOf('Ingress', first.ingress)]
      const pair = `${ref.namespace}/${ref.name} ${other.namespace}/${other.name}`
      if (told.has(pair)) continue
      told.add(pair)
      yield {
        object: ref,
        title: `Ingress ${ref.name} claims ${where}, which Ingress ${other.namespace}/${other.name} has already.`,
        sinceMs: msOf(ingress.metadata.creationTimestamp),
        evidence: [fieldEvidence(ref, where, backend), fieldEvidence(other, where, first.backend)],
        remediation: [describe(ref), describe(other, 'See the other.')],
        discriminator: `${other.namespace}/${other.name}`,
      }
    }
  }
}

const byAge = (a: Ingress, b: Ingress): number =>
  (msOf(a.metadata.creationTimestamp) ?? 0) - (msOf(b.metadata.creationTimestamp) ?? 0)

function* claimsOf(ingress: Ingress): Iterable<{ key: string; where: string; backend: string }> {
  for (const { host, http } of ingress.spec.rules)
    for (const { path, pathType, backend } of http?.paths ?? []) {
      const where = `${host ?? '*'}${path ?? '/'}`
      yield {
        key: `${classOf(ingress) ?? ''} ${where} ${pathType ?? ''}`,
        where,
        backend: `${ingress.metadata.namespace}/${backend.service?.name ?? ''}:${backend.service?.port.name ?? backend.service?.port.number ?? ''}`,
      }
    }
}
