import type { PodSpec } from '../../object/pod.ts'
import type { HorizontalPodAutoscaler } from '../../object/policy.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import {
  conditionEvidence,
  conditionOf,
  eventEvidence,
  fieldEvidence,
  heldMs,
  hour,
  minute,
  msOf,
} from '../evidence.ts'
import { advice, describe, patch, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'

const doc = 'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/'
const hpa = {
  analyzer: 'HorizontalPodAutoscaler',
  kind: 'HorizontalPodAutoscaler',
  needs: ['HorizontalPodAutoscaler'],
  documentation_url: doc,
  alert_name: null,
} as const

export const autoscalerRules: readonly Rule[] = [
  {
    ...hpa,
    id: 'hpa-target-missing',
    severity: 'HIGH',
    condition: 'What an autoscaler should scale does not exist, or is of a kind that cannot be scaled.',
    not_when:
      'the target is of a kind that is not known here (a custom resource) and the autoscaler can read its scale',
    needs: ['HorizontalPodAutoscaler', 'Deployment', 'StatefulSet', 'ReplicaSet'],
    check: each('HorizontalPodAutoscaler', targetMissing),
  },
  {
    ...hpa,
    id: 'hpa-metrics-unavailable',
    severity: 'HIGH',
    condition:
      'An autoscaler has not been able to get its metrics for five minutes (ScalingActive is False), or cannot read or write the scale.',
    not_when:
      'its target is scaled to zero, is missing (hpa-target-missing), or the metrics have been lacking for less than five minutes, as after a start',
    explainedBy: ['APIService', 'Deployment', 'StatefulSet'],
    check: each('HorizontalPodAutoscaler', metricsUnavailable),
  },
  {
    ...hpa,
    id: 'hpa-no-requests',
    severity: 'MEDIUM',
    condition:
      'An autoscaler scales by the use of a resource that a container of its target does not request, so that there is nothing to compare with.',
    not_when: 'it scales by an absolute value or by one container that does request it',
    documentation_url: `${doc}#support-for-resource-metrics`,
    needs: ['HorizontalPodAutoscaler', 'Deployment', 'StatefulSet'],
    check: each('HorizontalPodAutoscaler', noRequests),
  },
  {
    ...hpa,
    id: 'hpa-maxed-out',
    severity: 'MEDIUM',
    condition: 'An autoscaler has been at its maximum for 15 minutes and wants more.',
    not_when:
      'it is at its minimum, minimum and maximum are the same, or it is at its maximum and wants no more',
    alert_name: 'KubeHpaMaxedOut',
    check: each('HorizontalPodAutoscaler', maxedOut),
  },
  {
    ...hpa,
    id: 'hpa-replicas-mismatch',
    severity: 'MEDIUM',
    condition: 'The target of an autoscaler has had other than the wanted number of replicas for 15 minutes.',
    not_when: 'it scaled within that time, or it wants what is there',
    alert_name: 'KubeHpaReplicasMismatch',
    check: each('HorizontalPodAutoscaler', mismatch),
  },
  {
    ...hpa,
    id: 'hpa-flapping',
    severity: 'LOW',
    condition:
      'An autoscaler changed the number of replicas at least ten times within the last hour, up and down.',
    not_when: 'it went one way only, as in a rising load',
    documentation_url: `${doc}#flapping`,
    needs: ['HorizontalPodAutoscaler', 'Event'],
    check: each('HorizontalPodAutoscaler', flapping),
  },
]

const scaled = ['Deployment', 'StatefulSet', 'ReplicaSet'] as const
const unscalable: ReadonlySet<string> = new Set(['DaemonSet', 'Job', 'CronJob', 'Pod', 'Service'])

function targetOf(
  one: HorizontalPodAutoscaler,
  view: ClusterView,
): { metadata: { uid: string }; spec: { template: { spec: PodSpec } } } | undefined {
  const { kind, name } = one.spec.scaleTargetRef
  const found = scaled.find((of) => of === kind)
  return found && view.get(found, one.metadata.namespace, name)
}

/** Whether the target is known to be missing, and not only of a kind that is not read. */
function missingTarget(one: HorizontalPodAutoscaler, view: ClusterView): string | undefined {
  const { kind, name } = one.spec.scaleTargetRef
  if (unscalable.has(kind)) return `${kind} ${name} cannot be scaled`
  if ((scaled as readonly string[]).includes(kind))
    return targetOf(one, view) ? undefined : `${kind} ${name} does not exist`
  const able = conditionOf(one.status.conditions, 'AbleToScale')
  return able?.status === 'False' && able.reason === 'FailedGetScale'
    ? `${kind} ${name} has no scale that can be read`
    : undefined
}

function* targetMissing(one: HorizontalPodAutoscaler, view: ClusterView): Generator<Observation> {
  const missing = missingTarget(one, view)
  if (missing === undefined) return
  const object = refOf('HorizontalPodAutoscaler', one)
  const able = conditionOf(one.status.conditions, 'AbleToScale')
  const { kind, name } = one.spec.scaleTargetRef
  yield {
    object,
    title: `It scales nothing: ${missing}.`,
    sinceMs: able?.status === 'False' ? msOf(able.lastTransitionTime) : undefined,
    evidence: [
      fieldEvidence(object, 'spec.scaleTargetRef', `${kind}/${name}`),
      ...(able ? [conditionEvidence(object, able)] : []),
    ],
    remediation: [
      advice(
        'See what is there to be scaled.',
        `kubectl get deployments,statefulsets -n ${quoted(object.namespace)}`,
      ),
      describe(object),
    ],
  }
}

function* metricsUnavailable(one: HorizontalPodAutoscaler, view: ClusterView): Generator<Observation> {
  if (view.isKnown('Deployment') && view.isKnown('StatefulSet') && missingTarget(one, view) !== undefined)
    return
  const active = conditionOf(one.status.conditions, 'ScalingActive')
  const able = conditionOf(one.status.conditions, 'AbleToScale')
  const isOff = active?.reason === 'ScalingDisabled'
  const bad = active?.status === 'False' && !isOff ? active : able?.status === 'False' ? able : undefined
  if (!bad) return
  const sinceMs = msOf(bad.lastTransitionTime)
  if (heldMs(view, sinceMs) < 5 * minute) return
  const object = refOf('HorizontalPodAutoscaler', one)
  const events = view
    .eventsOf({ ...object, uid: one.metadata.uid })
    .filter(({ reason }) => reason.startsWith('Failed'))
  const isResource = /resource metric|metrics\.k8s\.io/i.test(`${bad.reason} ${bad.message.slice(0, 1_000)}`)
  yield {
    object,
    title:
      bad === active
        ? `It cannot get its metrics: ${bad.reason || bad.message}.`
        : `It cannot scale: ${bad.reason || bad.message}.`,
    sinceMs,
    evidence: [conditionEvidence(object, bad), ...events.slice(0, 2).map(eventEvidence)],
    causes: isResource ? metricsApi(view) : [],
    remediation: [
      isResource
        ? advice(
            'See whether the metrics API answers.',
            'kubectl get apiservice v1beta1.metrics.k8s.io -o yaml',
          )
        : advice('See whether the APIs of custom and external metrics answer.', 'kubectl get apiservices'),
      describe(object),
    ],
  }
}

function metricsApi(view: ClusterView) {
  const name = 'v1beta1.metrics.k8s.io'
  if (!view.isKnown('APIService')) return []
  const api = view.get('APIService', '', name)
  const available = api && conditionOf(api.status.conditions, 'Available')
  if (available?.status === 'True') return []
  const text = api
    ? `APIService ${name} is not available.`
    : 'The cluster has no metrics API (no metrics-server).'
  return [{ object: { kind: 'APIService', namespace: '', name }, rule: null, text, relation: 'reads' }]
}

function* noRequests(one: HorizontalPodAutoscaler, view: ClusterView): Generator<Observation> {
  const target = targetOf(one, view)
  if (!target) return
  for (const { type, resource, containerResource } of one.spec.metrics) {
    const name = type === 'Resource' && resource?.target?.type === 'Utilization' ? resource.name : undefined
    const only = type === 'ContainerResource' ? containerResource : undefined
    const wanted = name ?? only?.name
    if (!wanted) continue
    const { containers, initContainers } = target.spec.template.spec
    const counting = [
      ...containers,
      ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always'),
    ]
    const without = counting
      .filter((container) => !only || container.name === only.container)
      .filter(
        ({ resources }) => resources.requests[wanted] === undefined && resources.limits[wanted] === undefined,
      )
    if (without.length === 0 || hasDefault(view, one.metadata.namespace, wanted)) continue
    const object = refOf('HorizontalPodAutoscaler', one)
    const names = without.map((container) => container.name).join(', ')
    yield {
      object,
      title: `It scales by the use of ${wanted}, which container ${names} of ${one.spec.scaleTargetRef.kind} ${one.spec.scaleTargetRef.name} does not request.`,
      sinceMs: undefined,
      discriminator: wanted,
      evidence: [
        fieldEvidence(object, 'spec.metrics', `${type} ${wanted}`),
        fieldEvidence(
          {
            kind: one.spec.scaleTargetRef.kind,
            namespace: object.namespace,
            name: one.spec.scaleTargetRef.name,
          },
          'spec.template.spec.containers',
          `${names} without a request for ${wanted}`,
        ),
      ],
      remediation: [
        advice(
          'State a request; see on the server what that would change.',
          `kubectl set resources ${quoted(one.spec.scaleTargetRef.kind.toLowerCase())} ${quoted(one.spec.scaleTargetRef.name)} -n ${quoted(object.namespace)} --requests=${quoted(`${wanted}=${wanted === 'cpu' ? '100m' : '128Mi'}`)} --dry-run=server`,
        ),
      ],
    }
  }
}

/** A limit range may give what the template leaves out. */
const hasDefault = (view: ClusterView, namespace: string, resource: string): boolean =>
  view
    .list('LimitRange', namespace)
    .some(({ spec }) =>
      spec.limits.some(
        ({ type, defaultRequest, default: limit }) =>
          type === 'Container' && (defaultRequest[resource] ?? limit[resource]) !== undefined,
      ),
    )

const longMs = 15 * minute

function* maxedOut(one: HorizontalPodAutoscaler, view: ClusterView): Generator<Observation> {
  const { minReplicas = 1, maxReplicas } = one.spec
  const { currentReplicas } = one.status
  const limited = conditionOf(one.status.conditions, 'ScalingLimited')
  if (maxReplicas === undefined || minReplicas >= maxReplicas || currentReplicas !== maxReplicas) return
  if (limited?.status !== 'True' || limited.reason !== 'TooManyReplicas') return
  const sinceMs = msOf(limited.lastTransitionTime)
  if (heldMs(view, sinceMs) < longMs) return
  const object = refOf('HorizontalPodAutoscaler', one)
  yield {
    object,
    title: `It is at its maximum of ${maxReplicas} replicas and wants more.`,
    sinceMs,
    evidence: [
      conditionEvidence(object, limited),
      fieldEvidence(
        object,
        'status.currentReplicas',
        `${currentReplicas}, from ${minReplicas} to ${maxReplicas}`,
      ),
    ],
    remediation: [
      patch(
        object,
        { spec: { maxReplicas: Math.ceil(maxReplicas * 1.5) } },
        'See on the server what a higher maximum would change, and whether the nodes have room for it.',
      ),
      describe(object),
    ],
  }
}

function* mismatch(one: HorizontalPodAutoscaler, view: ClusterView): Generator<Observation> {
  const { currentReplicas, desiredReplicas, lastScaleTime } = one.status
  if (currentReplicas === undefined || desiredReplicas === undefined || currentReplicas === desiredReplicas)
    return
  if (desiredReplicas === 0) return
  const sinceMs = msOf(lastScaleTime) ?? msOf(one.metadata.creationTimestamp)
  if (heldMs(view, sinceMs) < longMs) return
  const object = refOf('HorizontalPodAutoscaler', one)
  yield {
    object,
    title: `It wants ${desiredReplicas} replicas, and there are ${currentReplicas}.`,
    sinceMs,
    evidence: [
      fieldEvidence(object, 'status.desiredReplicas', String(desiredReplicas), sinceMs),
      fieldEvidence(object, 'status.currentReplicas', String(currentReplicas)),
    ],
    remediation: [
      advice(
        'See why its target does not follow.',
        `kubectl describe ${quoted(one.spec.scaleTargetRef.kind.toLowerCase())}/${quoted(one.spec.scaleTargetRef.name)} -n ${quoted(object.namespace)}`,
      ),
      describe(object),
    ],
  }
}

const flapsMin = 10

function* flapping(one: HorizontalPodAutoscaler, view: ClusterView): Generator<Observation> {
  const object = refOf('HorizontalPodAutoscaler', one)
  const events = view
    .eventsOf({ ...object, uid: one.metadata.uid })
    .filter(({ reason, lastMs }) => reason === 'SuccessfulRescale' && view.timeMs - lastMs <= hour)
  // The reason in the message tells the way: below target goes down, above goes up.
  const sum = (test: RegExp): number =>
    events.filter(({ message }) => test.test(message)).reduce((all, { count }) => all + count, 0)
  const [up, down] = [sum(/above target/i), sum(/below target/i)]
  if (up + down < flapsMin || Math.min(up, down) < 3) return
  yield {
    object,
    title: `It changed the number of replicas ${up + down} times within an hour: ${up} times up, ${down} times down.`,
    sinceMs: Math.min(...events.map(({ firstMs }) => firstMs)),
    evidence: events.slice(0, 4).map(eventEvidence),
    remediation: [
      patch(
        object,
        { spec: { behavior: { scaleDown: { stabilizationWindowSeconds: 600 } } } },
        'See on the server what a longer stabilization window would change.',
      ),
    ],
  }
}
