import type { RuleCase } from '../rule.ts'
import { ago, event, now, of, pod, service, slice, workload } from './fixture.suite.ts'

const web = { app: 'web' }
const dnsLabels = { 'k8s-app': 'kube-dns' }
const dnsService = service('kube-dns', dnsLabels, {}, 'kube-system', { labels: dnsLabels })
const ports = (name: string, containerPort: number) => ({ container: { ports: [{ name, containerPort }] } })

export const serviceCases: readonly RuleCase[] = [
  {
    rule: 'cluster-dns-down',
    positive: [
      dnsService,
      slice('kube-dns', [], ['coredns-1'], 'kube-system'),
      pod('coredns-1', dnsLabels, { ns: 'kube-system', isReady: false }),
    ],
    finds: 'kube-dns',
    negative: [
      dnsService,
      slice('kube-dns', ['coredns-1'], ['coredns-2'], 'kube-system'),
      pod('coredns-1', dnsLabels, { ns: 'kube-system' }),
      pod('coredns-2', dnsLabels, { ns: 'kube-system', isReady: false }),
    ],
    at: now,
  },
  {
    rule: 'cluster-dns-degraded',
    positive: [
      workload('Deployment', 'coredns', dnsLabels, {
        ns: 'kube-system',
        spec: { replicas: 2 },
        status: { updatedReplicas: 2, availableReplicas: 1 },
      }),
    ],
    finds: 'coredns',
    negative: [
      workload('Deployment', 'coredns', dnsLabels, {
        ns: 'kube-system',
        spec: { replicas: 2 },
        status: { updatedReplicas: 1, availableReplicas: 1 },
      }),
    ],
    at: now,
  },
  {
    rule: 'service-without-pods',
    positive: [
      service('web', { app: 'web', tier: 'front' }),
      workload('Deployment', 'web', { app: 'webb', tier: 'front' }),
      pod('webb-1', { app: 'webb', tier: 'front' }),
    ],
    finds: 'web',
    negative: [
      service('outside', undefined),
      service('alias', web, { type: 'ExternalName', externalName: 'db.example.com' }),
      service('leader', web, {}, 'shop', {
        annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' },
      }),
      service('asleep', { app: 'asleep' }),
      workload('Deployment', 'asleep', { app: 'asleep' }, { spec: { replicas: 0 } }),
      service('new', { app: 'new' }, {}, 'shop', { creationTimestamp: ago(1) }),
      service('job', { job: 'one' }),
      pod('job-1', { job: 'one' }, { status: { phase: 'Succeeded' } }),
    ],
    at: now,
  },
  {
    rule: 'service-without-ready-endpoints',
    positive: [service('web', web), slice('web', [], ['web-1']), pod('web-1', web, { isReady: false })],
    finds: 'web',
    negative: [
      service('web', web),
      slice('web', ['web-1'], ['web-2']),
      pod('web-1', web),
      pod('web-2', web, { isReady: false }),
      service('peers', { app: 'peer' }, { publishNotReadyAddresses: true, clusterIP: 'None' }),
      slice('peers', [], ['peer-1']),
      pod('peer-1', { app: 'peer' }, { isReady: false }),
      service('starting', { app: 'starting' }),
      slice('starting', [], ['starting-1']),
      pod('starting-1', { app: 'starting' }, { isReady: false, since: ago(1) }),
    ],
    at: now,
  },
  {
    rule: 'service-not-ready-addresses',
    positive: [
      service('web', web),
      slice('web', ['web-1'], ['web-2']),
      pod('web-1', web),
      pod('web-2', web, { isReady: false }),
    ],
    finds: 'web',
    negative: [
      service('web', web),
      slice('web', ['web-1'], ['web-2', 'web-3']),
      pod('web-1', web),
      pod('web-2', web, { isReady: false, since: ago(2) }),
      pod('web-3', web, { isReady: false, deletionTimestamp: ago(1) }),
    ],
    at: now,
  },
  {
    rule: 'service-target-port-unknown',
    positive: [
      service('web', web, { ports: [{ port: 80, targetPort: 'http' }] }),
      pod('web-1', web, ports('web', 8080)),
    ],
    finds: 'web',
    negative: [
      service('web', web, { ports: [{ port: 80, targetPort: 'http' }] }),
      pod('web-1', web, ports('http', 8080)),
    ],
    at: now,
  },
  {
    rule: 'service-target-port-undeclared',
    positive: [
      service('web', web, { ports: [{ port: 80, targetPort: 8081 }] }),
      pod('web-1', web, ports('http', 8080)),
    ],
    finds: 'web',
    negative: [service('web', web, { ports: [{ port: 80, targetPort: 8081 }] }), pod('web-1', web)],
    at: now,
  },
  {
    rule: 'service-load-balancer-pending',
    positive: [service('web', web, { type: 'LoadBalancer' }), pod('web-1', web)],
    finds: 'web',
    negative: [
      service('new', web, { type: 'LoadBalancer' }, 'shop', { creationTimestamp: ago(3) }),
      of('Service', 'done', 'shop', {
        spec: { type: 'LoadBalancer', selector: web },
        status: { loadBalancer: { ingress: [{ hostname: 'lb.example.com' }] } },
      }),
    ],
    at: now,
  },
  {
    rule: 'service-alias-dangling',
    positive: [
      service('db', undefined, { type: 'ExternalName', externalName: 'postgres.data.svc.cluster.local' }),
    ],
    finds: 'db',
    negative: [
      service('db', undefined, { type: 'ExternalName', externalName: 'postgres.data.svc.cluster.local' }),
      service('postgres', { app: 'postgres' }, {}, 'data'),
      service('far', undefined, { type: 'ExternalName', externalName: 'db.example.com' }),
    ],
    at: now,
  },
  {
    rule: 'service-warning',
    positive: [
      service('web', web),
      event(
        { kind: 'Service', namespace: 'shop', name: 'web' },
        'SyncLoadBalancerFailed',
        'Error syncing load balancer: quota',
        { count: 5 },
      ),
    ],
    finds: 'web',
    negative: [
      service('web', web),
      event(
        { kind: 'Service', namespace: 'shop', name: 'web' },
        'FailedToUpdateEndpointSlices',
        'the object has been modified; please apply your changes to the latest version and try again',
        { count: 3 },
      ),
    ],
    at: now,
  },
]
