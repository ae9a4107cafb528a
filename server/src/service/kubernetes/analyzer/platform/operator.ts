import type { Conditioned, PolicyReport, ScaledObject } from '../../object/extension.ts'
import { isKind } from '../../object/kind.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { conditionEvidence, conditionOf, counted, fieldEvidence, heldMs, minute, msOf } from '../evidence.ts'
import { advice, describe, getYaml, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { briefly } from './briefly.ts'
import { sinceOf } from './gateway.ts'

const settleMs = 5 * minute

/** KEDA, the Prometheus operator, and reports of policy engines, where a cluster has them. */
export const operatorRules: readonly Rule[] = [
  {
    id: 'keda-scaled-object-not-ready',
    analyzer: 'KEDA',
    kind: 'ScaledObject',
    severity: 'MEDIUM',
    condition: 'A ScaledObject is not ready, or scales by its fallback because its triggers cannot be read.',
    not_when: 'It is not active (nothing to do) or paused: both are as they should be.',
    documentation_url: 'https://keda.sh/docs/latest/troubleshooting/',
    alert_name: null,
    needs: ['ScaledObject'],
    check: each('ScaledObject', scaled),
  },
  {
    id: 'keda-scale-target-missing',
    analyzer: 'KEDA',
    kind: 'ScaledObject',
    severity: 'MEDIUM',
    condition: 'A ScaledObject scales a workload that does not exist.',
    not_when: 'Its target is of a kind that is not read, such as one of a custom resource.',
    documentation_url: 'https://keda.sh/docs/latest/reference/scaledobject-spec/#scaletargetref',
    alert_name: null,
    needs: ['ScaledObject', 'Deployment', 'StatefulSet'],
    check: each('ScaledObject', targetMissing),
  },
  {
    id: 'policy-report-failing',
    analyzer: 'PolicyReport',
    kind: 'PolicyReport',
    severity: 'INFO',
    condition:
      'A policy engine such as Kyverno reports rules that an object fails, or that could not be applied (LOW).',
    not_when: 'It reports passes, warnings and skips alone.',
    documentation_url: 'https://kyverno.io/docs/guides/reports/',
    alert_name: null,
    needs: ['PolicyReport', 'ClusterPolicyReport'],
    check: reports,
  },
  ...(['Prometheus', 'Alertmanager'] as const).map(
    (kind): Rule => ({
      id: kind === 'Prometheus' ? 'prometheus-not-available' : 'alertmanager-not-available',
      analyzer: 'Prometheus',
      kind,
      severity: 'MEDIUM',
      condition: `The Prometheus operator says of ${kind === 'Prometheus' ? 'a Prometheus' : 'an Alertmanager'} that it is not wholly available, or that its configuration could not be carried out (Reconciled=False), such as of a relabelling that is wrong.`,
      not_when: 'It became so less than 5 minutes ago, as while its pods are renewed.',
      documentation_url: 'https://prometheus-operator.dev/docs/platform/troubleshooting/',
      alert_name: null,
      needs: [kind],
      check: each(kind, (one, view) => reconciled(kind, one, view)),
    }),
  ),
]

function* scaled(one: ScaledObject, view: ClusterView): Iterable<Observation> {
  const ready = conditionOf(one.status.conditions, 'Ready')
  const fallback = conditionOf(one.status.conditions, 'Fallback')
  const paused = conditionOf(one.status.conditions, 'Paused')
  const faults = [
    ready?.status === 'False' ? ready : undefined,
    fallback?.status === 'True' ? fallback : undefined,
  ].filter((condition) => condition !== undefined)
  const [first] = faults
  if (!first || paused?.status === 'True' || isTargetMissing(one, view)) return
  const ref = refOf('ScaledObject', one)
  yield {
    object: ref,
    title: `ScaledObject ${ref.name}: ${first.type}=${first.status}, ${briefly(first.message || first.reason)}.`,
    sinceMs: sinceOf(faults),
    evidence: faults.map((condition) => conditionEvidence(ref, condition)),
    remediation: [
      describe(ref),
      advice('See what KEDA says.', 'kubectl get pods -A -l app.kubernetes.io/part-of=keda-operator'),
    ],
  }
}

function isTargetMissing({ metadata, spec }: ScaledObject, view: ClusterView): boolean {
  const { kind = 'Deployment', name, apiVersion } = spec.scaleTargetRef
  if (kind !== 'Deployment' && kind !== 'StatefulSet') return false
  if (!isKind(kind) || name === '' || (apiVersion !== undefined && apiVersion !== 'apps/v1')) return false
  return view.get(kind, metadata.namespace, name) === undefined
}

function* targetMissing(one: ScaledObject, view: ClusterView): Iterable<Observation> {
  if (!isTargetMissing(one, view)) return
  const ref = refOf('ScaledObject', one)
  const { kind = 'Deployment', name } = one.spec.scaleTargetRef
  const target = { kind, namespace: ref.namespace, name }
  yield {
    object: ref,
    title: `ScaledObject ${ref.name} scales ${kind} ${name}, which does not exist.`,
    sinceMs: undefined,
    evidence: [
      fieldEvidence(ref, 'spec.scaleTargetRef', `${kind} ${name}`),
      fieldEvidence(target, kind, 'not found'),
    ],
    causes: [{ object: target, rule: null, text: `${kind} ${name} does not exist`, relation: 'scales' }],
    remediation: [
      advice('See what is there.', `kubectl get deployments,statefulsets -n ${quoted(ref.namespace)}`),
      describe(ref),
    ],
  }
}

function* reports(view: ClusterView): Iterable<Observation | undefined> {
  const all = [
    ...view.list('PolicyReport').map((report) => ({ report, kind: 'PolicyReport' })),
    ...view.list('ClusterPolicyReport').map((report) => ({ report, kind: 'ClusterPolicyReport' })),
  ]
  let seen = 0
  for (const { report, kind } of all) {
    if (++seen % 1_000 === 0) yield
    const { fail = 0, error = 0, pass = 0 } = report.summary
    if (fail + error === 0) continue
    yield reported(refOf(kind, report), report, { fail, error, pass })
  }
}

function reported(
  ref: ReturnType<typeof refOf>,
  { scope }: PolicyReport,
  { fail, error, pass }: { fail: number; error: number; pass: number },
): Observation {
  const about = scope && scope.name !== '' ? `${scope.kind} ${scope.name}` : `Report ${ref.name}`
  const what =
    fail > 0
      ? `fails ${counted(fail, 'rule')} of the policies`
      : `${counted(error, 'rule')} could not be applied`
  return {
    object: ref,
    title: `${about}: ${what}.`,
    severity: error > 0 ? 'LOW' : 'INFO',
    sinceMs: undefined,
    evidence: [fieldEvidence(ref, 'summary', `${fail} failed, ${error} in error, ${pass} passed`)],
    remediation: [getYaml(ref, 'See which rules, and why.')],
  }
}

function* reconciled(
  kind: 'Prometheus' | 'Alertmanager',
  one: Conditioned,
  view: ClusterView,
): Iterable<Observation> {
  const faults = one.status.conditions.filter(
    ({ type, status, lastTransitionTime }) =>
      (type === 'Available' || type === 'Reconciled') &&
      // Degraded is a status of the operator's own beside False.
      (status === 'False' || status === 'Degraded') &&
      heldMs(view, msOf(lastTransitionTime)) >= settleMs,
  )
  const [first] = faults
  if (!first) return
  const ref = refOf(kind, one)
  yield {
    object: ref,
    title: `${kind} ${ref.name}: ${first.type}=${first.status}, ${briefly(first.message || first.reason)}.`,
    sinceMs: sinceOf(faults),
    evidence: faults.map((condition) => conditionEvidence(ref, condition)),
    remediation: [
      describe(ref),
      advice('See its pods.', `kubectl get pods -n ${quoted(ref.namespace)} -o wide`),
    ],
  }
}
