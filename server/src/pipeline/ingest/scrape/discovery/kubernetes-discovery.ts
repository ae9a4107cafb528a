import { Fault } from '../../../../kernel/fault.ts'
import type { KubernetesRole, KubernetesSd } from '../scrape-document.ts'
import type { TargetGroup } from '../target.ts'
import { objectSource, ownNamespace } from './kubernetes-api.ts'
import { metaLabels } from './kubernetes-label.ts'
import type { Cluster, KubernetesObject } from './kubernetes-object.ts'
import { groupsOfRole } from './kubernetes-role.ts'
import { KubernetesWatch } from './kubernetes-watch.ts'
import type { DiscoveryDeps, Following, FollowTold } from './target-group.ts'

type Kind = KubernetesRole | 'namespace'

const kinds: Record<Kind, { group: string; plural: string; namespaced: boolean }> = {
  node: { group: '/api/v1', plural: 'nodes', namespaced: false },
  namespace: { group: '/api/v1', plural: 'namespaces', namespaced: false },
  pod: { group: '/api/v1', plural: 'pods', namespaced: true },
  service: { group: '/api/v1', plural: 'services', namespaced: true },
  endpoints: { group: '/api/v1', plural: 'endpoints', namespaced: true },
  endpointslice: { group: '/apis/discovery.k8s.io/v1', plural: 'endpointslices', namespaced: true },
  ingress: { group: '/apis/networking.k8s.io/v1', plural: 'ingresses', namespaced: true },
}
/** Changes of so long are told at once: a rollout changes many objects. */
const SETTLE_MS = 1_000

/**
 * `kubernetes_sd_configs`: keeps what the role needs by list and watch, and tells targets with Prometheus' labels whenever they change.
 * Nothing is told before all is known once; what was told last stays while the API cannot be reached.
 */
export function followKubernetes(
  config: KubernetesSd,
  document: string,
  deps: DiscoveryDeps,
  told: FollowTold,
): Following {
  const { clock } = deps
  const { role } = config
  const watches = new Map<Kind, KubernetesWatch[]>()
  let cancel: (() => void) | undefined
  let wasTold = false

  const all = (): KubernetesWatch[] => [...watches.values()].flat()
  const objects = (kind: Kind): KubernetesObject[] =>
    (watches.get(kind) ?? []).flatMap((watch) => [...watch.objects.values()])

  function tell(): void {
    cancel = undefined
    if (!all().every((watch) => watch.isKnown)) return
    wasTold = true
    const cluster: Cluster = {
      objects: objects(role),
      pods: role === 'pod' ? [] : objects('pod'),
      services: role === 'service' ? [] : objects('service'),
      nodes: role === 'node' ? [] : objects('node'),
    }
    told.found(withNamespaces(groupsOfRole(role, cluster), objects('namespace')))
  }
  function changed(): void {
    if (wasTold) cancel ??= clock.after(SETTLE_MS, tell)
    else tell()
  }
  function recovered(): void {
    if (!all().some((watch) => watch.isFailing)) told.recovered()
  }
  function watch(kind: Kind): void {
    const sources = placesOf(kind, config, deps).map(({ path, field }) => {
      const chosen = config.selectors.find((one) => one.role === kind)
      const selector = field === '' ? chosen : { label: '', field }
      return objectSource(config, document, path, selector, deps)
    })
    const made = sources.map(
      (source) => new KubernetesWatch(source, { ...deps, changed, recovered, failed: told.failed }),
    )
    watches.set(kind, made)
  }

  const backed = role === 'endpoints' || role === 'endpointslice'
  const { node, namespace } = config.attach_metadata
  for (const kind of new Set<Kind>([
    role,
    ...(backed ? (['pod', 'service'] as const) : []),
    ...(node && (backed || role === 'pod') ? (['node'] as const) : []),
    ...(namespace && role !== 'node' ? (['namespace'] as const) : []),
  ]))
    watch(kind)
  for (const one of all()) one.start()
  return {
    async stop() {
      cancel?.()
      await Promise.all(all().map((one) => one.stop()))
    },
  }
}

/** One for each namespace asked for; the namespaces themselves by name. */
function placesOf(
  kind: Kind,
  { namespaces }: KubernetesSd,
  deps: DiscoveryDeps,
): { path: () => Promise<string>; field: string }[] {
  const { group, plural, namespaced } = kinds[kind]
  const whole = `${group}/${plural}`
  if (kind === 'namespace' && !namespaces.own_namespace && namespaces.names.length > 0)
    return namespaces.names.map((name) => ({ path: async () => whole, field: `metadata.name=${name}` }))
  if (!namespaced || (namespaces.names.length === 0 && !namespaces.own_namespace))
    return [{ path: async () => whole, field: '' }]
  const at = (name: string): string => {
    if (!/^[a-z0-9-]{1,63}$/.test(name))
      throw new Fault('VALIDATION_FAILED', `${JSON.stringify(name.slice(0, 64))} is no name of a namespace.`)
    return `${group}/namespaces/${name}/${plural}`
  }
  return [
    ...namespaces.names.map((name) => ({ path: async () => at(name), field: '' })),
    ...(namespaces.own_namespace ? [{ path: async () => at(await ownNamespace(deps)), field: '' }] : []),
  ]
}

function withNamespaces(groups: TargetGroup[], namespaces: readonly KubernetesObject[]): TargetGroup[] {
  if (namespaces.length === 0) return groups
  const labels = new Map(namespaces.map((one) => [one.metadata.name, metaLabels('namespace', one)]))
  return groups.map((group) => ({
    ...group,
    labels: { ...group.labels, ...labels.get(group.labels.__meta_kubernetes_namespace ?? '') },
  }))
}
