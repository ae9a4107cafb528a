import type { FindingCause } from '@aiops/contract/model/finding'
import type { Kind, ObjectOf } from '../../object/kind.ts'
import type { ClusterView } from '../../view.ts'
import {
  conditionEvidence,
  conditionOf,
  earliest,
  eventEvidence,
  minute,
  msOf,
  readable,
} from '../evidence.ts'
import { advice, describe, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'

export const podCreationRules: readonly Rule[] = [
  {
    id: 'pod-creation-refused',
    analyzer: 'ReplicaSet',
    kind: 'ReplicaSet, StatefulSet, DaemonSet, Job',
    severity: 'HIGH',
    condition:
      'The API refuses the pods that a controller makes, with by whom: a quota, a limit range, a missing service account or priority class, pod security, an admission webhook.',
    not_when: 'all its pods are there, it wants none, or the refusal is more than ten minutes old',
    documentation_url: 'https://kubernetes.io/docs/concepts/policy/resource-quotas/',
    alert_name: 'KubeDeploymentReplicasMismatch',
    needs: ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'],
    explainedBy: [
      'ResourceQuota',
      'LimitRange',
      'ServiceAccount',
      'PriorityClass',
      'ValidatingWebhookConfiguration',
      'MutatingWebhookConfiguration',
    ],
    check: refused,
  },
]

type Refusal = { test: RegExp; title: string; advice: string; command: (namespace: string) => string }
const refusals: readonly Refusal[] = [
  {
    test: /exceeded quota/i,
    title: 'a quota is used up',
    advice: 'Raise the quota, or give something back.',
    command: (namespace) => `kubectl describe resourcequota -n ${namespace}`,
  },
  {
    test: /failed quota|must specify (limits|requests|cpu|memory)/i,
    title: 'a quota asks for requests or limits that the pod does not state',
    advice: 'State requests and limits in the template, or give the namespace a limit range with defaults.',
    command: (namespace) => `kubectl describe resourcequota,limitrange -n ${namespace}`,
  },
  {
    test: /(maximum|minimum) (cpu|memory|.*?) usage per|limit to request ratio|must be less than or equal to .* limit/i,
    title: 'a limit range does not allow its requests or limits',
    advice: 'Bring requests and limits within the limit range; its defaults count too.',
    command: (namespace) => `kubectl describe limitrange -n ${namespace}`,
  },
  {
    test: /serviceaccount "?[^"\s]+"? not found|error looking up service account/i,
    title: 'its service account does not exist',
    advice: 'Create the service account, or correct serviceAccountName.',
    command: (namespace) => `kubectl get serviceaccounts -n ${namespace}`,
  },
  {
    test: /no PriorityClass with name/i,
    title: 'its priority class does not exist',
    advice: 'Create the class, or correct priorityClassName.',
    command: () => 'kubectl get priorityclasses',
  },
  {
    test: /RuntimeClass .*not found/i,
    title: 'its runtime class does not exist',
    advice: 'Create the class, or correct runtimeClassName.',
    command: () => 'kubectl get runtimeclasses',
  },
  {
    test: /violates PodSecurity|unable to validate against any (pod security policy|security context constraint)/i,
    title: 'pod security does not allow what it asks for',
    advice: 'Take out of the template what is not allowed, or run it where the level allows it.',
    command: (namespace) => `kubectl get namespace ${namespace} --show-labels`,
  },
  {
    test: /failed calling webhook/i,
    title: 'an admission webhook does not answer',
    advice:
      'See the service behind the webhook; while it is down and its failurePolicy is Fail, no pods come to be.',
    command: () => 'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations',
  },
  {
    test: /admission webhook .* denied|denied the request/i,
    title: 'an admission policy denies it',
    advice: 'See what the policy asks for.',
    command: () => 'kubectl get validatingwebhookconfigurations,validatingadmissionpolicies',
  },
  {
    test: /is being terminated/i,
    title: 'its namespace is being deleted',
    advice: 'Nothing can be made there any more.',
    command: (namespace) => `kubectl get namespace ${namespace} -o yaml`,
  },
]
const otherRefusal: Refusal = {
  test: /^/,
  title: 'the API gives another reason',
  advice: 'See what the API says.',
  command: (namespace) => `kubectl get events -n ${namespace} --field-selector reason=FailedCreate`,
}
export const refusalOf = (message: string): Refusal =>
  refusals.find(({ test }) => test.test(readable(message))) ?? otherRefusal

const recentMs = 10 * minute

function* refused(view: ClusterView): Generator<Observation | undefined> {
  for (const set of view.list('ReplicaSet')) {
    const failure = conditionOf(set.status.conditions, 'ReplicaFailure')
    if (failure?.status !== 'True' || (set.spec.replicas ?? 1) <= (set.status.replicas ?? 0)) continue
    const object = refOf('ReplicaSet', set)
    const events = view
      .eventsOf({ ...object, uid: set.metadata.uid })
      .filter(({ reason }) => reason === 'FailedCreate')
    const evidence = [conditionEvidence(object, failure), ...events.slice(0, 2).map(eventEvidence)]
    yield observation(view, object, failure.message, msOf(failure.lastTransitionTime), evidence)
  }
  yield
  yield* byEvents(view, 'StatefulSet', ({ spec, status }) => (spec.replicas ?? 1) > (status.replicas ?? 0))
  yield* byEvents(
    view,
    'DaemonSet',
    ({ status }) => (status.desiredNumberScheduled ?? 0) > (status.currentNumberScheduled ?? 0),
  )
  yield* byEvents(
    view,
    'Job',
    ({ spec, status }) => !spec.suspend && !status.completionTime && !(status.active ?? 0),
  )
}

/** These have no condition for it. */
function* byEvents<K extends 'StatefulSet' | 'DaemonSet' | 'Job'>(
  view: ClusterView,
  kind: K,
  lacks: (one: ObjectOf<K>) => boolean,
): Generator<Observation> {
  for (const one of view.list(kind)) {
    if (!lacks(one)) continue
    const object = refOf(kind satisfies Kind, one)
    const [newest, ...older] = view
      .eventsOf({ ...object, uid: one.metadata.uid })
      .filter(({ reason }) => reason === 'FailedCreate')
    if (!newest || view.timeMs - newest.lastMs > recentMs) continue
    const sinceMs = earliest(newest.firstMs, ...older.map(({ firstMs }) => firstMs))
    yield observation(
      view,
      object,
      newest.message,
      sinceMs,
      [newest, ...older.slice(0, 1)].map(eventEvidence),
    )
  }
}

function observation(
  view: ClusterView,
  object: Observation['object'],
  message: string,
  sinceMs: number | undefined,
  evidence: Observation['evidence'],
): Observation {
  const refusal = refusalOf(message)
  return {
    object,
    title: `Its pods cannot be made: ${refusal.title}.`,
    sinceMs,
    evidence,
    causes: culprits(readable(message), object.namespace, view),
    remediation: [advice(refusal.advice, refusal.command(quoted(object.namespace))), describe(object)],
  }
}

/** The object that the API names as the reason. */
function culprits(message: string, namespace: string, view: ClusterView): FindingCause[] {
  const found: FindingCause[] = []
  const add = (kind: string, name: string, text: string, relation: string, of = namespace): void => {
    found.push({ object: { kind, namespace: of, name }, rule: null, text, relation })
  }
  const [, quota] = /(?:exceeded|failed) quota: ([^\s,]+)/i.exec(message) ?? []
  if (quota) add('ResourceQuota', quota, `ResourceQuota ${quota} allows no more.`, 'is bounded by')
  const [, account] = /serviceaccount "?([^"\s]+)"? not found/i.exec(message) ?? []
  const accountName = account?.split('/').at(-1)
  if (accountName)
    add('ServiceAccount', accountName, `ServiceAccount ${accountName} does not exist.`, 'runs as')
  const [, priority] = /no PriorityClass with name "?([^"\s]+?)"? was found/i.exec(message) ?? []
  if (priority)
    add('PriorityClass', priority, `PriorityClass ${priority} does not exist.`, 'has the priority of', '')
  const [, webhook] = /webhook "([^"]+)"/i.exec(message) ?? []
  if (webhook) {
    const kinds = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'] as const
    for (const kind of kinds)
      for (const one of view.list(kind))
        if (one.webhooks.some(({ name }) => name === webhook))
          add(kind, one.metadata.name, `Webhook ${webhook} stands in the way.`, 'is admitted by', '')
  }
  return found
}
