import type { Service } from '../../object/network.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { conditionEvidence, conditionOf, counted, fieldEvidence, msOf } from '../evidence.ts'
import { advice, describe, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { endpointsOf } from './endpoint.ts'
import { equality, isReady, podIndexOf } from './pod-index.ts'

const documentation = 'https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/'

/** By the label that every distribution gives it, and OpenShift's own. */
export const isDnsService = ({ metadata }: Service): boolean =>
  (metadata.namespace === 'kube-system' &&
    (metadata.labels['k8s-app'] === 'kube-dns' || metadata.name === 'kube-dns')) ||
  (metadata.namespace === 'openshift-dns' && metadata.name === 'dns-default')

/** Whether names resolve in the cluster. */
export const dnsRules: readonly Rule[] = [
  {
    id: 'cluster-dns-down',
    analyzer: 'DNS',
    kind: 'Service',
    severity: 'CRITICAL',
    condition:
      'The Service of the cluster DNS (kube-dns, dns-default) has no ready endpoint: no name resolves in the cluster.',
    not_when: 'At least one endpoint is ready.',
    documentation_url: documentation,
    alert_name: null,
    needs: ['Service', 'EndpointSlice', 'Pod'],
    check: each('Service', down),
  },
  {
    id: 'cluster-dns-degraded',
    analyzer: 'DNS',
    kind: 'Deployment',
    severity: 'MEDIUM',
    condition: 'Some pods of the cluster DNS are not available, while others answer.',
    not_when: 'All that are wanted are available, or a rollout is under way.',
    documentation_url: documentation,
    alert_name: null,
    needs: ['Deployment'],
    check: degraded,
  },
]

function* down(service: Service, view: ClusterView): Iterable<Observation> {
  const { namespace, name } = service.metadata
  if (!isDnsService(service) || endpointsOf(view, namespace, name).ready > 0) return
  // Of a Service without a selector somebody else writes the endpoints, in ways not known here.
  if (Object.keys(service.spec.selector).length === 0) return
  const pods = podIndexOf(view).matching(namespace, equality(service.spec.selector))
  if (pods.some(isReady)) return
  const ref = refOf('Service', service)
  const readiness = pods.flatMap((pod) => {
    const ready = conditionOf(pod.status.conditions, 'Ready')
    return ready ? [{ pod, ready }] : []
  })
  const times = readiness.flatMap(({ ready }) => msOf(ready.lastTransitionTime) ?? [])
  yield {
    object: ref,
    title: `The DNS of the cluster is down: ${pods.length === 0 ? 'it has no pods' : `of ${counted(pods.length, 'pod')} none is ready`}.`,
    sinceMs: times.length > 0 ? Math.max(...times) : undefined,
    evidence: [
      fieldEvidence(ref, 'endpoints', '0 ready'),
      ...readiness.slice(0, 5).map(({ pod, ready }) => conditionEvidence(refOf('Pod', pod), ready)),
      ...podIndexOf(view)
        .templates(namespace)
        .filter(({ labels }) =>
          Object.entries(service.spec.selector).every(([key, is]) => labels[key] === is),
        )
        .map((template) => fieldEvidence(template.ref, 'spec.replicas', String(template.replicas))),
    ],
    causes: readiness.slice(0, 3).map(({ pod }) => ({
      object: refOf('Pod', pod),
      rule: null,
      text: `pod ${pod.metadata.name} is not ready`,
      relation: 'selects',
    })),
    remediation: [
      advice(
        'See its pods.',
        `kubectl get pods -n ${quoted(namespace)} -o wide -l ${quoted(
          Object.entries(service.spec.selector)
            .map(([key, value]) => `${key}=${value}`)
            .join(','),
        )}`,
      ),
      describe(ref),
    ],
  }
}

function* degraded(view: ClusterView): Iterable<Observation> {
  for (const deployment of view.list('Deployment', 'kube-system')) {
    const { metadata, spec, status } = deployment
    if (metadata.labels['k8s-app'] !== 'kube-dns' && !/^(coredns|kube-dns)$/.test(metadata.name)) continue
    const wanted = spec.replicas ?? 1
    const available = status.availableReplicas ?? 0
    if (available === 0 || available >= wanted || (status.updatedReplicas ?? 0) < wanted) continue
    const condition = conditionOf(status.conditions, 'Available')
    const ref = refOf('Deployment', deployment)
    yield {
      object: ref,
      title: `${available} of ${counted(wanted, 'pod')} of the cluster DNS ${available === 1 ? 'is' : 'are'} available.`,
      sinceMs: undefined,
      evidence: [
        fieldEvidence(ref, 'status.availableReplicas', `${available} of ${wanted}`),
        ...(condition ? [conditionEvidence(ref, condition)] : []),
      ],
      remediation: [
        describe(ref),
        advice('See its pods.', 'kubectl get pods -n kube-system -l k8s-app=kube-dns -o wide'),
      ],
    }
  }
}
