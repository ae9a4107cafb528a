import type { ApiService, Conditioned } from '../../object/extension.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import {
  conditionEvidence,
  conditionOf,
  eventEvidence,
  fieldEvidence,
  heldMs,
  minute,
  msOf,
} from '../evidence.ts'
import { advice, describe, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { briefly } from './briefly.ts'
import { clusterMinor } from './version.ts'

/** A server behind the API server may take so long to start. */
const startMs = 5 * minute

/** Extensions of the API, and versions of it that go away. */
export const apiServiceRules: readonly Rule[] = [
  {
    id: 'api-service-unavailable',
    analyzer: 'APIService',
    kind: 'APIService',
    severity: 'HIGH',
    condition:
      'An API that another server answers has not been available for 5 minutes: what it serves fails, and namespaces cannot be deleted.',
    not_when:
      'The API server answers it itself (Local), or it became unavailable less than 5 minutes ago, as at an upgrade.',
    documentation_url:
      'https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/',
    alert_name: 'KubeAggregatedAPIDown',
    needs: ['APIService'],
    check: each('APIService', unavailable),
  },
  {
    id: 'custom-resource-not-established',
    analyzer: 'CustomResourceDefinition',
    kind: 'CustomResourceDefinition',
    severity: 'MEDIUM',
    condition:
      'A CustomResourceDefinition is not served: its names are taken by another, it is not established, or it hangs in being deleted.',
    not_when: 'It is established; NonStructuralSchema and the like only tell of its quality.',
    documentation_url:
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/',
    alert_name: null,
    needs: ['CustomResourceDefinition'],
    check: each('CustomResourceDefinition', notEstablished),
  },
  {
    id: 'api-version-deprecated',
    analyzer: 'API',
    kind: 'HorizontalPodAutoscaler',
    severity: 'LOW',
    condition:
      'Something uses a version of the API that a coming minor version of Kubernetes no longer serves, or that this one does not serve (MEDIUM): a scale target names it, or a controller wrote events about it.',
    not_when:
      'The version is only served, as the API server does by itself. Who sends requests is not to be seen in objects.',
    documentation_url: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/',
    alert_name: null,
    needs: ['Node', 'HorizontalPodAutoscaler', 'Event'],
    check: deprecated,
  },
]

function* unavailable(api: ApiService, view: ClusterView): Iterable<Observation> {
  const { service } = api.spec
  const condition = conditionOf(api.status.conditions, 'Available')
  if (!service || !condition || condition.status === 'True') return
  const sinceMs = msOf(condition.lastTransitionTime)
  if (sinceMs !== undefined && heldMs(view, sinceMs) < startMs) return
  const ref = refOf('APIService', api)
  const target = { kind: 'Service', namespace: service.namespace, name: service.name }
  yield {
    object: ref,
    title: `API ${api.spec.version}.${api.spec.group} is not available: ${briefly(condition.message || condition.reason)}.`,
    sinceMs,
    evidence: [
      conditionEvidence(ref, condition),
      fieldEvidence(ref, 'spec.service', `${service.namespace}/${service.name}`),
    ],
    causes: [
      {
        object: target,
        rule: null,
        text: view.get('Service', service.namespace, service.name)
          ? `the server behind Service ${service.namespace}/${service.name} does not answer`
          : `Service ${service.namespace}/${service.name} does not exist`,
        relation: 'serves',
      },
    ],
    remediation: [
      describe(ref),
      describe(target, 'See its Service and endpoints.'),
      advice('See the pods of its namespace.', `kubectl get pods -n ${quoted(service.namespace)} -o wide`),
    ],
  }
}

function* notEstablished(definition: Conditioned, view: ClusterView): Iterable<Observation> {
  const { conditions } = definition.status
  const faults = conditions.filter(
    ({ type, status }) =>
      ((type === 'NamesAccepted' || type === 'Established') && status === 'False') ||
      (type === 'Terminating' && status === 'True'),
  )
  const [first] = faults
  if (!first || heldMs(view, msOf(first.lastTransitionTime)) < startMs) return
  const ref = refOf('CustomResourceDefinition', definition)
  yield {
    object: ref,
    title: `CustomResourceDefinition ${definition.metadata.name} is not served: ${briefly(first.message || first.reason)}.`,
    sinceMs: msOf(first.lastTransitionTime),
    evidence: faults.map((condition) => conditionEvidence(ref, condition)),
    remediation: [describe(ref)],
  }
}

/**
 * Since which minor version what some objects still name is not served any more.
 * https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 */
const removedIn: Readonly<Record<string, number>> = {
  'extensions/v1beta1': 22,
  'apps/v1beta1': 16,
  'apps/v1beta2': 16,
  'networking.k8s.io/v1beta1': 22,
  'rbac.authorization.k8s.io/v1beta1': 22,
  'admissionregistration.k8s.io/v1beta1': 22,
  'apiextensions.k8s.io/v1beta1': 22,
  'scheduling.k8s.io/v1beta1': 22,
  'coordination.k8s.io/v1beta1': 22,
  'policy/v1beta1': 25,
  'batch/v1beta1': 25,
  'autoscaling/v2beta1': 25,
  'discovery.k8s.io/v1beta1': 25,
  'node.k8s.io/v1beta1': 25,
  'autoscaling/v2beta2': 26,
  'flowcontrol.apiserver.k8s.io/v1beta1': 26,
  'flowcontrol.apiserver.k8s.io/v1beta2': 29,
  'flowcontrol.apiserver.k8s.io/v1beta3': 32,
}
/** Workloads left extensions/v1beta1 earlier than Ingresses did. */
const removalOf = (version: string, kind: string): number | undefined =>
  version === 'extensions/v1beta1' && kind !== 'Ingress' ? 16 : removedIn[version]

function* deprecated(view: ClusterView): Iterable<Observation | undefined> {
  const minor = clusterMinor(view)
  if (minor === undefined) return
  const outcome = (removed: number) =>
    removed <= minor ? `is not served since 1.${removed}` : `goes away in 1.${removed}`
  for (const scaler of view.list('HorizontalPodAutoscaler')) {
    const { apiVersion = '', kind, name } = scaler.spec.scaleTargetRef
    const removed = removalOf(apiVersion, kind)
    if (removed === undefined) continue
    const ref = refOf('HorizontalPodAutoscaler', scaler)
    yield {
      object: ref,
      title: `HorizontalPodAutoscaler ${scaler.metadata.name} scales ${kind} ${name} by ${apiVersion}, which ${outcome(removed)}.`,
      severity: removed <= minor ? 'MEDIUM' : 'LOW',
      sinceMs: undefined,
      evidence: [fieldEvidence(ref, 'spec.scaleTargetRef.apiVersion', apiVersion)],
      remediation: [describe(ref), advice('See which versions there are.', 'kubectl api-versions')],
    }
  }
  const told = new Set<string>()
  let seen = 0
  for (const event of view.list('Event')) {
    if (++seen % 5_000 === 0) yield
    const { apiVersion, kind, namespace, name } = event.about
    const removed = apiVersion === undefined ? undefined : removalOf(apiVersion, kind)
    // What is not served any more cannot be used: such an event is an old one.
    if (removed === undefined || removed <= minor) continue
    const key = `${event.source} ${apiVersion} ${kind}`
    if (told.has(key)) continue
    told.add(key)
    yield {
      object: { kind, namespace, name },
      title: `${event.source || 'A controller'} uses ${apiVersion} for ${kind}, which ${outcome(removed)}.`,
      sinceMs: event.firstMs,
      evidence: [
        fieldEvidence({ kind, namespace, name }, 'involvedObject.apiVersion', `${apiVersion}`, event.lastMs),
        eventEvidence(event),
      ],
      remediation: [advice('See which versions there are.', 'kubectl api-versions')],
      discriminator: key,
    }
  }
}
