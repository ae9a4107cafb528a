import { describe, expect, it } from 'vitest'
import { World } from '../../pull/source.suite.ts'
import { parseScrapeDocument, type ScrapeJob } from '../scrape-document.ts'
import { FakeApi } from './kubernetes-api.suite.ts'
import { follow, pod } from './kubernetes-cluster.suite.ts'

const jobOf = (more: string): ScrapeJob => {
  const { jobs, problems } = parseScrapeDocument(
    'p.yml',
    `scrape_configs: [{ job_name: k, kubernetes_sd_configs: [{ role: pod ${more} }] }]`,
  )
  expect(problems).toEqual([])
  return jobs[0]!
}

describe('Kubernetes discovery', () => {
  it('asks in the namespaces wanted, by selector, with its credentials', async () => {
    const api = new FakeApi()
    for (const namespace of ['a', 'b', 'c'])
      api.put('pods', { ...pod, metadata: { ...pod.metadata, namespace } })
    const job = jobOf(`, api_server: 'https://api.test/', namespaces: { names: [a, b] },
      selectors: [{ role: pod, label: 'app=x' }], bearer_token: t, tls_config: { insecure_skip_verify: true }`)
    const { told, stop } = await follow(job, api)
    await stop()
    expect(told.at(-1)?.map(({ labels }) => labels.__meta_kubernetes_namespace)).toEqual(['a', 'b'])
    expect(api.asked.map(({ url }) => url).sort()).toEqual(
      ['a', 'b'].flatMap((namespace) => [
        `https://api.test/api/v1/namespaces/${namespace}/pods?limit=500&resourceVersion=0&labelSelector=app%3Dx`,
        `https://api.test/api/v1/namespaces/${namespace}/pods?watch=1&allowWatchBookmarks=true&resourceVersion=103&timeoutSeconds=300&labelSelector=app%3Dx`,
      ]),
    )
    for (const request of api.asked)
      expect(request).toMatchObject({
        headers: { authorization: 'Bearer t' },
        tls: { insecureSkipVerify: true },
      })
  })

  it('in a cluster reads the account of its pod anew each time, and may stay in its own namespace', async () => {
    const folder = '/var/run/secrets/kubernetes.io/serviceaccount'
    const world = new World()
    for (const [name, text] of Object.entries({ token: 'one\n', 'ca.crt': 'CA', namespace: 'shop' }))
      world.files.set(`${folder}/${name}`, text)
    const api = new FakeApi()
    api.put('pods', pod)
    const inCluster = { ...world.pulling(), kubernetesApi: '10.96.0.1:443' }
    world.pulling = () => inCluster
    const { told, stop } = await follow(jobOf(', namespaces: { own_namespace: true }'), api, world)
    expect(told).toHaveLength(1)
    world.files.set(`${folder}/token`, 'two')
    api.cut(true)
    await world.settle()
    await world.pass(2_000)
    await stop()
    expect(api.asked.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer one',
      'Bearer one',
      'Bearer two',
    ])
    expect(api.asked[0]).toMatchObject({
      url: expect.stringContaining('https://10.96.0.1:443/api/v1/namespaces/shop/pods?'),
      tls: { ca: 'CA' },
    })
  })

  it('tells changes within a second, several at once', async () => {
    const api = new FakeApi()
    api.put('pods', pod)
    const { told, stop, world } = await follow(jobOf(", api_server: 'https://api.test'"), api)
    const ips = (): unknown[] => told.at(-1)?.map(({ labels }) => labels.__meta_kubernetes_pod_ip) ?? []
    expect([told.length, ips()]).toEqual([1, ['10.1.0.5']])
    for (const [name, podIP] of [
      ['x', '10.1.0.8'],
      ['y', '10.1.0.9'],
    ] as const)
      api.put('pods', {
        ...pod,
        metadata: { ...pod.metadata, name },
        status: { ...pod.status, podIP },
      } as typeof pod)
    api.delete('pods', 'shop/cart-1')
    await world.settle()
    await world.pass(1_000)
    await stop()
    expect([told.length, ips()]).toEqual([2, ['10.1.0.8', '10.1.0.9']])
  })

  it('goes on telling what it can follow while another part fails, and says when all is well again', async () => {
    const api = new FakeApi()
    for (const namespace of ['a', 'b']) api.put('pods', { ...pod, metadata: { ...pod.metadata, namespace } })
    const job = jobOf(", api_server: 'https://api.test', namespaces: { names: [a, b] }")
    const { told, errors, stop, world } = await follow(job, api)
    const names = (): string[] =>
      told.at(-1)?.map(({ labels }) => `${labels.__meta_kubernetes_namespace}`) ?? []
    expect(names()).toEqual(['a', 'b'])
    api.refusals.push(500, 500)
    api.cut(true)
    await world.settle()
    await world.pass(1_200)
    expect(errors.length).toBeGreaterThan(0)
    api.put('pods', { ...pod, metadata: { ...pod.metadata, name: 'new', namespace: 'a' } })
    for (let i = 0; i < 4; i += 1) await world.pass(5_000)
    await stop()
    expect(names()).toEqual(['a', 'a', 'b'])
    expect(errors).toEqual([])
  })

  it('adds what is known of the namespace, where that is wanted', async () => {
    const api = new FakeApi()
    api.put('pods', pod)
    api.put('namespaces', { metadata: { name: 'shop', labels: { team: 'blue' } } })
    const job = jobOf(", api_server: 'https://api.test', attach_metadata: { namespace: true }")
    const { told, stop } = await follow(job, api)
    await stop()
    expect(told.at(-1)?.[0]?.labels).toMatchObject({ __meta_kubernetes_namespace_label_team: 'blue' })
  })

  it('says so where it is not in a cluster, is refused, or gets no list', async () => {
    const failing = async (more: string, answer?: () => Promise<never>) => {
      const api = new FakeApi()
      api.refusals.push(403)
      const own = answer ? Object.assign(api, { send: answer }) : api
      const { errors, told, stop } = await follow(jobOf(more), own)
      await stop()
      expect(told).toEqual([])
      return String(errors[0])
    }
    expect(await failing('')).toContain('KUBERNETES_SERVICE_HOST')
    expect(await failing(", api_server: 'http://a'")).toContain('403')
    const noList = async () =>
      ({ status: 200, headers: {}, body: Buffer.from('{"items":[{"x":1}]}') }) as never
    expect(await failing(", api_server: 'http://a'", noList)).toContain('no list')
  })
})
