import { type End, end, isNamed, type LabelReader, type MetricSource, type Reading, said } from './reading.ts'

/**
 * Network metrics of OpenTelemetry's eBPF instrumentation and of Beyla, which it came from (opentelemetry.io/docs/zero-code/obi/network): bytes
 * from one end to the other, by default by owner and namespace of both. A flow is one way, so that answers are flows of their own.
 */
function obi(label: LabelReader): Reading | undefined {
  const of = (which: 'src' | 'dst'): End => {
    const name = label(`${which}.name`)
    return end({
      names: said(label(`k8s.${which}.owner.name`), label(`k8s.${which}.name`), isAddress(name) ? '' : name),
      ...{ namespace: label(`k8s.${which}.namespace`), cluster: label('k8s.cluster.name') },
      ...{
        address: label(`${which}.address`) || (isAddress(name) ? name : ''),
        port: label(`${which}.port`),
      },
    })
  }
  return flow(of('src'), of('dst'), label('server.port'), label('direction'))
}

/** Labels under which exporters of NetFlow, sFlow and IPFIX, and OpenTelemetry's conventions, name the two ends of a flow. */
export const flowLabelPairs: readonly (readonly [string, string])[] = [
  ['src_addr', 'dst_addr'],
  ['src_address', 'dst_address'],
  ['src_ip', 'dst_ip'],
  ['source_ip', 'destination_ip'],
  ['source_address', 'destination_address'],
  ['source.address', 'destination.address'],
  ['src_host', 'dst_host'],
  ['source_workload', 'destination_workload'],
]

/** Of a metric that nobody told us of, but whose labels are such a pair. */
export function flowSource(metric: string, [source, target]: readonly [string, string]): MetricSource {
  const portOf = (label: LabelReader, name: string): string =>
    label(name.replace(/(addr|address|ip|host|workload)$/, 'port'))
  const of = (label: LabelReader, name: string): End => {
    const value = label(name)
    return end(isAddress(value) ? { address: value, port: portOf(label, name) } : { names: said(value) })
  }
  return {
    ...{ origin: 'FLOW', metric, matchers: [] },
    counts: /bytes|octets/i.test(metric) ? 'BYTES' : 'PACKETS',
    read: (label) => flow(of(label, source), of(label, target), '', ''),
  }
}

export const flowSources: readonly MetricSource[] = ['obi', 'beyla'].flatMap((maker) =>
  [`${maker}.network.flow.bytes`, `${maker}_network_flow_bytes_total`].map(
    (metric): MetricSource => ({
      ...{ origin: 'FLOW', metric, matchers: [], counts: 'BYTES', read: obi },
    }),
  ),
)

/** Ports from here on are given to who begins a connection (Linux, ip_local_port_range). */
const ephemeralPort = 32_768

function flow(source: End, target: End, serverPort: string, direction: string): Reading | undefined {
  if (!isNamed(source) || !isNamed(target)) return undefined
  const reading: Reading = { source, target, side: 'SOURCE', failed: false, isDirected: true }
  const [from, to] = [Number(source.port), Number(target.port)]
  const isAnswer =
    direction === 'response' ||
    (serverPort !== '' && serverPort === source.port) ||
    (direction === '' && serverPort === '' && from > 0 && from < ephemeralPort && to >= ephemeralPort)
  if (isAnswer) return { ...reading, source: target, target: source }
  const isRequest =
    direction === 'request' ||
    (serverPort !== '' && serverPort === target.port) ||
    (to > 0 && to < ephemeralPort && from >= ephemeralPort)
  return { ...reading, isDirected: isRequest }
}

const isAddress = (text: string): boolean => /^[\d.]{7,15}$/.test(text) || /^[\da-f]*:[\da-f:.]+$/i.test(text)
