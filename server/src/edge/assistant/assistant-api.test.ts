import { exampleOf } from '@aiops/contract/example'
import { Cluster } from '@aiops/contract/model/cluster'
import { HealthCheck, KubernetesEvent, PodSummary } from '@aiops/contract/model/kubernetes'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import type { Kubernetes } from '../../service/kubernetes/index.ts'
import { createAssistantApi } from './index.ts'

const cluster = (name: string, type: Cluster['cluster_type'] = 'SPOKE'): Cluster => ({
  ...(exampleOf(Cluster) as Cluster),
  ...{ id: `id-${name}`, name, cluster_type: type },
})
const pod = { ...(exampleOf(PodSummary) as PodSummary), namespace: 'shop', name: 'cart-1', ip: '10.0.0.7' }
const event: KubernetesEvent = {
  ...(exampleOf(KubernetesEvent) as KubernetesEvent),
  ...{ reason: 'BackOff', object: { kind: 'Pod', namespace: 'shop', name: 'cart-1' }, last_at: null },
}
const check = (id: string, status: HealthCheck['status'], category = 'pods'): HealthCheck => ({
  ...(exampleOf(HealthCheck) as HealthCheck),
  ...{ id, status, category, severity: 'HIGH' },
})

function make(clusters: Cluster[]) {
  const asked: unknown[] = []
  const kubernetes: Partial<Kubernetes> = {
    async pods(_tenant, id, filter) {
      asked.push([id, filter.namespace, filter.phase])
      return [pod]
    },
    async events(_tenant, _id, filter) {
      asked.push([filter.endMs - filter.startMs, filter.type])
      return { items: [event], truncated: false }
    },
    diagnostics: async () => [check('dns', 'PASS', 'network'), check('restart_loops', 'FAIL')],
    async logs(_tenant, _id, { tailLines }) {
      asked.push(tailLines)
      return { lines: [{ at: null, container: 'main', text: 'one' }], source: 'CLUSTER', truncated: false }
    },
    supportBundle: async () => Buffer.from('PK'),
  }
  const api = createAssistantApi({
    ...{ kubernetes: kubernetes as Kubernetes, clock: new ManualClock() },
    fleet: { list: () => clusters, get: () => clusters[0]! },
  })
  const call = async (path: string, params: Record<string, string> = {}) => {
    const [route = '', query = ''] = path.split('?')
    const receiver = api.receivers.find((one) => one.path === route)
    if (!receiver) throw new Error(`${route} is no route`)
    const request = { headers: {}, params, query: new URLSearchParams(query), body: Buffer.alloc(0) }
    const { body, headers } = await receiver.handle({ ...request, tenant: 'default', actor: 'anna' })
    return headers?.['content-type'] === 'application/json' ? JSON.parse(String(body)) : { body, headers }
  }
  return { call, asked, api }
}

describe('the routes of an assistant', () => {
  it('say pods and events in its fields', async () => {
    const { call } = make([cluster('paris')])
    const { pods, events } = await call('/api/cluster/status')
    expect(pods[0]).toMatchObject({ name: 'cart-1', namespace: 'shop', ip: '10.0.0.7' })
    expect(events[0]).toMatchObject({ reason: 'BackOff', involved_object: 'Pod/cart-1' })
  })

  it('take its parameters, and refuse those out of range', async () => {
    const { call, asked } = make([cluster('paris')])
    await call('/api/cluster/pods?namespace=shop&phase=Running')
    await call('/api/cluster/events?hours=3&event_type=Warning')
    await call('/api/cluster/pods/{namespace}/{pod}/logs?tail_lines=20', { namespace: 'shop', pod: 'cart-1' })
    expect(asked).toEqual([['id-paris', 'shop', 'Running'], [3 * 3_600_000, 'Warning'], 20])
    await expect(call('/api/cluster/events?hours=99')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    await expect(call('/api/v1/topology/export/mermaid?diagram_type=pie')).rejects.toThrow('must be one of')
  })

  it('mean the cluster that is named, the only one, or the only hub', async () => {
    const hub = make([cluster('paris'), cluster('home', 'HUB'), cluster('lima')])
    await hub.call('/api/cluster/pods')
    await hub.call('/api/cluster/pods?cluster=lima')
    await hub.call('/api/cluster/pods?cluster=id-paris')
    expect(hub.asked.map((one) => (one as string[])[0])).toEqual(['id-home', 'id-lima', 'id-paris'])
    const spokes = make([cluster('paris'), cluster('lima')])
    await expect(spokes.call('/api/cluster/pods')).rejects.toThrow('?cluster=NAME: paris, lima')
    await expect(make([]).call('/api/cluster/pods')).rejects.toThrow('aiops cluster add')
  })

  it('say health checks, those of a category, and those that fail', async () => {
    const { call } = make([cluster('paris')])
    const all = await call('/api/v1/diagnostics/health')
    expect([all.status, all.checks.length]).toEqual(['degraded', 2])
    expect((await call('/api/v1/diagnostics/health/failed')).checks).toMatchObject([
      { id: 'restart_loops', status: 'fail', severity: 'high' },
    ])
    const network = await call('/api/v1/diagnostics/health/category/{category}', { category: 'network' })
    expect([network.status, network.checks.length]).toEqual(['healthy', 1])
    await expect(call('/api/v1/diagnostics/remediation/{check}', { check: 'none' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('give a support bundle to save, kept by nobody', async () => {
    const { call } = make([cluster('paris')])
    const { headers } = await call('/api/v1/diagnostics/support-bundle')
    expect(headers).toMatchObject({ 'content-type': 'application/zip', 'cache-control': 'no-store' })
    expect(headers['content-disposition']).toMatch(/^attachment; filename="support-paris-[\dT-]+\.zip"$/)
  })

  it('are read with the permission to read clusters, all of them', () => {
    const { api } = make([])
    expect(new Set(api.receivers.map(({ permission }) => permission))).toEqual(new Set(['clusters:read']))
  })
})
