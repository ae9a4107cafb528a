import { describe, expect, test } from 'vitest'
import { type ClusterApi, ClusterApiFailure, type ListAsk, type ListPage } from '../../port/cluster-api.ts'
import { listCluster } from './listing.ts'

/** An API server of whom only lists are asked. */
function apiOf(list: (plural: string, ask: ListAsk) => ListPage): ClusterApi {
  const none = (): never => {
    throw new Error('not asked')
  }
  return {
    ...{ version: none, resources: none, watch: none, get: none, read: none, logs: none, exec: none },
    allowed: none,
    list: async (type, ask) => list(type.plural, ask),
  }
}
const page = (names: string[], next?: string, namespace = 'a'): ListPage => ({
  items: names.map((name) => ({ metadata: { name, namespace } })),
  resourceVersion: '1',
  continue: next,
})
const clock = { now: () => 42 }

describe('one listing of a cluster', () => {
  test('reads all pages, and names what is denied or absent, save what not every cluster has', async () => {
    const api = apiOf((plural, ask) => {
      if (plural === 'pods') return ask.continue ? page(['p2']) : page(['p1'], 'more')
      if (plural === 'nodes') throw new ClusterApiFailure(403, 'Forbidden', 'nodes is forbidden')
      if (plural === 'routes') throw new ClusterApiFailure(404, 'NotFound', 'no such thing')
      return page([])
    })
    const { view, unknown } = await listCluster(api, { clock })
    expect(view.list('Pod').map((pod) => pod.metadata.name)).toEqual(['p1', 'p2'])
    expect(unknown).toEqual([{ kind: 'Node', message: 'nodes is forbidden' }])
    expect([view.isKnown('Node'), view.isKnown('Route'), view.isKnown('Pod')]).toEqual([false, false, true])
    expect(view.timeMs).toBe(42)
  })

  test('begins anew where its pages are not kept any more', async () => {
    let asked = 0
    const api = apiOf((_, ask) => {
      asked += 1
      if (ask.continue && asked < 3) throw new ClusterApiFailure(410, 'Expired', 'too old')
      return ask.continue ? page(['p2']) : page(['p1'], 'more')
    })
    const { view } = await listCluster(api, { kinds: ['Pod'], clock })
    expect(view.list('Pod')).toHaveLength(2)
  })

  test('asks for namespaces one by one where only those may be read', async () => {
    const asked: (string | undefined)[] = []
    const api = apiOf((plural, ask) => {
      if (plural === 'pods') asked.push(ask.namespace)
      return page(plural === 'pods' ? ['p'] : [], undefined, ask.namespace)
    })
    const { view } = await listCluster(api, { namespaces: ['a', 'b'], clock })
    expect(asked).toEqual(['a', 'b'])
    expect(view.list('Pod').map((pod) => pod.metadata.namespace)).toEqual(['a', 'b'])
  })

  test('throws where nothing could be read, and at once where credentials are refused', async () => {
    const refusing = (status: number) =>
      apiOf(() => {
        throw new ClusterApiFailure(status, '', `status ${status}`)
      })
    await expect(listCluster(refusing(500), { clock })).rejects.toThrow('status 500')
    await expect(listCluster(refusing(401), { clock })).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' })
  })

  test('gives up a list that does not end', async () => {
    const api = apiOf(() => page(['p'], 'again'))
    await expect(listCluster(api, { kinds: ['Pod'], clock })).rejects.toThrow('does not end')
  })
})
