import type { RuleCase } from '../rule.ts'
import { namespace, now, of, pod } from './fixture.suite.ts'

const clusterAdmin = of(
  'ClusterRole',
  'cluster-admin',
  '',
  { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] },
  { labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } },
)
const everything = of('ClusterRole', 'our-admin', '', {
  rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
})
const reader = of('ClusterRole', 'view', '', {
  rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
})
const binding = (name: string, role: string, ...subjects: object[]) =>
  of('ClusterRoleBinding', name, '', { roleRef: { kind: 'ClusterRole', name: role }, subjects })
const account = (name: string, ns = 'shop') => ({ kind: 'ServiceAccount', name, namespace: ns })
const defaultAccount = of('ServiceAccount', 'default', 'shop')
const privileged = { container: { securityContext: { privileged: true } } }
const controlled = (kind: string, name: string) => ({
  ownerReferences: [{ kind, name, uid: `uid-${name}`, controller: true }],
})
const restrictedContainer = {
  securityContext: {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
}

export const securityCases: readonly RuleCase[] = [
  {
    rule: 'access-everything-to-all',
    positive: [
      clusterAdmin,
      binding('oops', 'cluster-admin', { kind: 'Group', name: 'system:authenticated' }),
    ],
    finds: 'oops',
    negative: [
      clusterAdmin,
      binding('cluster-admin', 'cluster-admin', { kind: 'Group', name: 'system:masters' }),
      of('ClusterRole', 'system:discovery', '', { rules: [{ nonResourceURLs: ['/api'], verbs: ['get'] }] }),
      binding('system:discovery', 'system:discovery', { kind: 'Group', name: 'system:authenticated' }),
    ],
    at: now,
  },
  {
    rule: 'access-everything-to-default-account',
    positive: [clusterAdmin, binding('oops', 'cluster-admin', account('default'))],
    finds: 'oops',
    negative: [
      clusterAdmin,
      binding('operator', 'cluster-admin', account('operator')),
      reader,
      binding('read', 'view', account('default')),
    ],
    at: now,
  },
  {
    rule: 'access-default-account-used',
    positive: [defaultAccount, reader, binding('read', 'view', account('default')), pod('web-1', {})],
    finds: 'default',
    negative: [
      defaultAccount,
      pod('web-1', {}),
      reader,
      binding('read', 'view', account('default', 'quiet')),
      of('ServiceAccount', 'default', 'quiet', { automountServiceAccountToken: false }),
      pod('quiet-1', {}, { ns: 'quiet' }),
    ],
    at: now,
  },
  {
    rule: 'access-wildcard-role-shared',
    positive: [
      everything,
      binding('all', 'our-admin', { kind: 'Group', name: 'system:serviceaccounts:shop' }),
    ],
    finds: 'our-admin',
    negative: [
      everything,
      binding('one', 'our-admin', account('operator')),
      clusterAdmin,
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => binding(name, 'cluster-admin', account(name))),
    ],
    at: now,
  },
  {
    rule: 'pod-privileged',
    positive: [
      namespace('shop'),
      pod('web-1', {}, { ...privileged, ...controlled('StatefulSet', 'web') }),
      pod('web-2', {}, { ...privileged, ...controlled('StatefulSet', 'web') }),
    ],
    finds: 'web',
    negative: [
      namespace('kube-system'),
      pod('kube-proxy-1', {}, { ...privileged, ns: 'kube-system' }),
      namespace('storage', { 'pod-security.kubernetes.io/enforce': 'privileged' }),
      pod('driver-1', {}, { ...privileged, ns: 'storage' }),
    ],
    at: now,
  },
  {
    rule: 'pod-below-baseline',
    positive: [namespace('shop'), pod('web-1', {}, { spec: { hostNetwork: true } })],
    finds: 'web-1',
    negative: [
      namespace('monitoring'),
      pod(
        'node-exporter-1',
        {},
        {
          ns: 'monitoring',
          spec: { hostNetwork: true, hostPID: true },
          ...controlled('DaemonSet', 'node-exporter'),
        },
      ),
      namespace('shop'),
      pod('web-1', {}, { container: { securityContext: { capabilities: { add: ['NET_BIND_SERVICE'] } } } }),
    ],
    at: now,
  },
  {
    rule: 'pod-below-restricted',
    positive: [namespace('shop', { 'pod-security.kubernetes.io/warn': 'restricted' }), pod('web-1', {})],
    finds: 'web-1',
    negative: [
      namespace('shop', { 'pod-security.kubernetes.io/warn': 'restricted' }),
      pod('web-1', {}, { container: restrictedContainer }),
      namespace('plain'),
      pod('plain-1', {}, { ns: 'plain' }),
    ],
    at: now,
  },
]
