import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
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
type Pod = {
  metadata: { name: string; namespace: string }
  status: { containerStatuses: object[]; conditions: { type: string }[] }
}

/** What a person does who has one cluster and a terminal; the API server is the one of test/kubernetes, over TLS. */
describe.skipIf(!hasOpenssl)('the inside of a cluster (skipped where there is no openssl)', () => {
  const folder = temporaryFolder('kubernetes')
  let api: ApiServer
  let listening: Awaited<ReturnType<ApiServer['listen']>>
  let server: Server
  let client: Client
  let id = ''
  let kubeconfig = ''
  let broken: Pod['metadata']

  beforeAll(async () => {
    api = createApiServer({ authentication: { tokens: { [token]: 'reader' } } })
    fillServer(api, { nodes: 4, podsPerNode: 10, nowMs: Date.now() - 120_000 })
    listening = await api.listen({ tls: true })
    kubeconfig = join(folder.path, 'kubeconfig')
    writeFileSync(kubeconfig, kubeconfigOf({ server: listening.url, ca: listening.ca, token }))
    server = await startServer(join(folder.path, 'data'), [
      ...['kubernetes.analyze_interval=1s', 'ingest.host.enabled=false'],
    ])
    client = createClient({ url: server.url })
  })
  afterAll(async () => {
    await server?.stop()
    await listening?.close()
    folder.remove()
  })

  async function run(...argv: string[]) {
    const environment = { ...process.env, AIOPS_URL: server.url }
    const command = spawn(process.execPath, [aiops, ...argv], { env: environment })
    const output = { code: 0, stdout: '', stderr: '' }
    command.stdout.on('data', (part) => (output.stdout += String(part)))
    command.stderr.on('data', (part) => (output.stderr += String(part)))
    output.code = await new Promise((resolve) => command.once('close', (code) => resolve(code ?? -1)))
    return output
  }
  const seen = () =>
    vi.waitUntil(async () => (await client.getClusterOverview({ params: { id } })).watch === 'WATCHING', {
      timeout: 20_000,
      interval: 200,
    })

  it('is known a moment after the cluster was added, whole', async () => {
    const { code, stderr } = await run('cluster', 'add', 'lab', '--kubeconfig', kubeconfig)
    expect([code, stderr]).toEqual([0, ''])
    id = (await client.getClusterByName({ params: { name: 'lab' } })).id
    await seen()
    const { pods, nodes } = await client.getClusterOverview({ params: { id } })
    expect([nodes.total, nodes.ready, pods.total]).toEqual([4, 4, api.count('Pod')])
    expect((await client.listFindings({})).items).toEqual([])
  })

  it('is asked for from the terminal alike, with a platform and without', async () => {
    const remembered = await run('cluster', 'pods', 'lab', '--json')
    const read = await run('cluster', 'pods', '--kubeconfig', kubeconfig, '--json')
    const names = ({ stdout }: { stdout: string }) =>
      (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)
    expect(names(remembered)).toEqual(names(read))
    expect(names(read)).toHaveLength(api.count('Pod'))
    const { stdout } = await run('cluster', 'status', '--kubeconfig', kubeconfig)
    expect(stdout).toMatch(/nodes: 4\/4 ready/)
    expect((await run('analyze', '--kubeconfig', kubeconfig, '--fail')).code).toBe(0)
  })

  it('shows a fault as finding, alert and change, with what to do', async () => {
    const pod = structuredClone(
      (api.list('Pod') as unknown as Pod[]).find(({ metadata }) => metadata.namespace !== 'kube-system')!,
    )
    broken = pod.metadata
    const atMs = Date.now() - 60_000
    pod.status.containerStatuses = pod.status.containerStatuses.map((one) => ({
      ...one,
      ...{
        ready: false,
        restartCount: 7,
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
      },
      lastState: {
        terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: new Date(atMs).toISOString() },
      },
    }))
    pod.status.conditions = pod.status.conditions.map((one) =>
      one.type === 'Ready' || one.type === 'ContainersReady'
        ? {
            ...one,
            status: 'False',
            reason: 'ContainersNotReady',
            lastTransitionTime: new Date(atMs).toISOString(),
          }
        : one,
    )
    api.put('Pod', pod as never)
    await vi.waitUntil(async () => (await client.listFindings({})).total > 0, {
      timeout: 20_000,
      interval: 200,
    })
    const { items } = await client.listFindings({})
    expect(items[0]).toMatchObject({ rule: 'pod-oom-killed', object: { kind: 'Pod', name: broken.name } })
    expect(items[0]?.evidence.length).toBeGreaterThan(0)
    await vi.waitUntil(
      async () => (await client.listAlerts({})).alerts.some(({ labels }) => labels.pod === broken.name),
      { timeout: 20_000, interval: 200 },
    )
    const { changes } = await client.listClusterChanges({ params: { id }, query: { name: broken.name } })
    expect(changes[0]?.summary).toContain('CrashLoopBackOff')
    const { code, stdout } = await run('analyze', '--cluster', 'lab', '-n', broken.namespace, '--fail')
    expect([code, stdout]).toEqual([1, expect.stringContaining('OOMKilled')])
  })

  it('is remembered as it was before', async () => {
    const params = { id, kind: 'Pod', namespace: broken.namespace, name: broken.name }
    const { history } = await client.getClusterObject({ params })
    const before = new Date(Date.parse(history[0]!.at) - 1).toISOString()
    const { object } = await client.getClusterObject({ params, query: { at: before } })
    expect(JSON.stringify(object)).not.toContain('CrashLoopBackOff')
  })

  it('is remembered though its credentials are replaced', async () => {
    const params = { id, kind: 'Pod', namespace: broken.namespace, name: broken.name }
    const before = (await client.getClusterObject({ params })).history.length
    await client.putClusterCredentials({
      params: { id },
      body: { auth_type: 'KUBECONFIG', kubeconfig: readFileSync(kubeconfig, 'utf8') },
    })
    await vi.waitUntil(
      async () => (await client.getClusterOverview({ params: { id } })).watch === 'WATCHING',
      {
        ...{ timeout: 20_000, interval: 200 },
      },
    )
    expect((await client.getClusterObject({ params })).history.length).toBeGreaterThanOrEqual(before)
    expect((await client.listFindings({})).total).toBeGreaterThan(0)
  })

  it('goes on to be known when the API server loses its history', async () => {
    api.restart()
    api.delete('Pod', broken.namespace, broken.name)
    await vi.waitUntil(
      async () => (await client.listPods({ params: { id }, query: { search: broken.name } })).total === 0,
      { timeout: 30_000, interval: 200 },
    )
    expect(
      (
        await client.getClusterObject({
          params: { id, kind: 'Pod', namespace: broken.namespace, name: broken.name },
        })
      ).history[0]?.type,
    ).toBe('DELETED')
  })

  it('asks for what the credentials lack by name', async () => {
    const { stdout } = await run('cluster', 'rbac')
    expect(stdout).toContain('kind: ClusterRole')
    expect((await run('cluster', 'rbac', 'lab', '--missing')).stdout).toBe('Nothing is missing.\n')
  })
})
