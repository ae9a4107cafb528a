import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { type ApiServer, createApiServer, type Listening } from '../kubernetes/index.ts'
import { startKwok } from './kwok.ts'
import { integration } from './real-server.ts'

const patience = { timeout: 30_000, interval: 500 }

integration('kwok, which plays the kubelets, on the API server of the tests', ['kwok'], () => {
  let server: ApiServer
  let listening: Listening
  let kwok: Awaited<ReturnType<typeof startKwok>>
  const statusOf = (kind: string, namespace: string, name: string) =>
    (server.get(kind, namespace, name)?.status ?? {}) as RawObject
  const pod = (name: string): RawObject => ({
    metadata: { name, namespace: 'default' },
    spec: { nodeName: 'fake-1', containers: [{ name: 'main', image: 'x' }] },
    status: { phase: 'Pending' },
  })
  let touched = 0
  const untilRunning = (name: string) =>
    vi.waitFor(() => {
      // kwok passes over a pod that it hears of before its node is its own, and looks again when the pod changes.
      if (statusOf('Pod', 'default', name).phase === 'Pending') {
        const { metadata, ...rest } = pod(name)
        server.put('Pod', {
          ...rest,
          metadata: { ...(metadata as RawObject), labels: { touched: String(touched++) } },
        })
      }
      expect(statusOf('Pod', 'default', name), kwok.output().slice(-2_000)).toMatchObject({
        phase: 'Running',
        podIP: expect.any(String),
        containerStatuses: [{ name: 'main', ready: true }],
      })
    }, patience)

  beforeAll(async () => {
    // A pod ends when its kubelet says so, and no sooner.
    server = createApiServer({ terminationMs: 3_600_000 })
    for (const name of ['default', 'kube-node-lease']) server.put('Namespace', { metadata: { name } })
    server.put('Node', { metadata: { name: 'fake-1', annotations: { 'kwok.x-k8s.io/node': 'fake' } } })
    server.put('Pod', pod('first'))
    listening = await server.listen({ tls: true })
    kwok = await startKwok(listening)
  })
  afterAll(async () => {
    await kwok?.stop()
    await listening?.close()
  })

  it('makes a node ready, renews its lease, and lets its pods run', async () => {
    await untilRunning('first')
    expect(statusOf('Node', '', 'fake-1')).toMatchObject({ conditions: [{ type: 'Ready', status: 'True' }] })
    const renewed = () =>
      (server.get('Lease', 'kube-node-lease', 'fake-1')?.spec as RawObject | undefined)?.renewTime
    const first = await vi.waitFor(() => {
      const time = renewed()
      expect(time).toBeDefined()
      return time
    }, patience)
    await vi.waitFor(() => expect(renewed()).not.toBe(first), patience)
  })

  it('hears of a pod that comes later, and ends one that is deleted', async () => {
    server.put('Pod', pod('second'))
    await untilRunning('second')
    const path = '/api/v1/namespaces/default/pods/second'
    expect(server.handle({ method: 'DELETE', url: path, headers: {} })?.status).toBe(200)
    await vi.waitFor(() => expect(server.get('Pod', 'default', 'second')).toBeUndefined(), patience)
  })

  it.each(['status', 'stream'] as const)(
    'goes on after a restart that lost history, told so by %s',
    async (gone) => {
      server.faults.gone = gone
      server.restart()
      server.put('Pod', pod(`after-${gone}`))
      await untilRunning(`after-${gone}`)
    },
  )
})
