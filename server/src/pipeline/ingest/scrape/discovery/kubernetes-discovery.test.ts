import { describe, expect, it } from 'vitest'
import { parseScrapeDocument } from '../scrape-document.ts'
import { FakeApi } from './kubernetes-api.suite.ts'
import { follow, objects } from './kubernetes-cluster.suite.ts'

/** What Prometheus calls `__meta_kubernetes_…`, without that. */
async function find(
  role: string,
  more = '',
): Promise<{ labels: Record<string, string>; targets: Record<string, string>[] }[]> {
  const { jobs, problems } = parseScrapeDocument(
    'p.yml',
    `scrape_configs: [{ job_name: k, kubernetes_sd_configs: [{ role: ${role}, api_server: 'https://api.test' ${more} }] }]`,
  )
  expect(problems).toEqual([])
  const api = new FakeApi()
  for (const [plural, list] of Object.entries(objects))
    for (const object of list) api.put(plural, object as Parameters<FakeApi['put']>[1])
  const { told, stop } = await follow(jobs[0]!, api)
  await stop()
  const groups = told.at(-1) ?? []
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
