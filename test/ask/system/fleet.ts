import type { Client } from '@aiops/contract/client'
import { seededRandom } from '../../../server/src/kernel/random.ts'
import { kubeconfigOf } from '../../../server/src/service/fleet/kubernetes-api.suite.ts'
import { kindNames, resourceTypeOf } from '../../../server/src/service/kubernetes/object/kind.ts'
import { type ApiServer, createApiServer, type Listening } from '../../kubernetes/index.ts'
import { clusterObjects, kubernetesVersion, nodeObjects } from './cluster-object.ts'
import { dockLab, harbourEast, harbourWest, type WorkloadPlan } from './cluster-plan.ts'
import { podsOf, troubleHarbourEast } from './cluster-trouble.ts'
import { serviceFacts } from './service-fact.ts'

const token = 'token-of-the-reader'
/** A port of loopback where nothing listens: no program may take one so low by chance. */
const nobody = 'http://127.0.0.1:1'

type Address = { api_server_url: string }
type Registered = Parameters<Client['createCluster']>[0]['body']
export type Fleet = { east: ApiServer; stop(): Promise<void> }

/** These are clusters of plain Kubernetes. */
const openshift = kindNames.filter((kind) =>
  /[.]openshift[.]io$|[.]coreos[.]com$/.test(resourceTypeOf(kind).group),
)
/** Of the operator whose daemon keeps the clocks. */
const ptpConfig = {
  group: 'ptp.openshift.io',
  version: 'v1',
  plural: 'ptpconfigs',
  kind: 'PtpConfig',
  namespaced: true,
}

/** Test API servers for the clusters that answer. */
async function serve(
  seed: number,
  nowMs: number,
  nodes: readonly (readonly [name: string, gpus?: number])[],
  plans: readonly WorkloadPlan[],
): Promise<{ api: ApiServer; listening: Listening }> {
  const api = createApiServer({
    ...{ seed, gitVersion: kubernetesVersion, without: openshift },
    authentication: { tokens: { [token]: 'reader' } },
  })
  const time = { nowMs, random: seededRandom(seed) }
  for (const [at, [name, gpus]] of nodes.entries())
    for (const object of nodeObjects(time, name, at, gpus)) api.put(String(object.kind), object)
  for (const object of clusterObjects(time, plans)) api.put(String(object.kind), object)
  return { api, listening: await api.listen({ tls: true }) }
}

/** Registers the four clusters of the page. */
export async function playFleet(client: Client, nowMs: number, prometheusUrl: string): Promise<Fleet> {
  const workers = [['worker-1'], ['worker-2', 2], ['worker-3'], ['worker-4']] as const
  const [east, west, lab, quay] = await Promise.all([
    serve(3, nowMs, workers, harbourEast),
    serve(5, nowMs, [['west-1'], ['west-2']], harbourWest),
    serve(7, nowMs, [['lab-1']], dockLab),
    serve(9, nowMs, [['quay-1']], []),
  ])
  east.api.register(ptpConfig)
  troubleHarbourEast(east.api, nowMs)
  useResources(east.api)
  const register = async (body: Registered, listening: Listening): Promise<void> => {
    const { id } = await client.createCluster({ body })
    const kubeconfig = kubeconfigOf({ server: listening.url, ca: listening.ca, token })
    await client.putClusterCredentials({ params: { id }, body: { auth_type: 'KUBECONFIG', kubeconfig } })
    await client.refreshCluster({ params: { id } })
  }
  const of = (name: string, region: string, more: Address & Partial<Registered>): Registered => ({
    ...{ name, region, cluster_type: 'SPOKE', platform: 'KUBERNETES', environment: 'PRODUCTION' },
    ...{ display_name: null, labels: {}, tls: null, endpoints: {} },
    ...more,
  })
  const at = ({ url }: Listening, prometheus_url?: string): Address & Partial<Registered> => ({
    ...{ api_server_url: url, endpoints: prometheus_url ? { prometheus_url } : {} },
  })
  await Promise.all([
    register(of('harbour-east', 'eu-central', at(east.listening, prometheusUrl)), east.listening),
    register(of('harbour-west', 'eu-west', at(west.listening, nobody)), west.listening),
    // Credentials are only taken while they can be tried: it is lost after that.
    register(of('quay-07', 'north-sea', { ...at(quay.listening), cluster_type: 'EDGE' }), quay.listening),
    register(of('dock-lab', 'eu-central', { ...at(lab.listening), environment: 'LAB' }), lab.listening),
  ])
  await quay.listening.close()
  const { id } = await client.getClusterByName({ params: { name: 'quay-07' } })
  await client.refreshCluster({ params: { id } })
  return {
    east: east.api,
    async stop() {
      await Promise.all([east, west, lab].map(({ listening }) => listening.close()))
    },
  }
}

/** Pods use what their service says of itself: the memory of one process, and an even share of the processors. */
function useResources(api: ApiServer): void {
  for (const [service, { cpuCores, memoryMib }] of Object.entries(serviceFacts)) {
    const pods = podsOf(api, service)
    for (const { metadata } of pods)
      api.metrics.usage.set(`${metadata.namespace}/${metadata.name}/${service}`, {
        ...{ cpuNanocores: Math.round((cpuCores / pods.length) * 1e9), memoryKibibytes: memoryMib * 1_024 },
      })
  }
}
