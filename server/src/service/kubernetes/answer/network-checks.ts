import type { EndpointSlice, Service } from '../object/network.ts'
import { hasLabels } from '../object/selector.ts'
import type { ClusterView, ObjectRef } from '../view.ts'
import { type Check, chosen, counted, named, passed, unknown } from './health-check.ts'
import { isTerminal } from './pod-status.ts'
import { timeOf } from './time-field.ts'

const refOf = ({ metadata: { namespace, name } }: Service): ObjectRef => ({
  kind: 'Service',
  namespace,
  name,
})

/** Places where clusters keep their DNS service: most, and OpenShift. */
const dnsPlaces = ['kube-system', 'openshift-dns']

const dns: Check = {
  ...{ id: 'dns', category: 'network', title: 'The DNS of the cluster has endpoints' },
  needs: ['Service', 'EndpointSlice'],
  run({ view }) {
    const services = dnsPlaces.flatMap((place) => view.list('Service', place)).filter(isDns)
    if (services.length === 0) {
      const isSeen = dnsPlaces.some((place) => view.list('Pod', place).length > 0)
      return isSeen
        ? {
            status: 'WARNING',
            severity: 'HIGH',
            message: `No Service in ${dnsPlaces.join(' or ')} answers on port 53.`,
          }
        : unknown('Nothing is seen of the namespaces that DNS lives in.')
    }
    const slices = slicesOf(view)
    const sums = services.map((service) => ({ service, ...endpointsOf(slices, service) }))
    const without = sums.filter(({ ready }) => ready === 0).map(({ service }) => refOf(service))
    if (without.length === services.length) {
      const message = `No DNS server is ready behind ${named(without)}: names are not resolved in the cluster.`
      return { status: 'FAIL', severity: 'CRITICAL', message, objects: without }
    }
    const partly = sums.filter(({ notReady }) => notReady > 0).map(({ service }) => refOf(service))
    if (without.length > 0 || partly.length > 0) {
      const objects = [...without, ...partly]
      const message = `Some DNS servers are not ready behind ${named(objects)}.`
      return { status: 'WARNING', severity: 'MEDIUM', message, objects }
    }
    return passed(`${counted(sums[0]?.ready ?? 0, 'DNS server')} ready behind ${named(services.map(refOf))}.`)
  },
  remediation: {
    description: 'Look at the pods of CoreDNS, their log and what they forward to.',
    kubectl_commands: [
      'kubectl get pods -n kube-system -l k8s-app=kube-dns -o wide',
      'kubectl logs -n kube-system -l k8s-app=kube-dns --tail=50',
    ],
    az_commands: [],
  },
}

function isDns({ metadata, spec }: Service): boolean {
  const app = metadata.labels['k8s-app'] ?? ''
  const isNamed =
    /(^|-)(kube-dns|coredns|dns-default)$/.test(metadata.name) || app === 'kube-dns' || app === 'coredns'
  return isNamed && spec.ports.some(({ port }) => port === 53)
}

/** NetworkPolicies are a choice: none at all is a remark. */
const policies: Check = {
  ...{ id: 'network_policies', category: 'network', title: 'NetworkPolicies restrict who may connect' },
  needs: ['NetworkPolicy'],
  run({ view }) {
    const all = view.list('NetworkPolicy')
    if (all.length > 0) {
      const places = new Set(all.map(({ metadata }) => metadata.namespace))
      return passed(
        `${all.length} NetworkPolic${all.length === 1 ? 'y' : 'ies'} in ${counted(places.size, 'namespace')}.`,
      )
    }
    const isOther = view
      .list('CustomResourceDefinition')
      .some(({ metadata }) => /^(cilium|globalnetwork|network|adminnetwork)\S*polic/.test(metadata.name))
    if (isOther) return unknown('There are none of Kubernetes; policies of the network plug-in are not read.')
    if (view.list('Pod').length === 0) return unknown('No pod is there that one could apply to.')
    return {
      status: 'WARNING',
      severity: 'LOW',
      message: 'There is none: every pod may connect to every other.',
    }
  },
  remediation: {
    description: 'Begin with a default-deny policy in one namespace and let through what is needed.',
    kubectl_commands: ['kubectl get networkpolicies -A'],
    az_commands: [],
  },
}

const endpoints: Check = {
  ...{ id: 'service_endpoints', category: 'network', title: 'Services have endpoints' },
  needs: ['Service', 'EndpointSlice', 'Pod'],
  *run({ view }) {
    const slices = slicesOf(view)
    const expecting = yield* chosen(view.list('Service'), (service) => expectsEndpoints(view, service))
    const without = (yield* chosen(expecting, (one) => endpointsOf(slices, one).ready === 0)).map(refOf)
    if (without.length === 0) return passed(`${counted(expecting.length, 'Service')}, each with endpoints.`)
    return {
      status: 'WARNING',
      severity: without.some(({ namespace }) => namespace === 'kube-system') ? 'HIGH' : 'MEDIUM',
      message: `${counted(without.length, 'Service')} without a ready endpoint: ${named(without)}.`,
      objects: without,
    }
  },
  remediation: {
    description: 'Compare the selector with the labels of the pods, and see why those pods are not ready.',
    kubectl_commands: [
      'kubectl get endpointslices -n NAMESPACE -l kubernetes.io/service-name=SERVICE',
      'kubectl describe service -n NAMESPACE SERVICE',
    ],
    az_commands: [],
  },
}

/** A controller needs a moment for a Service that was made just now. */
const graceMs = 60_000

/**
 * Not: one that names a host outside, one whose endpoints somebody else writes, one made to elect a leader, a headless one that selects
 * nothing (operators make those ahead), and one whose workloads are scaled to none or whose pods have all ended.
 */
function expectsEndpoints(view: ClusterView, { metadata, spec }: Service): boolean {
  const isOutside = spec.type === 'ExternalName' || Object.keys(spec.selector).length === 0
  const isElection = Object.keys(metadata.annotations).some((key) =>
    key.startsWith('control-plane.alpha.kubernetes.io'),
  )
  const isNew = view.timeMs - timeOf(metadata.creationTimestamp) < graceMs
  if (isOutside || isElection || isNew || metadata.deletionTimestamp !== undefined) return false
  const pods = view.podsWith(metadata.namespace, spec.selector)
  if (pods.length > 0) return pods.some((pod) => !isTerminal(pod))
  return spec.clusterIP !== 'None' && !isScaledToNone(view, metadata.namespace, spec.selector)
}

function isScaledToNone(
  view: ClusterView,
  namespace: string,
  selector: Readonly<Record<string, string>>,
): boolean {
  const isMeant = ({
    spec,
  }: {
    spec: { template: { metadata: { labels: Record<string, string> } } }
  }): boolean => hasLabels(selector, spec.template.metadata.labels)
  const sizes = [
    ...view
      .list('Deployment', namespace)
      .filter(isMeant)
      .map(({ spec }) => spec.replicas ?? 1),
    ...view
      .list('StatefulSet', namespace)
      .filter(isMeant)
      .map(({ spec }) => spec.replicas ?? 1),
    ...view
      .list('DaemonSet', namespace)
      .filter(isMeant)
      .map(({ status }) => status.desiredNumberScheduled ?? 0),
  ]
  return sizes.length > 0 && sizes.every((size) => size === 0)
}

/** An endpoint that does not say is ready (EndpointConditions). One that serves while it ends still answers. */
function endpointsOf(slices: Slices, { metadata }: Service): { ready: number; notReady: number } {
  let [ready, notReady] = [0, 0]
  for (const slice of slices.get(`${metadata.namespace}/${metadata.name}`) ?? [])
    for (const { conditions } of slice.endpoints) {
      if (conditions.ready ?? true) ready += 1
      else if (!conditions.terminating) notReady += 1
    }
  return { ready, notReady }
}

type Slices = ReadonlyMap<string, readonly EndpointSlice[]>
/** By the Service that they belong to. */
function slicesOf(view: ClusterView): Slices {
  return Map.groupBy(
    view.list('EndpointSlice'),
    ({ metadata }) => `${metadata.namespace}/${metadata.labels['kubernetes.io/service-name'] ?? ''}`,
  )
}

export const networkChecks: readonly Check[] = [dns, policies, endpoints]
