import type {
  CatalogSource,
  ClusterServiceVersion,
  Conditioned,
  InstallPlan,
  Subscription,
} from '../../object/extension.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { conditionEvidence, fieldEvidence, heldMs, hour, minute, msOf } from '../evidence.ts'
import { advice, describe, getYaml, patch, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { briefly } from './briefly.ts'
import { sinceOf } from './gateway.ts'

const documentation = 'https://olm.operatorframework.io/docs/'
const settleMs = 10 * minute

/** Operators that the Operator Lifecycle Manager installs. */
export const olmRules: readonly Rule[] = [
  {
    id: 'olm-catalog-source-not-ready',
    analyzer: 'OLM',
    kind: 'CatalogSource',
    severity: 'MEDIUM',
    condition:
      'The connection to a catalog of operators has not been READY for 10 minutes: nothing can be installed or updated from it.',
    not_when: 'It connects, as after its pod was renewed, or has not been tried yet.',
    documentation_url: `${documentation}concepts/crds/catalogsource/`,
    alert_name: null,
    needs: ['CatalogSource'],
    check: each('CatalogSource', catalog),
  },
  {
    id: 'olm-csv-failed',
    analyzer: 'OLM',
    kind: 'ClusterServiceVersion',
    severity: 'MEDIUM',
    condition: 'A version of an operator is Failed, or has not been installed for 10 minutes.',
    not_when: 'It is Succeeded, being replaced or deleted, or a copy of one in another namespace.',
    documentation_url: `${documentation}concepts/crds/clusterserviceversion/`,
    alert_name: null,
    needs: ['ClusterServiceVersion'],
    check: each('ClusterServiceVersion', version),
  },
  {
    id: 'olm-subscription-fault',
    analyzer: 'OLM',
    kind: 'Subscription',
    severity: 'MEDIUM',
    condition: 'A subscription cannot be resolved, its catalog is unhealthy, or its install plan failed.',
    not_when:
      'An update waits for approval (olm-install-plan-waiting), or conditions say False: here True tells of the fault.',
    documentation_url: `${documentation}concepts/crds/subscription/`,
    alert_name: null,
    needs: ['Subscription'],
    check: each('Subscription', subscription),
  },
  {
    id: 'olm-install-plan-failed',
    analyzer: 'OLM',
    kind: 'InstallPlan',
    severity: 'MEDIUM',
    condition: 'An install plan is Failed.',
    not_when: 'It is Complete, or being carried out.',
    documentation_url: `${documentation}concepts/crds/installplan/`,
    alert_name: null,
    needs: ['InstallPlan'],
    check: each('InstallPlan', planFailed),
  },
  {
    id: 'olm-install-plan-waiting',
    analyzer: 'OLM',
    kind: 'InstallPlan',
    severity: 'INFO',
    condition: 'An install plan has waited for approval for more than a day.',
    not_when: 'It was approved, or waits for less than a day.',
    documentation_url: `${documentation}concepts/crds/installplan/`,
    alert_name: null,
    needs: ['InstallPlan'],
    check: each('InstallPlan', planWaiting),
  },
  {
    id: 'olm-operator-groups-several',
    analyzer: 'OLM',
    kind: 'OperatorGroup',
    severity: 'MEDIUM',
    condition:
      'A namespace has more than one OperatorGroup: none of its operators is installed (TooManyOperatorGroups).',
    not_when: 'Each namespace has one.',
    documentation_url: `${documentation}concepts/crds/operatorgroup/`,
    alert_name: null,
    needs: ['OperatorGroup'],
    check: groups,
  },
  ...(['ClusterCatalog', 'ClusterExtension'] as const).map(
    (kind): Rule => ({
      id: kind === 'ClusterCatalog' ? 'olm-cluster-catalog-fault' : 'olm-cluster-extension-fault',
      analyzer: 'OLM',
      kind,
      severity: 'MEDIUM',
      condition:
        kind === 'ClusterCatalog'
          ? 'A catalog is not served, or does not progress.'
          : 'An extension is not installed, or does not progress.',
      not_when: 'Its conditions are as they should be; Deprecated ones only inform.',
      documentation_url: 'https://operator-framework.github.io/operator-controller/',
      alert_name: null,
      needs: [kind],
      check: each(kind, (one, view) => conditioned(kind, one, view)),
    }),
  ),
]

function* catalog(source: CatalogSource, view: ClusterView): Iterable<Observation> {
  const { connectionState, message } = source.status
  if (
    !connectionState ||
    connectionState.lastObservedState === 'READY' ||
    connectionState.lastObservedState === ''
  )
    return
  const sinceMs = msOf(connectionState.lastConnect)
  if (sinceMs !== undefined && heldMs(view, sinceMs) < settleMs) return
  const ref = refOf('CatalogSource', source)
  yield {
    object: ref,
    title: `Catalog ${ref.name} is not ready: ${connectionState.lastObservedState}.`,
    sinceMs,
    evidence: [
      fieldEvidence(
        ref,
        'status.connectionState.lastObservedState',
        connectionState.lastObservedState,
        sinceMs,
      ),
      fieldEvidence(ref, 'spec.image', source.spec.image ?? 'none'),
      ...(message ? [fieldEvidence(ref, 'status.message', message)] : []),
    ],
    remediation: [
      describe(ref),
      advice(
        'See its pod.',
        `kubectl get pods -n ${quoted(ref.namespace)} -l ${quoted(`olm.catalogSource=${ref.name}`)}`,
      ),
    ],
  }
}

const underWay = new Set(['Succeeded', 'Replacing', 'Deleting'])
function* version(csv: ClusterServiceVersion, view: ClusterView): Iterable<Observation> {
  const { phase, reason, message, lastTransitionTime } = csv.status
  if (
    'olm.copiedFrom' in csv.metadata.labels ||
    reason === 'Copied' ||
    phase === undefined ||
    underWay.has(phase)
  )
    return
  const sinceMs = msOf(lastTransitionTime)
  if (phase !== 'Failed' && heldMs(view, sinceMs ?? msOf(csv.metadata.creationTimestamp)) < settleMs) return
  const ref = refOf('ClusterServiceVersion', csv)
  yield {
    object: ref,
    title: `Operator ${ref.name} is ${phase === 'Failed' ? 'failed' : `still ${phase}`}: ${briefly(message || reason || 'no reason is given')}.`,
    sinceMs,
    evidence: [fieldEvidence(ref, 'status.phase', `${phase}: ${reason ?? ''} ${message ?? ''}`, sinceMs)],
    remediation: [
      describe(ref),
      advice('See the pods of its namespace.', `kubectl get pods -n ${quoted(ref.namespace)}`),
    ],
  }
}

const badTypes =
  /^(CatalogSourcesUnhealthy|ResolutionFailed|InstallPlanFailed|InstallPlanMissing|BundleUnpackFailed)$/
function* subscription(one: Subscription): Iterable<Observation> {
  const faults = one.status.conditions.filter(({ type, status }) => badTypes.test(type) && status === 'True')
  const [first] = faults
  if (!first) return
  const ref = refOf('Subscription', one)
  const source = { kind: 'CatalogSource', namespace: one.spec.sourceNamespace, name: one.spec.source }
  yield {
    object: ref,
    title: `Subscription ${ref.name}: ${first.type}${first.message || first.reason ? `, ${briefly(first.message || first.reason)}` : ''}.`,
    sinceMs: sinceOf(faults),
    evidence: faults.map((condition) => conditionEvidence(ref, condition)),
    causes:
      first.type === 'CatalogSourcesUnhealthy'
        ? [{ object: source, rule: null, text: 'its catalog cannot be reached', relation: 'installs' }]
        : [],
    remediation: [describe(ref), ...(source.name ? [describe(source, 'See its catalog.')] : [])],
  }
}

function* planFailed(plan: InstallPlan): Iterable<Observation> {
  if (plan.status.phase !== 'Failed') return
  const ref = refOf('InstallPlan', plan)
  const faults = plan.status.conditions.filter(
    ({ type, status }) => type === 'Installed' && status === 'False',
  )
  yield {
    object: ref,
    title: `Install plan ${ref.name} for ${plan.spec.clusterServiceVersionNames.slice(0, 3).join(', ')} failed${faults[0]?.message ? `: ${briefly(faults[0].message)}` : ''}.`,
    sinceMs: sinceOf(faults),
    evidence: [
      fieldEvidence(ref, 'status.phase', 'Failed'),
      ...faults.map((condition) => conditionEvidence(ref, condition)),
    ],
    remediation: [getYaml(ref, 'See which step failed.')],
  }
}

function* planWaiting(plan: InstallPlan, view: ClusterView): Iterable<Observation> {
  const createdMs = msOf(plan.metadata.creationTimestamp)
  if (
    plan.status.phase !== 'RequiresApproval' ||
    plan.spec.approved === true ||
    heldMs(view, createdMs) < 24 * hour
  )
    return
  const ref = refOf('InstallPlan', plan)
  yield {
    object: ref,
    title: `${plan.spec.clusterServiceVersionNames.slice(0, 3).join(', ')} waits for approval.`,
    sinceMs: createdMs,
    evidence: [fieldEvidence(ref, 'status.phase', 'RequiresApproval', createdMs)],
    remediation: [
      getYaml(ref, 'See what it would do.'),
      patch(ref, { spec: { approved: true } }, 'Approve it, tried first.'),
    ],
  }
}

function* groups(view: ClusterView): Iterable<Observation> {
  const list = view.list('OperatorGroup')
  for (const [at, group] of list.entries()) {
    const { namespace } = group.metadata
    // In order of namespace: the first of each has one of another namespace before it, and one of its own behind it.
    if (list[at - 1]?.metadata.namespace === namespace || list[at + 1]?.metadata.namespace !== namespace)
      continue
    const all = view.list('OperatorGroup', namespace)
    const ref = refOf('OperatorGroup', group)
    yield {
      object: ref,
      title: `Namespace ${namespace} has ${all.length} OperatorGroups: ${all
        .map(({ metadata }) => metadata.name)
        .slice(0, 5)
        .join(', ')}.`,
      sinceMs: undefined,
      evidence: all
        .slice(0, 5)
        .map((one) => fieldEvidence(refOf('OperatorGroup', one), 'metadata.namespace', namespace)),
      remediation: [
        advice(
          'See them.',
          `kubectl get operatorgroups.operators.coreos.com -n ${quoted(namespace)} -o yaml`,
        ),
      ],
    }
  }
}

function* conditioned(
  kind: 'ClusterCatalog' | 'ClusterExtension',
  one: Conditioned,
  view: ClusterView,
): Iterable<Observation> {
  const faults = one.status.conditions.filter(
    ({ type, status, reason }) =>
      (/^(Serving|Installed)$/.test(type) && status === 'False') ||
      (type === 'Progressing' && (status === 'False' ? reason === 'Blocked' : reason === 'Retrying')),
  )
  const [first] = faults
  const sinceMs = sinceOf(faults)
  if (!first || (sinceMs !== undefined && heldMs(view, sinceMs) < settleMs)) return
  const ref = refOf(kind, one)
  yield {
    object: ref,
    title: `${kind} ${ref.name}: ${first.type}=${first.status}, ${briefly(first.message || first.reason)}.`,
    sinceMs,
    evidence: faults.map((condition) => conditionEvidence(ref, condition)),
    remediation: [describe(ref)],
  }
}
