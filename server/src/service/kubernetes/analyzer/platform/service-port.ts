import type { Service } from '../../object/network.ts'
import type { Pod } from '../../object/pod.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { counted, eventEvidence, fieldEvidence, hour, minute, msOf } from '../evidence.ts'
import { advice, describe, eventsOf, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { standsForPods } from './endpoint.ts'
import { equality, podIndexOf } from './pod-index.ts'

const documentation = 'https://kubernetes.io/docs/concepts/services-networking/service/'
/** Clouds make a load balancer within a few minutes. */
const balancerMs = 10 * minute

/** Ports, load balancers and aliases of Services. */
export const servicePortRules: readonly Rule[] = [
  {
    id: 'service-target-port-unknown',
    analyzer: 'Service',
    kind: 'Service',
    severity: 'HIGH',
    condition:
      'A port of a Service names a targetPort that none of its pods has under that name and protocol.',
    not_when: 'Some pod has it, as during a rollout, or no pod matches: that is told already.',
    documentation_url: `${documentation}#field-spec-ports`,
    alert_name: null,
    needs: ['Service', 'Pod'],
    check: each('Service', unknownPort),
  },
  {
    id: 'service-target-port-undeclared',
    analyzer: 'Service',
    kind: 'Service',
    severity: 'LOW',
    condition:
      'A port of a Service leads to a number that no container of its pods declares, though they declare others.',
    not_when:
      'The pods declare no ports at all: declaring them is optional, and a container may listen where it does not say.',
    documentation_url: `${documentation}#field-spec-ports`,
    alert_name: null,
    needs: ['Service', 'Pod'],
    check: each('Service', undeclaredPort),
  },
  {
    id: 'service-load-balancer-pending',
    analyzer: 'Service',
    kind: 'Service',
    severity: 'MEDIUM',
    condition: 'A Service of type LoadBalancer has had no address for more than 10 minutes.',
    not_when: 'It is younger than 10 minutes, has an address, or is being deleted.',
    documentation_url: `${documentation}#loadbalancer`,
    alert_name: null,
    needs: ['Service'],
    check: each('Service', pendingBalancer),
  },
  {
    id: 'service-alias-dangling',
    analyzer: 'Service',
    kind: 'Service',
    severity: 'MEDIUM',
    condition:
      'An ExternalName names a Service of this cluster that does not exist, or an IP address, which DNS cannot alias.',
    not_when: 'It names a host outside of the cluster.',
    documentation_url: `${documentation}#externalname`,
    alert_name: null,
    needs: ['Service'],
    check: each('Service', danglingAlias),
  },
  {
    id: 'service-warning',
    analyzer: 'Service',
    kind: 'Service',
    severity: 'LOW',
    condition: 'Within the last hour a controller warned about a Service at least twice.',
    not_when:
      'It lost a race for an update, which it repeats; its load balancer is pending, which is told already.',
    documentation_url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/',
    alert_name: null,
    needs: ['Service', 'Event'],
    check: each('Service', warned),
  },
]

const podsOf = (view: ClusterView, { metadata, spec }: Service): readonly Pod[] =>
  podIndexOf(view).matching(metadata.namespace, equality(spec.selector))

/** Sidecars are among the init containers. */
const portsOf = ({ spec }: Pod) =>
  [
    ...spec.containers,
    ...spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ].flatMap(({ ports }) => ports)
type Port = ReturnType<typeof portsOf>[number]
/** Pods of which ports are told. */
const podsShown = 20
const isSame = (one: string | undefined, other: string | undefined) => (one ?? 'TCP') === (other ?? 'TCP')

function* unknownPort(service: Service, view: ClusterView): Iterable<Observation> {
  if (!standsForPods(service)) return
  const named = service.spec.ports.filter(
    ({ targetPort }) => typeof targetPort === 'string' && targetPort !== '',
  )
  if (named.length === 0) return
  const pods = podsOf(view, service)
  if (pods.length === 0) return
  for (const port of named) {
    const fits = ({ name, protocol }: Port) => name === port.targetPort && isSame(protocol, port.protocol)
    if (pods.some((pod) => portsOf(pod).some(fits))) continue
    const declared = pods.slice(0, podsShown).flatMap(portsOf)
    const names = [
      ...new Set(declared.flatMap(({ name, protocol }) => (name ? `${name}/${protocol ?? 'TCP'}` : []))),
    ]
    const ref = refOf('Service', service)
    yield {
      object: ref,
      title: `Port ${port.name ?? port.port} of Service ${service.metadata.name} leads to ${port.targetPort}, which none of its ${counted(pods.length, 'pod')} has.`,
      sinceMs: undefined,
      evidence: [
        fieldEvidence(ref, 'spec.ports[].targetPort', `${port.targetPort} (${port.protocol ?? 'TCP'})`),
        fieldEvidence(
          refOf('Pod', pods[0]!),
          'spec.containers[].ports[].name',
          names.slice(0, 20).join(', ') || 'none has a name',
        ),
      ],
      remediation: [
        describe(ref, 'See its ports and endpoints.'),
        advice(
          'See the ports of its pods.',
          `kubectl get pod ${quoted(pods[0]!.metadata.name)} -n ${quoted(service.metadata.namespace)} -o jsonpath='{.spec.containers[*].ports}'`,
        ),
      ],
      discriminator: String(port.port ?? port.name),
    }
  }
}

function* undeclaredPort(service: Service, view: ClusterView): Iterable<Observation> {
  if (!standsForPods(service) || service.spec.clusterIP === 'None') return
  const numbers = service.spec.ports.filter(({ targetPort }) => typeof targetPort !== 'string')
  if (numbers.length === 0) return
  const pods = podsOf(view, service)
  const declared = pods.flatMap(portsOf)
  if (declared.length === 0 || pods.some((pod) => portsOf(pod).length === 0)) return
  for (const port of numbers) {
    const target = port.targetPort ?? port.port
    if (target === undefined || target === 0) continue
    if (
      declared.some(
        ({ containerPort, protocol }) => containerPort === target && isSame(protocol, port.protocol),
      )
    )
      continue
    const ref = refOf('Service', service)
    const others = [
      ...new Set(declared.map(({ containerPort, protocol }) => `${containerPort}/${protocol ?? 'TCP'}`)),
    ]
    yield {
      object: ref,
      title: `Port ${port.name ?? port.port} of Service ${service.metadata.name} leads to ${target}/${port.protocol ?? 'TCP'}; its pods declare ${others.slice(0, 8).join(', ')}.`,
      sinceMs: undefined,
      evidence: [
        fieldEvidence(ref, 'spec.ports[].targetPort', String(target)),
        fieldEvidence(refOf('Pod', pods[0]!), 'spec.containers[].ports', others.slice(0, 20).join(', ')),
      ],
      remediation: [
        describe(ref, 'See its ports and endpoints.'),
        describe(refOf('Pod', pods[0]!), 'See the ports of its pods.'),
      ],
      discriminator: String(port.port ?? port.name),
    }
  }
}

function* pendingBalancer(service: Service, view: ClusterView): Iterable<Observation> {
  const { metadata, spec, status } = service
  if (spec.type !== 'LoadBalancer' || metadata.deletionTimestamp || status.loadBalancer.ingress.length > 0)
    return
  const createdMs = msOf(metadata.creationTimestamp)
  if (createdMs === undefined || view.timeMs - createdMs < balancerMs) return
  const ref = refOf('Service', service)
  const events = view.eventsOf({ ...ref, uid: metadata.uid }).filter(({ type }) => type === 'Warning')
  yield {
    object: ref,
    title: `Service ${metadata.name} has no address: its load balancer is not there.`,
    sinceMs: createdMs,
    evidence: [
      fieldEvidence(ref, 'status.loadBalancer.ingress', 'empty', createdMs),
      ...events.slice(0, 3).map(eventEvidence),
    ],
    causes:
      events.length > 0
        ? []
        : [
            {
              object: ref,
              rule: null,
              text: 'nothing in the cluster makes load balancers (no cloud controller, MetalLB or the like), or it has no address left',
              relation: 'balances',
            },
          ],
    remediation: [describe(ref), eventsOf(ref)],
  }
}

const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]*)$/i
const local = /^([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})\.svc(?:\.cluster\.local)?\.?$/
function* danglingAlias(service: Service, view: ClusterView): Iterable<Observation> {
  if (service.spec.type !== 'ExternalName') return
  const name = service.spec.externalName ?? ''
  const [, other = '', namespace = ''] = local.exec(name) ?? []
  const isGone = other !== '' && view.get('Service', namespace, other) === undefined
  if (!isGone && !address.test(name)) return
  const ref = refOf('Service', service)
  yield {
    object: ref,
    title: isGone
      ? `Service ${service.metadata.name} is an alias of Service ${other} in ${namespace}, which does not exist.`
      : `Service ${service.metadata.name} is an alias of an IP address, which DNS takes for a name.`,
    sinceMs: undefined,
    evidence: [fieldEvidence(ref, 'spec.externalName', name)],
    remediation: [
      describe(ref),
      isGone
        ? advice('See what is there.', `kubectl get services -n ${quoted(namespace)}`)
        : advice('Use a Service without a selector and an EndpointSlice for an address.'),
    ],
  }
}

const race = /the object has been modified|please apply your changes to the latest version/
function* warned(service: Service, view: ClusterView): Iterable<Observation> {
  const ref = refOf('Service', service)
  const events = view
    .eventsOf({ ...ref, uid: service.metadata.uid })
    .filter(
      ({ type, message, lastMs }) => type === 'Warning' && view.timeMs - lastMs < hour && !race.test(message),
    )
  const times = events.reduce((sum, { count }) => sum + count, 0)
  if (times < 2 || [...pendingBalancer(service, view)].length > 0) return
  yield {
    object: ref,
    title: `A controller warned about Service ${service.metadata.name} ${times} times: ${events[0]!.reason}.`,
    sinceMs: Math.min(...events.map(({ firstMs }) => firstMs)),
    evidence: events.slice(0, 5).map(eventEvidence),
    remediation: [describe(ref), eventsOf(ref)],
  }
}
