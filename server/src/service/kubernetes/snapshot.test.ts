import { describe, expect, test } from 'vitest'
import { snapshotOf } from './snapshot.ts'

const pod = (namespace: string, name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace, name, ...more },
  spec: { nodeName: 'n1' },
})

describe('a snapshot', () => {
  test('lists by namespace and name, and finds by name, node and owner', () => {
    const view = snapshotOf([
      pod('b', 'x'),
      pod('a', 'z', { ownerReferences: [{ kind: 'ReplicaSet', name: 'rs', uid: 'u1' }] }),
      pod('a', 'y'),
    ])
    expect(view.list('Pod').map((one) => one.metadata.name)).toEqual(['y', 'z', 'x'])
    expect(view.list('Pod', 'a')).toHaveLength(2)
    expect(view.get('Pod', 'b', 'x')?.metadata.name).toBe('x')
    expect(view.get('Pod', 'a', 'x')).toBeUndefined()
    expect(view.podsOn('n1')).toHaveLength(3)
    expect(view.ownedBy('Pod', 'u1').map((one) => one.metadata.name)).toEqual(['z'])
    expect(view.ownedBy('Pod', '')).toEqual([])
  })

  test('takes the items of a List, and what is of another group by the same name is left out', () => {
    const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 's' } }
    const view = snapshotOf([{ kind: 'List', items: [pod('a', 'x'), knative, null, 7, { kind: 'Nothing' }] }])
    expect(view.list('Pod')).toHaveLength(1)
    expect(view.list('Service')).toEqual([])
  })

  test('gives events of an object newest first, not those of one by its name that is gone', () => {
    const event = (name: string, uid: string, at: string) => ({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace: 'a', name },
      eventTime: at,
      regarding: { kind: 'Pod', namespace: 'a', name: 'x', uid },
    })
    const view = snapshotOf([
      event('e1', 'new', '2026-01-01T00:00:00Z'),
      event('e2', 'old', '2026-01-01T00:00:30Z'),
      event('e3', '', '2026-01-01T00:01:00Z'),
    ])
    const names = (uid?: string) =>
      view
        .eventsOf({ kind: 'Pod', namespace: 'a', name: 'x', ...(uid ? { uid } : {}) })
        .map((one) => one.metadata.name)
    expect(names()).toEqual(['e3', 'e2', 'e1'])
    expect(names('new')).toEqual(['e3', 'e1'])
    expect(view.timeMs).toBe(Date.parse('2026-01-01T00:01:01Z'))
  })

  test('keeps log lines and says which kinds it does not know', () => {
    const view = snapshotOf([], { logs: { 'a/x/main': ['one'] }, unknown: ['Node'], timeMs: 5 })
    expect(view.logLines('a', 'x', 'main')).toEqual([{ timeMs: 0, text: 'one' }])
    expect(view.logLines('a', 'x', 'other')).toEqual([])
    expect([view.isKnown('Node'), view.isKnown('Pod'), view.timeMs]).toEqual([false, true, 5])
  })
})
