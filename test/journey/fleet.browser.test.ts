import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubeconfigOf } from '../../server/src/service/fleet/kubernetes-api.suite.ts'
import { fillServer } from '../kubernetes/cluster-example.ts'
import { type ApiServer, createApiServer } from '../kubernetes/index.ts'
import { browserJourney, withPage } from './browser.ts'
import { type Server, startServer, temporaryFolder } from './server.ts'

type Pod = { metadata: { name: string; namespace: string }; status: { containerStatuses: object[] } }
const gpu = (values: Record<string, number>) => ({
  metrics: Object.entries(values).map(([name, value]) => ({
    ...{ name, value },
    labels: {
      ...{ gpu: '3', UUID: 'GPU-journey', device: 'nvidia3', Hostname: 'worker-1', cluster: 'lab' },
      modelName: 'NVIDIA H100 80GB HBM3',
    },
  })),
})

browserJourney('the pages of the fleet on the real program', () => {
  const folder = temporaryFolder('fleet')
  let api: ApiServer
  let listening: Awaited<ReturnType<ApiServer['listen']>>
  let server: Server
  let broken: Pod['metadata']
  const kubeconfig = (token: string) => kubeconfigOf({ server: listening.url, ca: listening.ca, token })

  beforeAll(async () => {
    api = createApiServer({ authentication: { tokens: { 'token-of-the-reader': 'reader' } } })
    fillServer(api, { nodes: 4, podsPerNode: 10, nowMs: Date.now() - 120_000 })
    const pod = structuredClone(
      (api.list('Pod') as unknown as Pod[]).find(({ metadata }) => metadata.namespace !== 'kube-system')!,
    )
    broken = pod.metadata
    const terminated = {
      exitCode: 137,
      reason: 'OOMKilled',
      finishedAt: new Date(Date.now() - 60_000).toISOString(),
    }
    pod.status.containerStatuses = pod.status.containerStatuses.map((one) => ({
      ...{ ...one, ready: false, restartCount: 7, lastState: { terminated } },
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
    }))
    api.put('Pod', pod as never)
    listening = await api.listen({ tls: true })
    server = await startServer(join(folder.path, 'data'), [
      ...['kubernetes.analyze_interval=1s', 'ingest.host.enabled=false'],
      ...['infrastructure.interval=1s', 'infrastructure.rest=1s'],
    ])
  })
  afterAll(async () => {
    await server?.stop()
    await listening?.close()
    folder.remove()
  })

  test('a cluster is added with a kubeconfig; what is wrong with it is said first, and nothing is left behind', async () => {
    await withPage(async (page) => {
      await page.goto(`${server.url}/clusters`)
      await page.getByRole('link', { name: 'Add a cluster' }).first().click()
      const fill = async (text: string): Promise<void> => {
        await page.getByRole('textbox', { name: 'Kubeconfig' }).fill(text)
        await page.getByRole('button', { name: 'Next' }).click()
        await page.getByRole('textbox', { name: 'Name', exact: true }).fill('lab')
        await page.getByRole('button', { name: 'Next' }).click()
        await page.getByRole('button', { name: 'Register and test' }).click()
      }
      await fill(kubeconfig('wrong'))
      await page
        .getByText(/refused the credentials \(401\)/)
        .first()
        .waitFor()
      await page.getByRole('button', { name: 'Correct where' }).waitFor()
      expect((await server.client.listClusters({})).total).toBe(0)
      await page.getByRole('button', { name: 'Correct where' }).click()
      await fill(kubeconfig('token-of-the-reader'))
      await page.getByRole('link', { name: 'Open the cluster' }).click()
      await page.getByRole('heading', { name: 'lab' }).waitFor()
      await page.getByText('Healthy').first().waitFor()
      expect(page.url()).not.toContain('token')
    })
  })

  test('its inside is shown: a pod in trouble, why, and what to do', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/findings`)
      await page
        .getByText(/killed for using more memory/)
        .first()
        .click()
      await page
        .getByText(/--dry-run=server/)
        .first()
        .waitFor()
      const { id } = await server.client.getClusterByName({ params: { name: 'lab' } })
      await page.goto(`${server.url}/clusters/${id}?tab=pods&problems=true`)
      await page.getByText(broken.name).first().waitFor()
      await page.getByText('CrashLoopBackOff').first().waitFor()
      await page.goto(`${server.url}/clusters/${id}?tab=nodes`)
      await page.getByText('worker-0').first().waitFor()
      expect(problems).toEqual([])
    })
  })

  test('a GPU that is too hot is seen on its page', async () => {
    const body = JSON.stringify(
      gpu({ DCGM_FI_DEV_GPU_TEMP: 97, DCGM_FI_DEV_GPU_UTIL: 98, DCGM_FI_DEV_POWER_USAGE: 650 }),
    )
    const headers = { 'content-type': 'application/json' }
    const push = () => fetch(`${server.url}/api/v1/metrics/write`, { method: 'POST', headers, body })
    await push()
    const again = setInterval(() => void push(), 2_000)
    try {
      await withPage(async (page, problems) => {
        await page.goto(`${server.url}/gpu?view=gpus`)
        await page.getByText('NVIDIA H100 80GB HBM3').first().waitFor({ timeout: 20_000 })
        await page.getByText(/97/).first().waitFor()
        expect(problems).toEqual([])
      })
    } finally {
      clearInterval(again)
    }
  })
})
