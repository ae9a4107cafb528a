import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Client, createClient } from '@aiops/contract/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { hasOpenssl, kubeconfigOf } from '../../server/src/service/fleet/kubernetes-api.suite.ts'
import { fillServer } from '../kubernetes/cluster-example.ts'
import { type ApiServer, createApiServer } from '../kubernetes/index.ts'
import { type Server, startServer, temporaryFolder } from './server.ts'

const aiops = fileURLToPath(new URL('../../server/bin/aiops.js', import.meta.url))
const token = 'token-of-the-reader'
type Labels = Record<string, string>
type Meta = { name: string; namespace: string; labels: Labels; generation?: number }
type Pod = { metadata: Meta; status: { containerStatuses: object[]; conditions: { type: string }[] } }
type Deployment = {
  metadata: Meta
  status: { observedGeneration?: number }
  spec: { selector: { matchLabels: Labels }; template: { spec: { containers: { image: string }[] } } }
}
type Service = { metadata: Meta; spec: { selector?: Labels } }
const has = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value)
const waiting = { timeout: 60_000, interval: 300 }

/** A rollout that makes pods crash, in a cluster that is watched. */
describe.skipIf(!hasOpenssl)('what was changed (skipped where there is no openssl)', () => {
  const folder = temporaryFolder('change')
  let api: ApiServer
  let listening: Awaited<ReturnType<ApiServer['listen']>>
  let server: Server
  let client: Client
  let deployment: Deployment
  let service: Service
  let workload = ''

  beforeAll(async () => {
    api = createApiServer({ authentication: { tokens: { [token]: 'reader' } } })
    fillServer(api, { nodes: 4, podsPerNode: 10, nowMs: Date.now() - 120_000 })
    listening = await api.listen({ tls: true })
    const kubeconfig = join(folder.path, 'kubeconfig')
    writeFileSync(kubeconfig, kubeconfigOf({ server: listening.url, ca: listening.ca, token }))
    server = await startServer(join(folder.path, 'data'), [
      ...['kubernetes.analyze_interval=1s', 'ingest.host.enabled=false', 'explain.settle=1s'],
    ])
    client = createClient({ url: server.url })
    const services = api.list('Service') as unknown as Service[]
    const deployments = api.list('Deployment') as unknown as Deployment[]
    const pairs = deployments.flatMap((one) => {
      const { matchLabels } = one.spec.selector
      const over = services.find(
        ({ metadata, spec }) =>
          metadata.namespace === one.metadata.namespace && spec.selector && has(matchLabels, spec.selector),
      )
      return over && one.metadata.namespace !== 'kube-system' ? [{ one, over }] : []
    })
    deployment = structuredClone(pairs[0]!.one)
    service = pairs[0]!.over
    workload = `workload/lab/${deployment.metadata.namespace}/Deployment/${deployment.metadata.name}`
    const code = await new Promise((resolve) =>
      spawn(process.execPath, [aiops, 'cluster', 'add', 'lab', '--kubeconfig', kubeconfig], {
        env: { ...process.env, AIOPS_URL: server.url },
      }).once('close', resolve),
    )
    expect(code).toBe(0)
    await vi.waitUntil(
      async () => (await client.getTopology({})).entities.some(({ id }) => id === workload),
      waiting,
    )
  }, 120_000)
  afterAll(async () => {
    await server?.stop()
    await listening?.close()
    folder.remove()
  })

  it('in a watched cluster is told once, as what was done to the workload', async () => {
    const [container] = deployment.spec.template.spec.containers
    const before = container!.image
    container!.image = 'registry.example/shop:broken'
    deployment.metadata.generation = (deployment.metadata.generation ?? 1) + 1
    deployment.status.observedGeneration = deployment.metadata.generation
    api.put('Deployment', deployment as never)
    const found = async () => (await client.listChanges({ query: { entity: workload } })).items
    await vi.waitUntil(async () => (await found()).length > 0, waiting)
    const changes = await found()
    expect(changes).toHaveLength(1)
    expect(changes[0]).toMatchObject({ kind: 'ROLLOUT', source: 'KUBERNETES', entities: [workload] })
    expect(changes[0]?.summary).toContain(`image ${before} → registry.example/shop:broken`)
  })

  it('by a delivery system is told by it', async () => {
    const body = { id: 'run-7', entities: [`service/${service.metadata.name}`], summary: 'pipeline run 7' }
    const told = await client.recordChange({ body: { ...body, kind: 'CONFIG', actor: 'ci' } })
    expect(await client.recordChange({ body })).toEqual(told)
    expect((await client.listChanges({ query: { source: 'API' } })).items).toEqual([told])
  })

  it('is cited beside the finding that it led to, in the diagnosis of the incident', async () => {
    const { namespace } = deployment.metadata
    const pods = (api.list('Pod') as unknown as Pod[]).filter(
      ({ metadata }) =>
        metadata.namespace === namespace && has(metadata.labels, deployment.spec.selector.matchLabels),
    )
    const at = new Date().toISOString()
    for (const found of pods) {
      const pod = structuredClone(found)
      pod.status.containerStatuses = pod.status.containerStatuses.map((one) => ({
        ...{ ...one, ready: false, restartCount: 7 },
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
        lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: at } },
      }))
      pod.status.conditions = pod.status.conditions.map((one) =>
        one.type === 'Ready' || one.type === 'ContainersReady'
          ? { ...one, status: 'False', reason: 'ContainersNotReady', lastTransitionTime: at }
          : one,
      )
      api.put('Pod', pod as never)
    }
    await vi.waitUntil(async () => (await client.listIncidents({})).incidents.length > 0, waiting)
    const { id } = (await client.listIncidents({})).incidents[0]!
    const diagnosis = () => client.diagnoseIncident({ params: { id } })
    const crashes = async () => JSON.stringify((await diagnosis()).causes).includes('(pod-crash-loop: ')
    await vi.waitUntil(crashes, waiting)
    const { causes, unknown_probability } = await diagnosis()
    expect(causes[0]?.entity).toBe(`service/${service.metadata.name}`)
    expect(causes[0]?.probability).toBeGreaterThan(unknown_probability)
    const kinds = causes[0]?.evidence.map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['KUBERNETES', 'CHANGE']))
    expect(causes[0]?.category).toBe('DEPLOY')
    expect(JSON.stringify(causes[0]?.evidence)).toContain('shop:broken')
  })
})
