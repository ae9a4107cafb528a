import type { EndpointSlice, Service } from '../../object/network.ts'
import type { ClusterView } from '../../view.ts'

type Endpoint = EndpointSlice['endpoints'][number]

/** What the EndpointSlices of a Service hold. */
export type Endpoints = {
  slices: readonly EndpointSlice[]
  ready: number
  notReady: readonly Endpoint[]
}

const kept = new WeakMap<ClusterView, { timeMs: number; byService: Map<string, EndpointSlice[]> }>()
const none: Endpoints = { slices: [], ready: 0, notReady: [] }

/** Absent `ready` counts as ready (API of EndpointConditions). A terminating endpoint is neither: it is meant to go. */
export function endpointsOf(view: ClusterView, namespace: string, service: string): Endpoints {
  const slices = slicesOf(view).get(`${namespace}/${service}`)
  if (!slices) return none
  const endpoints = slices.flatMap((slice) => slice.endpoints)
  return {
    slices,
    ready: endpoints.filter(({ conditions }) => conditions.ready !== false).length,
    notReady: endpoints.filter(
      ({ conditions }) => conditions.ready === false && conditions.terminating !== true,
    ),
  }
}

function slicesOf(view: ClusterView): Map<string, EndpointSlice[]> {
  const known = kept.get(view)
  if (known && known.timeMs === view.timeMs) return known.byService
  const byService = new Map<string, EndpointSlice[]>()
  for (const slice of view.list('EndpointSlice')) {
    const service = slice.metadata.labels['kubernetes.io/service-name']
    if (service === undefined) continue
    const key = `${slice.metadata.namespace}/${service}`
    const slices = byService.get(key)
    if (slices) slices.push(slice)
    else byService.set(key, [slice])
  }
  kept.set(view, { timeMs: view.timeMs, byService })
  return byService
}

/** Services that stand for pods: not an alias, not one whose endpoints somebody writes, not what an old election writes its leader to. */
export const standsForPods = ({ metadata, spec }: Service): boolean =>
  spec.type !== 'ExternalName' &&
  Object.keys(spec.selector).length > 0 &&
  !('control-plane.alpha.kubernetes.io/leader' in metadata.annotations)
