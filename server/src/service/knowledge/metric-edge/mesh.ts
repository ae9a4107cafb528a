import type { Matcher } from '@aiops/contract/model/label'
import { type End, end, isNamed, type LabelReader, type MetricSource, type Reading, said } from './reading.ts'

/**
 * Istio, standard metrics (istio.io/latest/docs/reference/config/metrics): each request is told by the proxy of its source and by that of its
 * destination (`reporter`); `unknown` is a label without a value.
 */
function istio(label: LabelReader): Reading | undefined {
  const source = end({
    names: said(label('source_canonical_service'), label('source_workload'), label('source_app')),
    ...{ namespace: label('source_workload_namespace'), cluster: label('source_cluster') },
  })
  const workload = said(label('destination_canonical_service'), label('destination_workload'))
  const service = said(label('destination_service_name'), label('destination_service')).find(
    (name) => !/Cluster$/.test(name),
  )
  // A host that no workload answers for is a ServiceEntry.
  const isOutside = workload.length === 0 && service?.includes('.') === true
  const target = end({
    names: isOutside
      ? []
      : [...(service === undefined ? [] : [service.split('.')[0] ?? service]), ...workload],
    namespace: label('destination_service_namespace') || label('destination_workload_namespace'),
    ...{ cluster: label('destination_cluster'), host: isOutside ? service : '' },
  })
  const side = label('reporter') === 'destination' ? 'TARGET' : 'SOURCE'
  return pair(source, target, side, istioFailed(label))
}

/** Codes of gRPC that are errors of a server (OpenTelemetry semantic conventions for gRPC). */
const grpcErrors: ReadonlySet<string> = new Set(['2', '4', '12', '13', '14', '15'])

function istioFailed(label: LabelReader): boolean {
  const code = label('response_code')
  return code === '0' || code.startsWith('5') || grpcErrors.has(label('grpc_response_status'))
}

/** What makes pods, as Linkerd's scrape configuration and its outbound labels call it. */
const makers = ['deployment', 'statefulset', 'daemonset', 'replicaset', 'replicationcontroller'] as const

/** Linkerd, proxy metrics (linkerd.io/2/reference/proxy-metrics): outbound ones name who is called as `dst_*`, the caller is whose proxy it is. */
function linkerd(label: LabelReader): Reading | undefined {
  const source = end({
    names: said(...makers.map((maker) => label(maker)), label('k8s.deployment.name'), label('app')),
    namespace: label('namespace') || label('k8s.namespace.name'),
  })
  const target = end({
    names: said(label('dst_service'), ...makers.map((maker) => label(`dst_${maker}`))),
    namespace: label('dst_namespace'),
  })
  return pair(source, target, 'SOURCE', label('classification') === 'failure')
}

/**
 * Cilium's Hubble (docs.cilium.io/en/stable/observability/metrics): ends are named where the metric is set up with labelsContext, or with
 * sourceContext and destinationContext, whose values are `namespace/name` or a name.
 */
function hubble(label: LabelReader): Reading | undefined {
  const of = (which: 'source' | 'destination'): End => {
    const context = label(which)
    const isReserved = /^(reserved:|host$|kube-apiserver$|remote-node$|world|unmanaged$|health$|init$)/.test(
      context,
    )
    const [namespace, name] = context.includes('/') ? context.split('/', 2) : ['', context]
    return end({
      names: said(...[label(`${which}_workload`), label(`${which}_app`), isReserved ? '' : (name ?? '')]),
      ...{ namespace: label(`${which}_namespace`) || namespace || '', address: label(`${which}_ip`) },
    })
  }
  const side = label('reporter') === 'server' ? 'TARGET' : 'SOURCE'
  return pair(of('source'), of('destination'), side, label('status').startsWith('5'))
}

function pair(source: End, target: End, side: Reading['side'], failed: boolean): Reading | undefined {
  if (!isNamed(source) || !isNamed(target)) return undefined
  return { source, target, side, failed, isDirected: true }
}

const outbound: Matcher = { name: 'direction', op: '=', value: 'outbound' }
const mesh = { origin: 'MESH', matchers: [] } as const
/** The first packet of a connection comes from who began it. */
const syn: Matcher = { name: 'flag', op: '=', value: 'SYN' }

export const meshSources: readonly MetricSource[] = [
  { ...mesh, metric: 'istio_requests_total', counts: 'CALLS', read: istio },
  { ...mesh, metric: 'istio_request_duration_milliseconds_sum', counts: 'MILLISECONDS', read: istio },
  { ...mesh, metric: 'istio_tcp_connections_opened_total', counts: 'PACKETS', read: istio },
  { ...mesh, metric: 'response_total', matchers: [outbound], counts: 'CALLS', read: linkerd },
  { ...mesh, metric: 'response_latency_ms_sum', matchers: [outbound], counts: 'MILLISECONDS', read: linkerd },
  { ...mesh, metric: 'tcp_open_total', matchers: [outbound], counts: 'PACKETS', read: linkerd },
  { ...mesh, metric: 'hubble_http_requests_total', counts: 'CALLS', read: hubble },
  {
    ...mesh,
    origin: 'FLOW',
    metric: 'hubble_tcp_flags_total',
    matchers: [syn],
    counts: 'PACKETS',
    read: hubble,
  },
  {
    ...{ ...mesh, origin: 'FLOW', metric: 'hubble_flows_processed_total', counts: 'PACKETS' },
    matchers: [{ name: 'verdict', op: '!=', value: 'DROPPED' }],
    // Answers are flows too, and nothing says which is which.
    read: (label) => undirected(hubble(label)),
  },
]

const undirected = (reading: Reading | undefined): Reading | undefined =>
  reading && { ...reading, isDirected: false }
