import type { Pod } from '../../object/pod.ts'
import type { PodDisruptionBudget } from '../../object/policy.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { conditionEvidence, conditionOf, counted, fieldEvidence, heldMs, minute, msOf } from '../evidence.ts'
import { advice, describe, quoted } from '../kubectl.ts'
import { matches, podsNear } from '../relation.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { podEvidence, unreadyOf } from './pod-set.ts'

const doc = 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/'
const pdb = {
  analyzer: 'PodDisruptionBudget',
  kind: 'PodDisruptionBudget',
  needs: ['PodDisruptionBudget', 'Pod'],
  documentation_url: doc,
  alert_name: null,
} as const

export const disruptionBudgetRules: readonly Rule[] = [
  {
    ...pdb,
    id: 'pdb-not-enough-healthy',
    severity: 'MEDIUM',
    condition:
      'A budget has had fewer healthy pods than it asks for, for five minutes, so that no node with one of them can be drained.',
    not_when: 'all its pods are healthy, or the pods became unready within five minutes',
    alert_name: 'KubePdbNotEnoughHealthyPods',
    check: each('PodDisruptionBudget', unhealthy),
  },
  {
    ...pdb,
    id: 'pdb-blocks-drain',
    severity: 'LOW',
    condition:
      'A budget allows no disruption though all its pods are healthy: it asks for as many as there are. MEDIUM while a node with one of its pods is cordoned.',
    not_when:
      'it allows one or more, it selects no pod, or not all of its pods are healthy (pdb-not-enough-healthy)',
    documentation_url: `${doc}#arbitrary-controllers-and-selectors`,
    check: each('PodDisruptionBudget', blocking),
  },
  {
    ...pdb,
    id: 'pdb-selects-nothing',
    severity: 'LOW',
    condition: 'The selector of a budget matches no pod, nor the template of any workload in its namespace.',
    not_when: 'a workload that it would match is scaled to zero, or the budget was made within ten minutes',
    needs: ['PodDisruptionBudget', 'Pod', 'Deployment', 'StatefulSet', 'ReplicaSet', 'Job'],
    check: each('PodDisruptionBudget', empty),
  },
  {
    ...pdb,
    id: 'pdb-overlap',
    severity: 'MEDIUM',
    condition: 'A pod is under more than one budget, so that the eviction API refuses to evict it at all.',
    not_when: 'the budgets select different pods',
    check: overlap,
  },
  {
    ...pdb,
    id: 'pdb-sync-failed',
    severity: 'MEDIUM',
    condition:
      'The controller cannot work out a budget (condition DisruptionAllowed is False for SyncFailed).',
    not_when: 'the budget is only used up (InsufficientPods)',
    check: each('PodDisruptionBudget', syncFailed),
  },
]

function podsOf(one: PodDisruptionBudget, view: ClusterView): Pod[] {
  const { selector } = one.spec
  // An empty selector of a budget selects all of its namespace.
  return selector
    ? podsNear(view, one.metadata.namespace, selector).filter((pod) => matches(selector, pod.metadata.labels))
    : []
}

const stateOf = ({ status, spec }: PodDisruptionBudget): string =>
  `healthy ${status.currentHealthy ?? 0}, wanted ${status.desiredHealthy ?? 0}, expected ${status.expectedPods ?? 0}, disruptions allowed ${status.disruptionsAllowed ?? 0} (${spec.minAvailable === undefined ? `maxUnavailable ${spec.maxUnavailable ?? ''}` : `minAvailable ${spec.minAvailable}`})`

function* unhealthy(one: PodDisruptionBudget, view: ClusterView): Generator<Observation> {
  const { currentHealthy = 0, desiredHealthy = 0, expectedPods = 0 } = one.status
  if (expectedPods === 0 || currentHealthy >= desiredHealthy || currentHealthy >= expectedPods) return
  const allowed = conditionOf(one.status.conditions, 'DisruptionAllowed')
  const sinceMs = allowed?.status === 'False' ? msOf(allowed.lastTransitionTime) : undefined
  const unready = unreadyOf(podsOf(one, view))
  const newest = Math.max(
    0,
    ...unready.map((pod) => msOf(conditionOf(pod.status.conditions, 'Ready')?.lastTransitionTime) ?? 0),
  )
  if (view.timeMs - newest < 5 * minute || (sinceMs !== undefined && heldMs(view, sinceMs) < 5 * minute))
    return
  const object = refOf('PodDisruptionBudget', one)
  yield {
    object,
    title: `Only ${currentHealthy} of the ${desiredHealthy} pods that it asks for are healthy, so none may be evicted.`,
    sinceMs: newest > 0 ? newest : sinceMs,
    evidence: [
      fieldEvidence(object, 'status', stateOf(one)),
      ...(allowed ? [conditionEvidence(object, allowed)] : []),
      ...podEvidence(unready),
    ],
    remediation: [
      describe(object),
      advice('See its pods.', `kubectl get pods -n ${quoted(object.namespace)} -o wide`),
    ],
  }
}

function* blocking(one: PodDisruptionBudget, view: ClusterView): Generator<Observation> {
  const { currentHealthy = 0, expectedPods = 0, desiredHealthy = 0, disruptionsAllowed } = one.status
  if (
    disruptionsAllowed !== 0 ||
    expectedPods === 0 ||
    currentHealthy < expectedPods ||
    desiredHealthy < expectedPods
  )
    return
  const object = refOf('PodDisruptionBudget', one)
  const cordoned = podsOf(one, view).filter(
    (pod) => view.get('Node', '', pod.spec.nodeName ?? '')?.spec.unschedulable,
  )
  const nodes = [...new Set(cordoned.map((pod) => pod.spec.nodeName ?? ''))]
  const allowed = conditionOf(one.status.conditions, 'DisruptionAllowed')
  yield {
    object,
    title:
      nodes.length > 0
        ? `It allows no disruption, and node ${nodes.slice(0, 3).join(', ')}, which is cordoned, cannot be drained.`
        : `It allows no disruption: it asks for all ${counted(expectedPods, 'pod')}, so their nodes cannot be drained.`,
    severity: nodes.length > 0 ? 'MEDIUM' : 'LOW',
    sinceMs: msOf(allowed?.lastTransitionTime),
    evidence: [
      fieldEvidence(object, 'status', stateOf(one)),
      ...nodes
        .slice(0, 3)
        .map((name) => fieldEvidence({ kind: 'Node', namespace: '', name }, 'spec.unschedulable', 'true')),
    ],
    remediation: [
      advice(
        'Run one more replica, or ask for one pod less: maxUnavailable 1 always lets a drain go on.',
        `kubectl get pdb ${quoted(object.name)} -n ${quoted(object.namespace)} -o yaml`,
      ),
      ...nodes
        .slice(0, 1)
        .map((name) =>
          advice(
            'See what a drain would meet.',
            `kubectl drain ${quoted(name)} --ignore-daemonsets --dry-run=server`,
          ),
        ),
    ],
  }
}

function* empty(one: PodDisruptionBudget, view: ClusterView): Generator<Observation> {
  const { selector } = one.spec
  const { namespace } = one.metadata
  if (
    !selector ||
    (one.status.expectedPods ?? 0) > 0 ||
    heldMs(view, msOf(one.metadata.creationTimestamp)) < 10 * minute
  )
    return
  if (podsOf(one, view).length > 0) return
  const templates = [
    ...view.list('Deployment', namespace),
    ...view.list('StatefulSet', namespace),
    ...view.list('ReplicaSet', namespace),
    ...view.list('Job', namespace),
  ]
  if (templates.some(({ spec }) => matches(selector, spec.template.metadata.labels))) return
  const object = refOf('PodDisruptionBudget', one)
  const text = Object.entries(selector.matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
  yield {
    object,
    title: 'Its selector matches no pod and no workload of its namespace, so it protects nothing.',
    sinceMs: undefined,
    evidence: [fieldEvidence(object, 'spec.selector', text || JSON.stringify(selector))],
    remediation: [
      advice(
        'Compare the selector with the labels of the pods.',
        `kubectl get pods -n ${quoted(namespace)} --show-labels`,
      ),
    ],
  }
}

const budgetsMax = 200
const stretch = 500

/** In order of the budgets. */
function* budgetsByPod(
  view: ClusterView,
  namespace: string,
  budgets: readonly PodDisruptionBudget[],
): Generator<undefined, ReadonlyMap<Pod, readonly PodDisruptionBudget[]>> {
  const over = new Map<Pod, PodDisruptionBudget[]>()
  let seen = 0
  for (const budget of budgets) {
    yield
    const { selector } = budget.spec
    if (!selector) continue
    for (const pod of podsNear(view, namespace, selector)) {
      if (++seen % stretch === 0) yield
      if (!matches(selector, pod.metadata.labels)) continue
      const known = over.get(pod)
      if (known) known.push(budget)
      else over.set(pod, [budget])
    }
  }
  return over
}

/** Pods of each namespace against its budgets: there are few of those. */
function* overlap(view: ClusterView): Generator<Observation | undefined> {
  const namespaces = new Set(view.list('PodDisruptionBudget').map(({ metadata }) => metadata.namespace))
  for (const namespace of namespaces) {
    yield
    const budgets = view.list('PodDisruptionBudget', namespace).slice(0, budgetsMax)
    if (budgets.length < 2) continue
    const told = new Set<string>()
    const budgetsOf = yield* budgetsByPod(view, namespace, budgets)
    for (const [i, pod] of view.list('Pod', namespace).entries()) {
      if (i % stretch === stretch - 1) yield
      const over = budgetsOf.get(pod) ?? []
      if (over.length < 2 || pod.status.phase !== 'Running') continue
      const key = over.map(({ metadata }) => metadata.name).join(' and ')
      if (told.has(key)) continue
      told.add(key)
      const object = refOf('PodDisruptionBudget', over[0]!)
      yield {
        object,
        title: `Pod ${pod.metadata.name} is under budgets ${key} at once; the API refuses to evict such a pod.`,
        sinceMs: undefined,
        discriminator: key,
        evidence: over
          .slice(0, 5)
          .map((budget) =>
            fieldEvidence(
              refOf('PodDisruptionBudget', budget),
              'spec.selector',
              JSON.stringify(budget.spec.selector?.matchLabels ?? {}),
            ),
          ),
        remediation: [
          advice('Let each pod be under one budget.', `kubectl get pdb -n ${quoted(namespace)} -o yaml`),
        ],
      }
    }
  }
}

function* syncFailed(one: PodDisruptionBudget): Generator<Observation> {
  const allowed = conditionOf(one.status.conditions, 'DisruptionAllowed')
  if (allowed?.status !== 'False' || allowed.reason !== 'SyncFailed') return
  const object = refOf('PodDisruptionBudget', one)
  yield {
    object,
    title: `The budget cannot be worked out: ${allowed.message || allowed.reason}`,
    sinceMs: msOf(allowed.lastTransitionTime),
    evidence: [conditionEvidence(object, allowed)],
    remediation: [
      describe(object, 'See what the controller says: often pods without a controller that has a scale.'),
    ],
  }
}
