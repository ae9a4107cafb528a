import { describe, expect, it } from 'vitest'
import { World } from '../../pull/source.suite.ts'
import { parseScrapeDocument } from '../scrape-document.ts'
import { discoverKubernetes } from './kubernetes-discovery.ts'

const pod = {
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
const objects: Record<string, unknown[]> = {
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

/** What Prometheus calls `__meta_kubernetes_…`, without that. */
async function find(
  role: string,
  more = '',
): Promise<{ labels: Record<string, string>; targets: Record<string, string>[] }[]> {
  const world = new World()
  world.answer = ({ url }) => ({
    body: JSON.stringify({ items: objects[new URL(url).pathname.split('/').at(-1)!] }),
  })
  const { jobs, problems } = parseScrapeDocument(
    'p.yml',
    `scrape_configs: [{ job_name: k, kubernetes_sd_configs: [{ role: ${role}, api_server: 'https://api.test' ${more} }] }]`,
  )
  expect(problems).toEqual([])
  const groups = await discoverKubernetes(jobs[0]!.kubernetes_sd_configs[0]!, 'p.yml', world.pulling())
  const short = (labels: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(labels).map(([name, value]) => [name.replace('__meta_kubernetes_', ''), value]),
    )
  return groups.map(({ labels, targets }) => ({ labels: short(labels), targets: targets.map(short) }))
}

const podLabels = {
  pod_name: 'cart-1',
  pod_ip: '10.1.0.5',
  pod_ready: 'true',
  pod_phase: 'Running',
  pod_node_name: 'n1',
  pod_host_ip: '10.0.0.1',
  pod_uid: 'u1',
  pod_controller_kind: 'ReplicaSet',
  pod_controller_name: 'cart',
  pod_label_app: 'cart',
  pod_labelpresent_app: 'true',
  pod_label_app_kubernetes_io_name: 'cart',
  pod_labelpresent_app_kubernetes_io_name: 'true',
  pod_annotation_prometheus_io_scrape: 'true',
  pod_annotationpresent_prometheus_io_scrape: 'true',
}

describe('Kubernetes discovery gives Prometheus’ labels', () => {
  it('for nodes: the kubelet at the internal address', async () => {
    expect(await find('node')).toEqual([
      {
        labels: {
          node_name: 'n1',
          node_provider_id: 'aws:///i-1',
          node_label_kubernetes_io_os: 'linux',
          node_labelpresent_kubernetes_io_os: 'true',
        },
        targets: [
          {
            __address__: '10.0.0.1:10250',
            instance: 'n1',
            node_address_Hostname: 'n1',
            node_address_InternalIP: '10.0.0.1',
          },
        ],
      },
    ])
  })

  it('for pods: one target a port, one for a container without, none before there is an address', async () => {
    const [group, ...rest] = await find('pod')
    expect(rest).toEqual([])
    expect(group?.labels).toEqual({ namespace: 'shop', ...podLabels })
    const app = {
      pod_container_name: 'app',
      pod_container_id: 'containerd://a',
      pod_container_image: 'cart:1',
      pod_container_init: 'false',
    }
    expect(group?.targets).toEqual([
      {
        __address__: '10.1.0.5:8080',
        ...app,
        pod_container_port_number: '8080',
        pod_container_port_name: 'http',
        pod_container_port_protocol: 'TCP',
      },
      {
        __address__: '10.1.0.5:9090',
        ...app,
        pod_container_port_number: '9090',
        pod_container_port_name: '',
        pod_container_port_protocol: 'TCP',
      },
      {
        __address__: '10.1.0.5',
        pod_container_name: 'side',
        pod_container_id: '',
        pod_container_image: 'side:1',
        pod_container_init: 'false',
      },
      {
        __address__: '10.1.0.5',
        pod_container_name: 'init',
        pod_container_id: '',
        pod_container_image: 'init:1',
        pod_container_init: 'true',
      },
    ])
  })

  it('for pods with what is known of their nodes, where that is wanted', async () => {
    const [group] = await find('pod', ', attach_metadata: { node: true }')
    expect(group?.labels).toMatchObject({ node_name: 'n1', node_label_kubernetes_io_os: 'linux' })
  })

  it('for services', async () => {
    expect(await find('service')).toEqual([
      {
        labels: {
          namespace: 'shop',
          service_name: 'cart',
          service_label_app: 'cart',
          service_labelpresent_app: 'true',
        },
        targets: [
          {
            __address__: 'cart.shop.svc:80',
            service_port_name: 'http',
            service_port_number: '80',
            service_port_protocol: 'TCP',
            service_type: 'ClusterIP',
            service_cluster_ip: '10.96.0.9',
          },
        ],
      },
    ])
  })

  it('for endpoints: with service and pod behind them, and the pod’s other ports', async () => {
    const [group] = await find('endpoints')
    expect(group?.labels).toEqual({
      namespace: 'shop',
      endpoints_name: 'cart',
      service_name: 'cart',
      service_label_app: 'cart',
      service_labelpresent_app: 'true',
    })
    const container = {
      pod_container_name: 'app',
      pod_container_image: 'cart:1',
      pod_container_port_protocol: 'TCP',
    }
    expect(group?.targets).toEqual([
      {
        __address__: '10.1.0.5:8080',
        endpoint_port_name: 'http',
        endpoint_port_protocol: 'TCP',
        endpoint_ready: 'true',
        endpoint_node_name: 'n1',
        endpoint_address_target_kind: 'Pod',
        endpoint_address_target_name: 'cart-1',
        ...podLabels,
        ...container,
        pod_container_port_name: 'http',
        pod_container_port_number: '8080',
      },
      {
        __address__: '10.1.0.6:8080',
        endpoint_port_name: 'http',
        endpoint_port_protocol: 'TCP',
        endpoint_ready: 'false',
        endpoint_hostname: 'h',
      },
      {
        __address__: '10.1.0.5:9090',
        ...podLabels,
        ...container,
        pod_container_port_name: '',
        pod_container_port_number: '9090',
      },
    ])
  })

  it('for endpoint slices', async () => {
    const [group] = await find('endpointslice')
    expect(group?.labels).toMatchObject({
      endpointslice_name: 'cart-x',
      endpointslice_address_type: 'IPv4',
      service_name: 'cart',
    })
    expect(group?.targets[0]).toMatchObject({
      __address__: '10.1.0.5:8080',
      endpointslice_port: '8080',
      endpointslice_port_name: 'http',
      endpointslice_endpoint_conditions_ready: 'true',
      endpointslice_endpoint_zone: 'a',
      endpointslice_address_target_name: 'cart-1',
      pod_name: 'cart-1',
    })
  })

  it('for ingresses: one target a path, https where a certificate covers the host', async () => {
    const [group] = await find('ingress')
    expect(group?.labels).toMatchObject({
      namespace: 'shop',
      ingress_name: 'web',
      ingress_class_name: 'nginx',
    })
    expect(group?.targets.map((t) => [t.__address__, t.ingress_scheme, t.ingress_path])).toEqual([
      ['shop.example.org', 'https', '/a'],
      ['shop.example.org', 'https', '/'],
      ['plain.test', 'http', '/'],
    ])
  })
})

it('reads the API page by page, in the namespaces asked for, by selector, with its credentials', async () => {
  const world = new World()
  const { jobs } = parseScrapeDocument(
    'p.yml',
    `scrape_configs: [{ job_name: k, kubernetes_sd_configs: [{ role: pod, api_server: 'https://api.test/', namespaces: { names: [a] },
      selectors: [{ role: pod, label: 'app=x' }], bearer_token: t, tls_config: { insecure_skip_verify: true } }] }]`,
  )
  world.answer = ({ url }) => ({
    body: JSON.stringify(
      url.includes('continue=c') ? { items: [] } : { metadata: { continue: 'c' }, items: [pod] },
    ),
  })
  const groups = await discoverKubernetes(jobs[0]!.kubernetes_sd_configs[0]!, 'p.yml', world.pulling())
  expect(groups).toHaveLength(1)
  expect(world.asked.map(({ url }) => url)).toEqual([
    'https://api.test/api/v1/namespaces/a/pods?limit=500&resourceVersion=0&labelSelector=app%3Dx',
    'https://api.test/api/v1/namespaces/a/pods?limit=500&continue=c&labelSelector=app%3Dx',
  ])
  expect(world.asked[0]).toMatchObject({
    headers: { authorization: 'Bearer t' },
    tls: { insecureSkipVerify: true },
  })
})

it('says so where it is not in a cluster, is refused, or gets no list', async () => {
  const world = new World()
  const config = (more: string) =>
    parseScrapeDocument(
      'p.yml',
      `scrape_configs: [{ job_name: k, kubernetes_sd_configs: [{ role: pod ${more} }] }]`,
    ).jobs[0]!.kubernetes_sd_configs[0]!
  await expect(discoverKubernetes(config(''), 'p.yml', world.pulling())).rejects.toThrow(
    'KUBERNETES_SERVICE_HOST',
  )
  world.answer = () => ({ status: 403, body: '' })
  await expect(
    discoverKubernetes(config(", api_server: 'http://a'"), 'p.yml', world.pulling()),
  ).rejects.toThrow('403')
  world.answer = () => ({ body: '{"items":[{"x":1}]}' })
  await expect(
    discoverKubernetes(config(", api_server: 'http://a'"), 'p.yml', world.pulling()),
  ).rejects.toThrow('no list')
})
