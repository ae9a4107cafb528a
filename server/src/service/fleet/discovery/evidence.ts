import { z } from 'zod'
import { Fault, isFault, messageOf } from '../../../kernel/fault.ts'
import type { ClusterApi, RawObject, ResourceType } from '../../../port/cluster-api.ts'

const text = z.string().max(1_024)
const labels = z.record(z.string(), z.string()).catch({})
const Named = z.object({
  metadata: z.object({ name: text, namespace: text.default(''), labels, annotations: labels.default({}) }),
})
const Node = Named.extend({
  status: z.object({ capacity: z.record(z.string(), z.coerce.string()).catch({}) }).catch({ capacity: {} }),
})
const Route = Named.extend({
  spec: z.object({
    host: text,
    to: z.object({ name: text }),
    tls: z.object({}).nullish().catch(undefined),
  }),
})
export type FoundNode = z.output<typeof Node>
export type FoundRoute = z.output<typeof Route>
export type FoundName = z.output<typeof Named>

/** What was seen of a cluster. A part that could not be seen is absent, and `notSeen` says why. */
export type Evidence = {
  gitVersion: string
  /** Groups of the API that are served. */
  groups: ReadonlySet<string>
  openshiftVersion: string | undefined
  nodes: FoundNode[] | undefined
  namespaces: FoundName[] | undefined
  services: FoundName[] | undefined
  routes: FoundRoute[] | undefined
  microshift: boolean
  notSeen: string[]
}

const core = (plural: string, kind: string, namespaced: boolean): ResourceType => ({
  ...{ group: '', version: 'v1', plural, kind, namespaced },
})
const routes: ResourceType = {
  ...{ group: 'route.openshift.io', version: 'v1', plural: 'routes', kind: 'Route', namespaced: true },
}
const clusterVersions: ResourceType = {
  ...{ group: 'config.openshift.io', version: 'v1', plural: 'clusterversions', kind: 'ClusterVersion' },
  namespaced: false,
}
const OpenshiftVersion = z.looseObject({
  status: z.looseObject({ desired: z.looseObject({ version: z.string().max(200) }) }),
})

/** Objects in a page, and of a kind: of a larger cluster the first ones speak. */
const pageItems = 250
const itemsMax = 20_000

/** Asks for what tells what a cluster is. Throws DISCOVERY_FAILED where not even its version is told. */
export async function gatherEvidence(
  api: ClusterApi,
  cluster: string,
  signal: AbortSignal,
): Promise<Evidence> {
  const notSeen: string[] = []
  const part = async <T>(name: string, ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await ask()
    } catch (error) {
      if (!isFault(error)) throw error
      notSeen.push(`${name}: ${messageOf(error)}`)
      return undefined
    }
  }
  const all = async <S extends z.ZodType>(
    type: ResourceType,
    schema: S,
    metadataOnly: boolean,
  ): Promise<z.output<S>[]> => {
    const found: z.output<S>[] = []
    let next: string | undefined
    do {
      const page = await api.list(type, {
        ...{ limit: pageItems, resourceVersion: '0', metadataOnly, signal },
        ...(next === undefined ? {} : { continue: next }),
      })
      for (const item of page.items) found.push(...readable(schema, item))
      next = page.continue
    } while (next !== undefined && found.length < itemsMax)
    return found
  }
  const version = await part('version', () => api.version(signal))
  if (!version)
    throw new Fault('DISCOVERY_FAILED', `The API server of ${cluster} does not tell its ${notSeen[0]}`)
  const groups = new Set((await part('APIs', () => api.resources(signal)))?.resources.map((one) => one.group))
  const openshift = groups.has(clusterVersions.group)
    ? await part('OpenShift version', () => api.get(clusterVersions, undefined, 'version', signal))
    : undefined
  const nodes = await part('nodes', () => all(core('nodes', 'Node', false), Node, false))
  const namespaces = await part('namespaces', () => all(core('namespaces', 'Namespace', false), Named, true))
  const services = await part('services', () => all(core('services', 'Service', true), Named, true))
  return {
    ...{ gitVersion: version.gitVersion, groups, nodes, namespaces, services },
    openshiftVersion: OpenshiftVersion.safeParse(openshift).data?.status.desired.version,
    routes: groups.has(routes.group) ? await part('routes', () => all(routes, Route, false)) : undefined,
    microshift: await isMicroshift(api, signal),
    notSeen,
  }
}

/** MicroShift says so in a ConfigMap that everybody may read. */
async function isMicroshift(api: ClusterApi, signal: AbortSignal): Promise<boolean> {
  try {
    await api.get(core('configmaps', 'ConfigMap', true), 'kube-public', 'microshift-version', signal)
    return true
  } catch (error) {
    if (isFault(error)) return false
    throw error
  }
}

function readable<S extends z.ZodType>(schema: S, item: RawObject): z.output<S>[] {
  const parsed = schema.safeParse(item)
  return parsed.success ? [parsed.data] : []
}
