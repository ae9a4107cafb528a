import { ChangeInput } from '@aiops/contract/model/change'
import type { ObjectChange } from '@aiops/contract/model/kubernetes'
import { expect, it } from 'vitest'
import { isoTime, ManualClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import type { ChangeDraft } from '../../service/knowledge/index.ts'
import type { ChangeFilter, ClusterView } from '../../service/kubernetes/index.ts'
import { createClusterChanges } from './cluster-changes.ts'

const startMs = Date.UTC(2026, 0, 1)
const change = (second: number, more: Partial<ObjectChange> = {}): ObjectChange => ({
  ...{ at: isoTime(startMs + second * 1_000), type: 'CHANGED', owner: null, kind: 'ROLLOUT', fields: [] },
  object: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
  summary: 'image cart:1 → cart:2',
  ...more,
})

async function start(changes: ObjectChange[]) {
  const clock = new ManualClock(startMs)
  const recorded = new Map<string, ChangeDraft>()
  const asked: ChangeFilter[] = []
  const clusters = [
    { tenant: 'default', id: 'c-1', name: 'east' },
    { tenant: 'default', id: 'c-2', name: 'not watched' },
  ]
  const part = createClusterChanges({
    ...{ clock, log: silentLog, metrics: createMetrics(), clusters: async () => clusters },
    kubernetes: {
      view: () => ({ list: () => [], get: () => undefined }) as unknown as ClusterView,
      changes(_tenant, id, filter) {
        if (id !== 'c-1') throw new Fault('CLUSTER_NOT_WATCHED', 'It is not watched.')
        asked.push(filter)
        const items = changes.filter(({ at, object }) => {
          const atMs = Date.parse(at)
          return object.kind === filter.kind && atMs >= filter.startMs && atMs <= filter.endMs
        })
        return { items, truncated: false, sinceMs: startMs }
      },
    },
    knowledge: {
      knows: (_tenant, entity) => entity === 'node/n1',
      async recordChanges(_tenant, source, drafts) {
        expect(source).toBe('KUBERNETES')
        for (const draft of drafts) recorded.set(draft.id!, draft)
        return []
      },
    },
  })
  await part.start()
  const pass = async (): Promise<void> => {
    await clock.advance(5_000)
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  }
  return { pass, recorded, asked, part }
}

it('what was done in a watched cluster is recorded once, as a sender of changes would tell it', async () => {
  const { pass, recorded, asked } = await start([
    change(2),
    change(4.5, {
      object: { kind: 'Node', namespace: '', name: 'n1' },
      kind: 'LIFECYCLE',
      summary: 'cordoned',
    }),
    change(3, {
      object: { kind: 'Node', namespace: '', name: 'n2' },
      kind: 'STATUS',
      summary: 'Ready False',
    }),
    change(3, { object: { kind: 'Pod', namespace: 'shop', name: 'cart-1' }, kind: 'LIFECYCLE' }),
  ])
  await pass()
  await pass()
  const drafts = [...recorded.values()]
  expect(drafts.map(({ summary, entities }) => [summary, entities])).toEqual([
    ['Deployment cart: image cart:1 → cart:2', ['workload/east/shop/Deployment/cart']],
    ['Node n1: cordoned', ['node/n1']],
  ])
  expect(drafts[0]).toMatchObject({ cluster_id: 'c-1', at: isoTime(startMs + 2_000), kind: 'ROLLOUT' })
  for (const { object: _object, ...draft } of drafts) expect(ChangeInput.parse(draft)).toEqual(draft)
  expect(asked.every(({ causes, kind }) => causes && kind !== 'Pod')).toBe(true)
})

it('a chaos experiment in a watched cluster is told as one', async () => {
  const { pass, recorded } = await start([
    change(2, {
      object: { kind: 'NetworkChaos', namespace: 'shop', name: 'slow' },
      ...{ kind: 'LIFECYCLE', summary: 'injected' },
    }),
  ])
  await pass()
  expect([...recorded.values()]).toMatchObject([
    { kind: 'CHAOS', summary: 'NetworkChaos slow: injected', entities: ['namespace/east/shop'] },
  ])
})

it('what was before it looked is not told again, and long fields are cut', async () => {
  const long = 'x'.repeat(10_000)
  const { pass, recorded } = await start([
    change(-600),
    change(1, { summary: long, fields: [{ path: long, before: long, after: null }] }),
  ])
  await pass()
  const [draft, ...others] = [...recorded.values()]
  expect(others).toEqual([])
  const { object: _object, ...input } = draft!
  expect(ChangeInput.safeParse(input).success).toBe(true)
})
