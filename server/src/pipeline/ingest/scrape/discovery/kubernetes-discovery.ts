import { z } from 'zod'
import { Fault } from '../../../../kernel/fault.ts'
import { parseJson } from '../../wire/body.ts'
import { type Access, accessOf } from '../http-access.ts'
import type { KubernetesRole, KubernetesSd } from '../scrape-document.ts'
import type { TargetGroup } from '../target.ts'
import { type Cluster, KubernetesObject } from './kubernetes-object.ts'
import { groupsOfRole } from './kubernetes-role.ts'
import type { DiscoveryDeps } from './target-group.ts'

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'
const timeoutMs = 30_000
const bytesMax = 64 * 1_048_576
const pageItems = 500
const pagesMax = 1_000

const paths: Record<KubernetesRole, { group: string; plural: string; namespaced: boolean }> = {
  node: { group: '/api/v1', plural: 'nodes', namespaced: false },
  pod: { group: '/api/v1', plural: 'pods', namespaced: true },
  service: { group: '/api/v1', plural: 'services', namespaced: true },
  endpoints: { group: '/api/v1', plural: 'endpoints', namespaced: true },
  endpointslice: { group: '/apis/discovery.k8s.io/v1', plural: 'endpointslices', namespaced: true },
  ingress: { group: '/apis/networking.k8s.io/v1', plural: 'ingresses', namespaced: true },
}

const List = z.object({
  metadata: z.object({ continue: z.string().optional() }).default({}),
  items: z.array(KubernetesObject).nullish(),
})

/** `kubernetes_sd_configs`: lists what the role needs, page by page, and gives it Prometheus' labels. */
export async function discoverKubernetes(
  config: KubernetesSd,
  document: string,
  deps: DiscoveryDeps,
): Promise<TargetGroup[]> {
  const { origin, access } = await apiOf(config, document, deps)
  const namespaces = await namespacesOf(config, deps)
  const list = async (role: KubernetesRole): Promise<KubernetesObject[]> => {
    const { group, plural, namespaced } = paths[role]
    const places =
      namespaced && namespaces.length > 0 ? namespaces.map((name) => `/namespaces/${name}`) : ['']
    const selector = config.selectors.find((one) => one.role === role)
    const found = await Promise.all(
      places.map((place) => pages(`${origin}${group}${place}/${plural}`, selector, access, deps)),
    )
    return found.flat()
  }
  const { role } = config
  const backed = role === 'endpoints' || role === 'endpointslice'
  const cluster: Cluster = {
    objects: await list(role),
    pods: backed ? await list('pod') : [],
    services: backed ? await list('service') : [],
    nodes: config.attach_metadata.node && (backed || role === 'pod') ? await list('node') : [],
  }
  return groupsOfRole(role, cluster)
}

async function apiOf(
  config: KubernetesSd,
  document: string,
  deps: DiscoveryDeps,
): Promise<{ origin: string; access: Access }> {
  if (config.api_server)
    return { origin: config.api_server.replace(/\/$/, ''), access: await accessOf(config, document, deps) }
  if (deps.kubernetesApi === '')
    throw new Fault(
      'VALIDATION_FAILED',
      'kubernetes_sd_configs without api_server needs a process that runs in a cluster (KUBERNETES_SERVICE_HOST is not set).',
    )
  const [token, ca] = await Promise.all([
    deps.files.read(`${accountFolder}/token`),
    deps.files.read(`${accountFolder}/ca.crt`),
  ])
  return {
    origin: `https://${deps.kubernetesApi}`,
    access: { headers: { authorization: `Bearer ${token.trim()}` }, tls: { ca } },
  }
}

async function namespacesOf(config: KubernetesSd, deps: DiscoveryDeps): Promise<string[]> {
  const { names, own_namespace } = config.namespaces
  if (!own_namespace) return names
  return [...names, (await deps.files.read(`${accountFolder}/namespace`)).trim()]
}

async function pages(
  url: string,
  selector: { label: string; field: string } | undefined,
  { headers, tls }: Access,
  deps: DiscoveryDeps,
): Promise<KubernetesObject[]> {
  const items: KubernetesObject[] = []
  let next = ''
  for (let page = 0; page < pagesMax; page += 1) {
    const query = new URLSearchParams({
      limit: String(pageItems),
      // From the API server's cache, as watchers begin; not for further pages, which are of one version.
      ...(next === '' ? { resourceVersion: '0' } : { continue: next }),
      ...(selector?.label ? { labelSelector: selector.label } : {}),
      ...(selector?.field ? { fieldSelector: selector.field } : {}),
    })
    const answer = await deps.http.send({
      method: 'GET',
      url: `${url}?${query}`,
      headers: { accept: 'application/json', ...headers },
      timeoutMs,
      bytesMax,
      ...(tls ? { tls } : {}),
    })
    if (answer.status !== 200)
      throw new Fault(
        'UPSTREAM_FAILED',
        `The Kubernetes API answered ${url} with HTTP status ${answer.status}.`,
      )
    const parsed = List.safeParse(parseJson(answer.body))
    if (!parsed.success)
      throw new Fault('UPSTREAM_FAILED', `The Kubernetes API answered ${url} with no list.`)
    items.push(...(parsed.data.items ?? []))
    next = parsed.data.metadata.continue ?? ''
    if (next === '') return items
  }
  throw new Fault(
    'UPSTREAM_FAILED',
    `The Kubernetes API lists more than ${pagesMax * pageItems} objects at ${url}.`,
  )
}
