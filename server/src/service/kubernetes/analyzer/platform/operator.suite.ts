import type { RuleCase } from '../rule.ts'
import { ago, condition, now, of, workload } from './fixture.suite.ts'

const catalog = (lastObservedState: string, lastConnect = ago(30)) =>
  of('CatalogSource', 'redhat-operators', 'openshift-marketplace', {
    spec: { sourceType: 'grpc', image: 'index:v4.16' },
    status: { connectionState: { lastObservedState, lastConnect } },
  })
const csv = (name: string, phase: string, more: object = {}, labels: object = {}) =>
  of(
    'ClusterServiceVersion',
    name,
    'operators',
    { status: { phase, lastTransitionTime: ago(60), ...more } },
    { labels },
  )
const subscription = (name: string, ...conditions: object[]) =>
  of('Subscription', name, 'operators', {
    spec: { name, source: 'redhat-operators', sourceNamespace: 'openshift-marketplace' },
    status: { conditions },
  })
const plan = (name: string, phase: string, created: string, approved = false) =>
  of(
    'InstallPlan',
    name,
    'operators',
    {
      spec: { approval: 'Manual', approved, clusterServiceVersionNames: ['kiali.v1.73'] },
      status: {
        phase,
        conditions:
          phase === 'Failed' ? [condition('Installed', 'False', { message: 'error creating' })] : [],
      },
    },
    { creationTimestamp: created },
  )
const group = (name: string, ns: string) => of('OperatorGroup', name, ns)
const scaled = (...conditions: object[]) =>
  of('ScaledObject', 'web', 'shop', { spec: { scaleTargetRef: { name: 'web' } }, status: { conditions } })
const web = workload('Deployment', 'web', { app: 'web' })
const report = (kind: string, name: string, summary: object) =>
  of(kind, name, kind === 'PolicyReport' ? 'shop' : '', {
    scope: { kind: 'Pod', namespace: 'shop', name: 'web-1' },
    summary,
  })
const monitored = (kind: string, ...conditions: object[]) =>
  of(kind, 'k8s', 'monitoring', { status: { conditions } })

export const operatorCases: readonly RuleCase[] = [
  {
    rule: 'olm-catalog-source-not-ready',
    positive: [catalog('TRANSIENT_FAILURE')],
    finds: 'redhat-operators',
    negative: [
      catalog('READY'),
      of('CatalogSource', 'connecting', 'x', {
        status: { connectionState: { lastObservedState: 'CONNECTING', lastConnect: ago(1) } },
      }),
    ],
    at: now,
  },
  {
    rule: 'olm-csv-failed',
    positive: [csv('kiali.v1.73', 'Failed', { message: 'install timeout' })],
    finds: 'kiali.v1.73',
    negative: [
      csv('kiali.v1.73', 'Succeeded'),
      csv('copy', 'Failed', { reason: 'Copied' }, { 'olm.copiedFrom': 'other' }),
      csv('new', 'Installing', { lastTransitionTime: ago(2) }),
    ],
    at: now,
  },
  {
    rule: 'olm-subscription-fault',
    positive: [
      subscription(
        'kiali',
        condition('ResolutionFailed', 'True', { message: 'no operators found in channel stable' }),
      ),
    ],
    finds: 'kiali',
    negative: [
      subscription(
        'kiali',
        condition('CatalogSourcesUnhealthy', 'False'),
        condition('InstallPlanPending', 'True', { reason: 'RequiresApproval' }),
      ),
    ],
    at: now,
  },
  {
    rule: 'olm-install-plan-failed',
    positive: [plan('install-abc', 'Failed', ago(60))],
    finds: 'install-abc',
    negative: [plan('install-abc', 'Complete', ago(60)), plan('install-def', 'Installing', ago(1))],
    at: now,
  },
  {
    rule: 'olm-install-plan-waiting',
    positive: [plan('install-abc', 'RequiresApproval', ago(48 * 60))],
    finds: 'install-abc',
    negative: [
      plan('install-abc', 'RequiresApproval', ago(60)),
      plan('install-def', 'Complete', ago(48 * 60), true),
    ],
    at: now,
  },
  {
    rule: 'olm-operator-groups-several',
    positive: [group('a', 'operators'), group('b', 'operators'), group('c', 'other')],
    finds: 'a',
    negative: [group('a', 'operators'), group('a', 'other')],
    at: now,
  },
  {
    rule: 'olm-cluster-catalog-fault',
    positive: [
      of('ClusterCatalog', 'community', '', {
        status: { conditions: [condition('Serving', 'False', { reason: 'Unavailable' })] },
      }),
    ],
    finds: 'community',
    negative: [
      of('ClusterCatalog', 'community', '', {
        status: {
          conditions: [
            condition('Serving', 'True'),
            condition('Progressing', 'True', { reason: 'Succeeded' }),
          ],
        },
      }),
    ],
    at: now,
  },
  {
    rule: 'olm-cluster-extension-fault',
    positive: [
      of('ClusterExtension', 'argo', '', {
        status: {
          conditions: [condition('Installed', 'False', { reason: 'Failed', message: 'no bundles found' })],
        },
      }),
    ],
    finds: 'argo',
    negative: [
      of('ClusterExtension', 'argo', '', {
        status: { conditions: [condition('Installed', 'True'), condition('Deprecated', 'False')] },
      }),
    ],
    at: now,
  },
  {
    rule: 'keda-scaled-object-not-ready',
    positive: [
      scaled(
        condition('Ready', 'False', { reason: 'ScaledObjectCheckFailed', message: 'failed to read trigger' }),
      ),
      web,
    ],
    finds: 'web',
    negative: [
      scaled(
        condition('Ready', 'True'),
        condition('Active', 'False', { reason: 'ScalerNotActive' }),
        condition('Fallback', 'False'),
      ),
      web,
    ],
    at: now,
  },
  {
    rule: 'keda-scale-target-missing',
    positive: [scaled(condition('Ready', 'False'))],
    finds: 'web',
    negative: [
      scaled(condition('Ready', 'True')),
      web,
      of('ScaledObject', 'custom', 'shop', {
        spec: { scaleTargetRef: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'x' } },
      }),
    ],
    at: now,
  },
  {
    rule: 'policy-report-failing',
    positive: [report('PolicyReport', 'r1', { fail: 2, pass: 10 })],
    finds: 'r1',
    negative: [
      report('PolicyReport', 'r1', { fail: 0, pass: 10, warn: 3 }),
      report('ClusterPolicyReport', 'r2', { pass: 1 }),
    ],
    at: now,
  },
  {
    rule: 'prometheus-not-available',
    positive: [
      monitored(
        'Prometheus',
        condition('Reconciled', 'False', {
          reason: 'ReconciliationFailed',
          message: 'invalid relabeling config',
        }),
      ),
    ],
    finds: 'k8s',
    negative: [
      monitored('Prometheus', condition('Available', 'True'), condition('Reconciled', 'True')),
      monitored('Alertmanager', condition('Available', 'False')),
    ],
    at: now,
  },
  {
    rule: 'alertmanager-not-available',
    positive: [monitored('Alertmanager', condition('Available', 'Degraded', { reason: 'SomePodsNotReady' }))],
    finds: 'k8s',
    negative: [monitored('Alertmanager', condition('Available', 'False', { lastTransitionTime: ago(2) }))],
    at: now,
  },
]
