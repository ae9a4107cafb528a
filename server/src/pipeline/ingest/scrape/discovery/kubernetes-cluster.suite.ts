import { World } from '../../pull/source.suite.ts'
import type { ScrapeJob } from '../scrape-document.ts'
import type { TargetGroup } from '../target.ts'
import type { FakeApi } from './kubernetes-api.suite.ts'
import { followKubernetes } from './kubernetes-discovery.ts'

/** A small cluster: one service `cart` in the namespace `shop`, with what stands before and behind it. */
export const pod = {
  metadata: {
    name: 'cart-1',
    namespace: 'shop',
    uid: 'u1',
    labels: { app: 'cart', 'app.kubernetes.io/name': 'cart' },
    annotations: { 'prometheus.io/scrape': 'true' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'cart', controller: true }],
  },
  spec: {
    nodeName: 'n1',
    containers: [
      {
        name: 'app',
        image: 'cart:1',
        ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }, { containerPort: 9090 }],
      },
      { name: 'side', image: 'side:1' },
    ],
    initContainers: [{ name: 'init', image: 'init:1' }],
  },
  status: {
    podIP: '10.1.0.5',
    hostIP: '10.0.0.1',
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'app', containerID: 'containerd://a' }],
  },
}
const service = {
  metadata: { name: 'cart', namespace: 'shop', labels: { app: 'cart' } },
  spec: { type: 'ClusterIP', clusterIP: '10.96.0.9', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
}
const reference = { kind: 'Pod', name: 'cart-1', namespace: 'shop' }
export const objects: Record<string, unknown[]> = {
  nodes: [
    {
      metadata: { name: 'n1', labels: { 'kubernetes.io/os': 'linux' } },
      spec: { providerID: 'aws:///i-1' },
      status: {
        addresses: [
          { type: 'Hostname', address: 'n1' },
          { type: 'InternalIP', address: '10.0.0.1' },
        ],
        daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
      },
    },
  ],
  pods: [
    pod,
    { metadata: { name: 'pending', namespace: 'shop' }, spec: { containers: [{ name: 'a' }] }, status: {} },
  ],
  services: [service],
  endpoints: [
    {
      metadata: { name: 'cart', namespace: 'shop' },
      subsets: [
        {
          addresses: [{ ip: '10.1.0.5', nodeName: 'n1', targetRef: reference }],
          notReadyAddresses: [{ ip: '10.1.0.6', hostname: 'h' }],
          ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
        },
      ],
    },
  ],
  endpointslices: [
    {
      metadata: { name: 'cart-x', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'cart' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.0.5'], conditions: { ready: true }, targetRef: reference, zone: 'a' }],
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    },
  ],
  ingresses: [
    {
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        ingressClassName: 'nginx',
        tls: [{ hosts: ['*.example.org'] }],
        rules: [{ host: 'shop.example.org', http: { paths: [{ path: '/a' }, {}] } }, { host: 'plain.test' }],
      },
    },
  ],
}

/** Discovery of a job's first `kubernetes_sd_configs`, begun; to be stopped. */
export async function follow(job: ScrapeJob, api: FakeApi, world = new World()) {
  const told: TargetGroup[][] = []
  const errors: unknown[] = []
  const http = { send: api.send, stream: api.stream }
  const { stop } = followKubernetes(
    job.kubernetes_sd_configs[0]!,
    'p.yml',
    { ...world.pulling(), http, clock: world.clock, random: world.random },
    {
      found: (groups) => told.push(groups),
      failed: (error) => errors.push(error),
      recovered: () => errors.splice(0),
    },
  )
  await world.settle()
  return { told, errors, stop, world }
}
