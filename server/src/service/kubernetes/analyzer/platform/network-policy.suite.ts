import type { RuleCase } from '../rule.ts'
import { event, namespace, now, of, pod, service, slice, workload } from './fixture.suite.ts'

const policy = (name: string, spec: object, ns = 'shop') => of('NetworkPolicy', name, ns, { spec })
const matching = (app: string) => ({ matchLabels: { app } })
const web = pod('web-1', { app: 'web' })
const denyAll = policy('default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
const dns = [
  namespace('kube-system'),
  namespace('shop'),
  service('kube-dns', { 'k8s-app': 'kube-dns' }, {}, 'kube-system', { labels: { 'k8s-app': 'kube-dns' } }),
  pod(
    'coredns-1',
    { 'k8s-app': 'kube-dns' },
    { ns: 'kube-system', container: { ports: [{ name: 'dns', containerPort: 53, protocol: 'UDP' }] } },
  ),
]
const toDb = policy('to-db', {
  podSelector: {},
  policyTypes: ['Egress'],
  egress: [{ to: [{ podSelector: matching('db') }] }],
})
const toDns = policy('to-dns', {
  podSelector: {},
  policyTypes: ['Egress'],
  egress: [
    {
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
          podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        },
      ],
      ports: [{ protocol: 'UDP', port: 53 }],
    },
  ],
})

const admission = of('ValidatingWebhookConfiguration', 'guard', '', {
  webhooks: [
    {
      name: 'guard.example.com',
      rules: [{ apiGroups: [''], resources: ['pods'], operations: ['CREATE'] }],
      clientConfig: { service: { namespace: 'guard', name: 'guard' } },
    },
  ],
})
const guard = [
  admission,
  service('guard', { app: 'guard' }, {}, 'guard'),
  slice('guard', ['guard-1'], [], 'guard'),
  pod('guard-1', { app: 'guard' }, { ns: 'guard' }),
]
const timedOut = event(
  { kind: 'ReplicaSet', namespace: 'shop', name: 'web' },
  'FailedCreate',
  'Internal error occurred: failed calling webhook "guard.example.com": Post "https://guard.guard.svc:443/": context deadline exceeded',
)
const fromPods = policy(
  'guard',
  { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ namespaceSelector: {} }] }] },
  'guard',
)

export const networkPolicyCases: readonly RuleCase[] = [
  {
    rule: 'network-policy-selects-nothing',
    positive: [web, policy('db', { podSelector: matching('db'), policyTypes: ['Ingress'] })],
    finds: 'db',
    negative: [
      web,
      denyAll,
      policy('asleep', { podSelector: matching('asleep'), policyTypes: ['Ingress'] }),
      workload('Deployment', 'asleep', { app: 'asleep' }, { spec: { replicas: 0 } }),
      policy('other', { podSelector: matching('db') }, 'empty'),
      policy('expressed', {
        podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] },
      }),
    ],
    at: now,
  },
  {
    rule: 'network-policy-peer-selects-nothing',
    positive: [
      namespace('shop'),
      web,
      policy('web', {
        podSelector: matching('web'),
        ingress: [{ from: [{ podSelector: matching('front') }] }],
      }),
    ],
    finds: 'web',
    negative: [
      namespace('shop'),
      web,
      pod('front-1', { app: 'front' }),
      policy('web', {
        podSelector: matching('web'),
        ingress: [
          {
            from: [
              { podSelector: matching('front') },
              { ipBlock: { cidr: '10.0.0.0/8' } },
              { namespaceSelector: {} },
            ],
          },
        ],
      }),
      denyAll,
    ],
    at: now,
  },
  {
    rule: 'network-policy-without-effect',
    positive: [
      web,
      policy('web', {
        podSelector: matching('web'),
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: {} }] }],
      }),
      policy('open', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] }),
    ],
    finds: 'web',
    // Denying by default opens nothing, and what is open for some pods leaves the others closed.
    negative: [
      web,
      denyAll,
      policy('web', {
        podSelector: matching('web'),
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: {} }] }],
      }),
      policy('open-front', { podSelector: matching('front'), policyTypes: ['Ingress'], ingress: [{}] }),
      policy('open-port', {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ port: 80 }] }],
      }),
    ],
    at: now,
  },
  {
    rule: 'network-policy-blocks-dns',
    positive: [...dns, web, denyAll, toDb],
    finds: 'to-db',
    negative: [...dns, web, denyAll, toDb, toDns],
    at: now,
  },
  {
    rule: 'network-policy-blocks-dns',
    positive: [
      ...dns,
      web,
      policy('https-out', {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [{ ports: [{ protocol: 'TCP', port: 443 }] }],
      }),
    ],
    finds: 'https-out',
    // Denying all is what such a policy is for; addresses need no names; the node's network is not isolated.
    negative: [
      ...dns,
      web,
      denyAll,
      policy('addresses', {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }],
      }),
    ],
    at: now,
  },
  {
    rule: 'network-policy-blocks-webhook',
    positive: [...guard, fromPods, timedOut],
    finds: 'guard',
    negative: [
      ...guard,
      timedOut,
      fromPods,
      policy(
        'from-nodes',
        {
          podSelector: matching('guard'),
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/16' } }] }],
        },
        'guard',
      ),
    ],
    at: now,
  },
]
