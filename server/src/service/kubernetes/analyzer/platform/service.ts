import type { FindingCause, FindingEvidence } from '@aiops/contract/model/finding'
import type { Service } from '../../object/network.ts'
import type { Pod } from '../../object/pod.ts'
import { selectorText, selects } from '../../object/selector.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { conditionEvidence, conditionOf, counted, fieldEvidence, minute, msOf } from '../evidence.ts'
import { advice, describe, patch, quoted } from '../kubectl.ts'
import { podsNear } from '../relation.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { isDnsService } from './dns.ts'
import { endpointsOf, standsForPods } from './endpoint.ts'
import { equality, isReady, podIndexOf } from './pod-index.ts'

const documentation = 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/'
/** Between a Service, its pods and their endpoints so much time may pass. */
const settleMs = 2 * minute
const notReadyMs = 5 * minute

/** Whether Services reach pods. */
export const serviceRules: readonly Rule[] = [
  {
    id: 'service-without-pods',
    analyzer: 'Service',
    kind: 'Service',
    severity: 'HIGH',
    condition: 'A Service has a selector that matches no pod, so that it has no endpoints.',
    not_when:
      'It has no selector (its endpoints are written by somebody), is of type ExternalName, carries a leader election, is younger than 2 minutes, or what it selects is scaled to zero or finished.',
    documentation_url: `${documentation}#does-the-service-have-any-endpointslices`,
    alert_name: null,
    needs: ['Service', 'Pod', 'EndpointSlice', 'Deployment', 'StatefulSet', 'DaemonSet'],
    check: each('Service', withoutPods),
  },
  {
    id: 'service-without-ready-endpoints',
    analyzer: 'Service',
    kind: 'Service',
    severity: 'HIGH',
    condition: 'Pods match the selector of a Service, but none of its endpoints is ready.',
    not_when:
      'It publishes addresses that are not ready (publishNotReadyAddresses), or has been without for less than 2 minutes.',
    documentation_url: `${documentation}#does-the-service-have-any-endpointslices`,
    alert_name: null,
    needs: ['Service', 'Pod', 'EndpointSlice'],
    check: each('Service', withoutReady),
  },
  {
    id: 'service-not-ready-addresses',
    analyzer: 'Service',
    kind: 'Service',
    severity: 'LOW',
    condition: 'Some endpoints of a Service have not been ready for more than 5 minutes, while others serve.',
    not_when: 'The pods are starting or going away.',
    documentation_url: 'https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions',
    alert_name: null,
    needs: ['Service', 'Pod', 'EndpointSlice'],
    check: each('Service', notReadyAddresses),
  },
]

const isYoung = (view: ClusterView, { metadata }: Service): boolean => {
  const created = msOf(metadata.creationTimestamp)
  return created !== undefined && view.timeMs - created < settleMs
}

function* withoutPods(service: Service, view: ClusterView): Iterable<Observation> {
  if (!standsForPods(service) || isYoung(view, service) || isDnsService(service)) return
  const { namespace, name } = service.metadata
  const { ready, notReady } = endpointsOf(view, namespace, name)
  if (ready + notReady.length > 0) return
  const selector = equality(service.spec.selector)
  const index = podIndexOf(view)
  if (index.matching(namespace, selector).length > 0) return
  const templates = index.templates(namespace).filter(({ labels }) => selects(selector, labels))
  // Scaled to zero, or its pods are being made: that is told of the workload.
  if (templates.length > 0 || hasFinished(view, service)) return
  const ref = refOf('Service', service)
  const near = nearest(service, view)
  yield {
    object: ref,
    title: `Service ${name} reaches nothing: no pod has the labels ${selectorText(selector)}.`,
    sinceMs: undefined,
    evidence: [
      ...Object.entries(service.spec.selector).map(([key, value]) =>
        fieldEvidence(
          ref,
          `spec.selector[${key}]`,
          `${value}: ${counted(index.carrying(namespace, key, value), 'pod')}`,
        ),
      ),
      ...near.evidence,
    ],
    causes: near.causes,
    remediation: [
      advice('See which labels the pods have.', `kubectl get pods --show-labels -n ${quoted(namespace)}`),
      ...(near.selector
        ? [
            patch(
              ref,
              { spec: { selector: near.selector } },
              'Select the pods that come nearest, tried first.',
            ),
          ]
        : [describe(ref)]),
    ],
  }
}

/** Pods of a Job that are done leave a Service behind that reaches nothing, as is meant. */
function hasFinished(view: ClusterView, { metadata, spec }: Service): boolean {
  const selector = equality(spec.selector)
  return podsNear(view, metadata.namespace, selector).some(
    ({ metadata: { labels }, status }) => status.phase === 'Succeeded' && selects(selector, labels),
  )
}

type Near = {
  evidence: FindingEvidence[]
  causes: FindingCause[]
  selector: Record<string, string> | undefined
}
/** What of the namespace has most of the labels, and which it lacks. */
function nearest({ metadata, spec }: Service, view: ClusterView): Near {
  const wanted = Object.entries(spec.selector)
  const index = podIndexOf(view)
  let best:
    | { labels: Readonly<Record<string, string>>; ref: ReturnType<typeof refOf>; score: number }
    | undefined
  for (const { ref, labels } of index.templates(metadata.namespace)) {
    const score = wanted.reduce((sum, [key, value]) => sum + likeness(labels[key], value), 0)
    if (score > (best?.score ?? 0)) best = { labels, ref, score }
  }
  if (!best) return { evidence: [], causes: [], selector: undefined }
  const { labels, ref } = best
  const apart = wanted.filter(([key, value]) => labels[key] !== value)
  const text = apart
    .map(([key, value]) => `${key} is ${labels[key] === undefined ? 'missing' : labels[key]}, not ${value}`)
    .join('; ')
  const near = `the pods of ${ref.kind} ${ref.name} come nearest: ${text}`
  const canPatch = apart.every(([key]) => labels[key] !== undefined)
  return {
    evidence: [fieldEvidence(ref, 'spec.template.metadata.labels', near)],
    causes: [{ object: ref, rule: null, text: near, relation: 'selects' }],
    selector: canPatch ? Object.fromEntries(apart.map(([key]) => [key, labels[key] ?? ''])) : undefined,
  }
}

/** 1 for the same, half for one that begins or ends alike, a little for another value of the same label. */
function likeness(value: string | undefined, wanted: string): number {
  if (value === undefined) return 0
  if (value === wanted) return 1
  const [short, long] = value.length < wanted.length ? [value, wanted] : [wanted, value]
  return short.length > 2 && (long.startsWith(short.slice(0, -1)) || long.endsWith(short.slice(1)))
    ? 0.5
    : 0.1
}

function* withoutReady(service: Service, view: ClusterView): Iterable<Observation> {
  if (!standsForPods(service) || service.spec.publishNotReadyAddresses === true) return
  if (isYoung(view, service) || isDnsService(service)) return
  const { namespace, name } = service.metadata
  const { ready, notReady, slices } = endpointsOf(view, namespace, name)
  if (ready > 0) return
  const pods = podIndexOf(view).matching(namespace, equality(service.spec.selector))
  if (pods.length === 0 && notReady.length === 0) return
  // Endpoints follow pods within seconds: with a pod that is ready, and no endpoint, it is the ports that do not fit.
  if (pods.some(isReady)) return
  const sinceMs = latest(pods.map(notReadySince))
  if (sinceMs !== undefined && view.timeMs - sinceMs < settleMs) return
  const ref = refOf('Service', service)
  yield {
    object: ref,
    title: `Service ${name} reaches nothing: of ${counted(pods.length || notReady.length, 'pod')} none is ready.`,
    sinceMs,
    evidence: [
      fieldEvidence(
        ref,
        'endpoints',
        `0 ready, ${notReady.length} not ready in ${counted(slices.length, 'EndpointSlice')}`,
      ),
      ...pods.slice(0, 5).flatMap(readiness),
    ],
    causes: pods.slice(0, 3).map((pod) => ({
      object: refOf('Pod', pod),
      rule: null,
      text: `pod ${pod.metadata.name} is not ready`,
      relation: 'selects',
    })),
    remediation: [
      advice(
        'See the pods.',
        `kubectl get pods -n ${quoted(namespace)} -l ${quoted(selectorText(equality(service.spec.selector)))} -o wide`,
      ),
      describe(ref),
    ],
  }
}

function* notReadyAddresses(service: Service, view: ClusterView): Iterable<Observation> {
  if (!standsForPods(service) || service.spec.publishNotReadyAddresses === true) return
  const { namespace, name } = service.metadata
  const { ready, notReady } = endpointsOf(view, namespace, name)
  if (ready === 0 || notReady.length === 0) return
  const pods = notReady.flatMap(({ targetRef }) => {
    const pod = targetRef?.kind === 'Pod' ? view.get('Pod', namespace, targetRef.name) : undefined
    const sinceMs = pod && !pod.metadata.deletionTimestamp ? notReadySince(pod) : undefined
    return pod && !isReady(pod) && sinceMs !== undefined && view.timeMs - sinceMs >= notReadyMs
      ? [{ pod, sinceMs }]
      : []
  })
  if (pods.length === 0) return
  const ref = refOf('Service', service)
  yield {
    object: ref,
    title: `${counted(pods.length, 'endpoint')} of Service ${name} ${pods.length === 1 ? 'has' : 'have'} not been ready for more than 5 minutes; ${ready} ${ready === 1 ? 'serves' : 'serve'}.`,
    sinceMs: Math.min(...pods.map(({ sinceMs }) => sinceMs)),
    evidence: [
      fieldEvidence(ref, 'endpoints', `${ready} ready, ${notReady.length} not ready`),
      ...pods.slice(0, 5).flatMap(({ pod }) => readiness(pod)),
    ],
    causes: pods.slice(0, 3).map(({ pod }) => ({
      object: refOf('Pod', pod),
      rule: null,
      text: `pod ${pod.metadata.name} is not ready`,
      relation: 'selects',
    })),
    remediation: pods
      .slice(0, 2)
      .map(({ pod }) => describe(refOf('Pod', pod), `See pod ${pod.metadata.name}.`)),
  }
}

const notReadySince = ({ metadata, status }: Pod): number | undefined =>
  msOf(conditionOf(status.conditions, 'Ready')?.lastTransitionTime ?? metadata.creationTimestamp)

function readiness(pod: Pod): FindingEvidence[] {
  const ref = refOf('Pod', pod)
  const ready = conditionOf(pod.status.conditions, 'Ready')
  return [ready ? conditionEvidence(ref, ready) : fieldEvidence(ref, 'status.phase', pod.status.phase)]
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((ms): ms is number => ms !== undefined)
  return known.length > 0 ? Math.max(...known) : undefined
}
