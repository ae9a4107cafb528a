import type { Container } from '../../object/pod.ts'
import type { LimitRange, Namespace, ResourceQuota } from '../../object/policy.ts'
import { quantityOf } from '../../object/quantity.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import {
  conditionEvidence,
  counted,
  eventEvidence,
  fieldEvidence,
  heldMs,
  hour,
  minute,
  msOf,
  spanOf,
} from '../evidence.ts'
import { advice, describe, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'

const policy = 'https://kubernetes.io/docs/concepts/policy/'

/** What bounds a namespace: quotas, limit ranges, and its own end. */
export const boundRules: readonly Rule[] = [
  {
    id: 'quota-refused',
    analyzer: 'ResourceQuota',
    kind: 'ResourceQuota',
    severity: 'MEDIUM',
    condition: 'A quota has refused something within the last hour: the API said that it was exceeded.',
    not_when: 'it is full and nobody asked for more',
    documentation_url: `${policy}resource-quotas/`,
    alert_name: 'KubeQuotaFullyUsed',
    needs: ['ResourceQuota', 'Event'],
    check: quotaRefused,
  },
  {
    id: 'quota-exceeded',
    analyzer: 'ResourceQuota',
    kind: 'ResourceQuota',
    severity: 'MEDIUM',
    condition:
      'More of a resource is used than its quota allows, as after it was lowered: nothing more can be made.',
    not_when: 'it is used exactly up to the quota',
    documentation_url: `${policy}resource-quotas/`,
    alert_name: 'KubeQuotaExceeded',
    needs: ['ResourceQuota'],
    check: each('ResourceQuota', (one) => quotaUse(one, (share) => share > 1)),
  },
  {
    id: 'quota-nearly-full',
    analyzer: 'ResourceQuota',
    kind: 'ResourceQuota',
    severity: 'LOW',
    condition:
      'More than nine tenths of a quota for CPU, memory, storage, pods or devices are used, or all of it.',
    not_when:
      'a count of other objects is used as it was meant, as one load balancer of one, or the quota forbids by 0',
    documentation_url: `${policy}resource-quotas/`,
    alert_name: 'KubeQuotaAlmostFull',
    needs: ['ResourceQuota'],
    check: each('ResourceQuota', (one) =>
      quotaUse(one, (share, name) => share > 0.9 && share <= 1 && isGraded(name)),
    ),
  },
  {
    id: 'limit-range-conflict',
    analyzer: 'LimitRange',
    kind: 'LimitRange',
    severity: 'MEDIUM',
    condition:
      'A limit range does not let the containers of a workload in: a request above the default limit that it gives, or requests or limits beyond what it allows.',
    not_when: 'the template states both within the bounds, or the workload is scaled to zero',
    documentation_url: `${policy}limit-range/`,
    alert_name: null,
    needs: ['LimitRange', 'Deployment', 'StatefulSet', 'DaemonSet'],
    check: each('LimitRange', limitConflict),
  },
  {
    id: 'namespace-stuck-terminating',
    analyzer: 'Namespace',
    kind: 'Namespace',
    severity: 'MEDIUM',
    condition:
      'A namespace has been in deletion for more than ten minutes, with what holds it: objects, finalizers, an API that does not answer.',
    not_when: 'it is being deleted for less than that',
    documentation_url: 'https://kubernetes.io/docs/tasks/administer-cluster/namespaces/#deleting-a-namespace',
    alert_name: null,
    needs: ['Namespace'],
    explainedBy: ['APIService'],
    check: each('Namespace', terminating),
  },
]

function* quotaRefused(view: ClusterView): Generator<Observation | undefined> {
  const refused = new Map<string, ReturnType<ClusterView['eventsOf']>[number][]>()
  for (const [i, event] of view.list('Event').entries()) {
    if (i % 1_000 === 999) yield
    if (event.reason !== 'FailedCreate' || view.timeMs - event.lastMs > hour) continue
    const [, name] = /exceeded quota: ([^\s,]+)/.exec(event.message.slice(0, 2_000)) ?? []
    if (!name) continue
    const key = `${event.about.namespace}/${name}`
    const list = refused.get(key)
    if (list) list.push(event)
    else refused.set(key, [event])
  }
  for (const [key, events] of refused) {
    const [namespace = '', name = ''] = key.split('/')
    const quota = view.get('ResourceQuota', namespace, name)
    if (!quota) continue
    const object = refOf('ResourceQuota', quota)
    events.sort((a, b) => b.lastMs - a.lastMs)
    yield {
      object,
      title: `It refused pods of ${[...new Set(events.map(({ about }) => `${about.kind} ${about.name}`))].slice(0, 3).join(', ')}.`,
      sinceMs: Math.min(...events.map(({ firstMs }) => firstMs)),
      evidence: [...events.slice(0, 4).map(eventEvidence), ...useEvidence(quota)],
      remediation: [
        describe(object),
        advice('See who uses it.', `kubectl top pods -n ${quoted(namespace)} --sort-by=memory`),
      ],
    }
  }
}

const useEvidence = (one: ResourceQuota): Observation['evidence'] =>
  Object.entries(one.status.hard)
    .filter(([name]) => shareOf(one, name) > 0.9)
    .slice(0, 6)
    .map(([name, hard]) =>
      fieldEvidence(
        refOf('ResourceQuota', one),
        `status.used[${name}]`,
        `${one.status.used[name] ?? '0'} of ${hard}`,
      ),
    )

function shareOf({ status }: ResourceQuota, name: string): number {
  const [used, hard] = [quantityOf(status.used[name]), quantityOf(status.hard[name])]
  if (!Number.isFinite(used) || !Number.isFinite(hard)) return 0
  // A quota of 0 forbids; only what is there in spite of it counts.
  return hard === 0 ? (used > 0 ? Number.POSITIVE_INFINITY : 0) : used / hard
}

/** What is used by degrees; other counts are often meant to be used up. */
const isGraded = (name: string): boolean =>
  /(^|\.)(cpu|memory|storage|ephemeral-storage)$|^pods$|^requests\.[\w.-]+\//.test(name)

function* quotaUse(
  one: ResourceQuota,
  tells: (share: number, name: string) => boolean,
): Generator<Observation> {
  const near = Object.keys(one.status.hard).filter((name) => tells(shareOf(one, name), name))
  if (near.length === 0) return
  const object = refOf('ResourceQuota', one)
  const said = near.slice(0, 3).map((name) => `${one.status.used[name]} of ${one.status.hard[name]} ${name}`)
  yield {
    object,
    title: `Used of the quota: ${said.join(', ')}.`,
    sinceMs: undefined,
    evidence: near
      .slice(0, 10)
      .map((name) =>
        fieldEvidence(
          object,
          `status.used[${name}]`,
          `${one.status.used[name] ?? ''} of ${one.status.hard[name] ?? ''}`,
        ),
      ),
    remediation: [
      describe(object),
      advice(
        'See what the pods of the namespace request.',
        `kubectl get pods -n ${quoted(object.namespace)} -o custom-columns='NAME:.metadata.name,CPU:.spec.containers[*].resources.requests.cpu,MEMORY:.spec.containers[*].resources.requests.memory'`,
      ),
    ],
  }
}

type Limit = LimitRange['spec']['limits'][number]

function* limitConflict(one: LimitRange, view: ClusterView): Generator<Observation | undefined> {
  const { namespace } = one.metadata
  const limits = one.spec.limits.filter(({ type }) => type === 'Container')
  if (limits.length === 0) return
  const object = refOf('LimitRange', one)
  const workloads = [
    ...view
      .list('Deployment', namespace)
      .filter(({ spec }) => (spec.replicas ?? 1) > 0)
      .map((of) => ({ kind: 'Deployment', of })),
    ...view
      .list('StatefulSet', namespace)
      .filter(({ spec }) => (spec.replicas ?? 1) > 0)
      .map((of) => ({ kind: 'StatefulSet', of })),
    ...view.list('DaemonSet', namespace).map((of) => ({ kind: 'DaemonSet', of })),
  ]
  for (const [i, { kind, of }] of workloads.entries()) {
    if (i % 50 === 49) yield
    for (const container of of.spec.template.spec.containers) {
      const conflict = limits.map((limit) => conflictOf(container, limit)).find(Boolean)
      if (!conflict) continue
      const workload = refOf(kind, of)
      yield {
        object,
        title: `Container ${container.name} of ${kind} ${workload.name} is not let in: ${conflict}.`,
        sinceMs: undefined,
        discriminator: `${kind}/${workload.name}/${container.name}`,
        evidence: [
          fieldEvidence(object, 'spec.limits', conflict),
          fieldEvidence(
            workload,
            `spec.template.spec.containers[${container.name}].resources`,
            JSON.stringify(container.resources),
          ),
        ],
        remediation: [
          advice(
            'State request and limit in the template, within the bounds.',
            `kubectl describe limitrange ${quoted(object.name)} -n ${quoted(namespace)}`,
          ),
        ],
      }
    }
  }
}

/** In the words of the API, which fills in the defaults first. */
function conflictOf({ resources }: Container, limit: Limit): string | undefined {
  const names = new Set([
    ...Object.keys(limit.default),
    ...Object.keys(limit.max),
    ...Object.keys(limit.min),
    ...Object.keys(limit.defaultRequest),
  ])
  for (const name of names) {
    const stated = resources.requests[name]
    const cap = resources.limits[name] ?? limit.default[name]
    const request = stated ?? resources.limits[name] ?? limit.defaultRequest[name] ?? limit.default[name]
    const over = (a: string | undefined, b: string | undefined): boolean => quantityOf(a) > quantityOf(b)
    if (stated !== undefined && over(stated, cap))
      return `it requests ${stated} of ${name}, and the limit that the range gives it is ${cap}`
    if (over(cap, limit.max[name]))
      return `its limit of ${cap} of ${name} is above the maximum of ${limit.max[name]}`
    if (over(request, limit.max[name]))
      return `its request of ${request} of ${name} is above the maximum of ${limit.max[name]}`
    if (over(limit.min[name], request))
      return `its request of ${request} of ${name} is below the minimum of ${limit.min[name]}`
  }
  return undefined
}

function* terminating(one: Namespace, view: ClusterView): Generator<Observation> {
  const sinceMs = msOf(one.metadata.deletionTimestamp)
  if (one.status.phase !== 'Terminating' || sinceMs === undefined || heldMs(view, sinceMs) < 10 * minute)
    return
  const object = refOf('Namespace', one)
  const bad = one.status.conditions.filter(({ status }) => status === 'True')
  const told =
    bad.find(({ type }) => type === 'NamespaceDeletionDiscoveryFailure') ??
    bad.find(({ type }) => type === 'NamespaceFinalizersRemaining') ??
    bad.find(({ type }) => type === 'NamespaceContentRemaining')
  const isDiscovery = told?.type === 'NamespaceDeletionDiscoveryFailure'
  yield {
    object,
    title: `It has been in deletion for ${spanOf(heldMs(view, sinceMs))}: ${told?.message || (one.spec.finalizers.length > 0 ? `finalizer ${one.spec.finalizers.join(', ')}` : 'no reason is given')}.`,
    sinceMs,
    evidence: [
      fieldEvidence(object, 'metadata.deletionTimestamp', one.metadata.deletionTimestamp ?? '', sinceMs),
      ...bad.slice(0, 5).map((condition) => conditionEvidence(object, condition)),
      ...(one.metadata.finalizers.length > 0
        ? [fieldEvidence(object, 'metadata.finalizers', one.metadata.finalizers.join(', '))]
        : []),
    ],
    causes: isDiscovery ? unavailableApis(view) : [],
    remediation: [
      isDiscovery
        ? advice(
            'An API that does not answer must be brought back or taken away first: nobody knows what of it is in the namespace.',
            'kubectl get apiservices',
          )
        : advice(
            `See what is left in it, and which controller should take its finalizer away; ${counted(view.list('Pod', object.name).length, 'pod')} of it are known.`,
            `kubectl get namespace ${quoted(object.name)} -o jsonpath='{.status.conditions}'`,
          ),
      advice('List what can be in a namespace.', 'kubectl api-resources --verbs=list --namespaced -o name'),
    ],
  }
}

function unavailableApis(view: ClusterView) {
  return view
    .list('APIService')
    .filter(({ status }) =>
      status.conditions.some(({ type, status: of }) => type === 'Available' && of === 'False'),
    )
    .slice(0, 5)
    .map((api) => ({
      object: refOf('APIService', api),
      rule: null,
      text: `APIService ${api.metadata.name} is not available.`,
      relation: 'waits for',
    }))
}
