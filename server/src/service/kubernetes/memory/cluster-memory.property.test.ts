import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { type Kind, type KubeObject, kindNames, readObject } from '../object/kind.ts'
import { isTroubled } from '../object/pod-trouble.ts'
import { hasLabels } from '../object/selector.ts'
import { type ClusterMemory, createClusterMemory } from './cluster-memory.ts'
import { MemoryConfig } from './config.ts'

type Step =
  | { act: 'put' | 'remove'; waitMs: number; kind: Kind; namespace: string; name: string; value: number }
  | {
      act: 'replace'
      waitMs: number
      kind: Kind
      objects: { namespace: string; name: string; value: number }[]
    }

const startMs = 1_790_000_000_000
const kind = fc.constantFrom<Kind>('Pod', 'ConfigMap', 'Deployment', 'ResourceQuota')
const namespace = fc.constantFrom('a', 'b', 'c')
const name = fc.constantFrom('p', 'q', 'r', 's')
const value = fc.integer({ min: 0, max: 5 })
const waitMs = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 90_000 }))
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ act: fc.constant('put' as const), waitMs, kind, namespace, name, value }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ act: fc.constant('remove' as const), waitMs, kind, namespace, name, value }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        ...{ act: fc.constant('replace' as const), waitMs, kind },
        objects: fc.uniqueArray(fc.record({ namespace, name, value }), {
          selector: (one) => `${one.namespace}/${one.name}`,
          maxLength: 6,
        }),
      }),
    },
  ),
  { minLength: 1, maxLength: 60 },
)

test('the state at any time that is remembered is what it was then', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const played = await play(all)
      for (const { timeMs, state } of played.moments) {
        if (timeMs < Date.parse(played.memory.state().since)) continue
        expect(stateOf(played.memory, timeMs)).toEqual(state)
        expect(stateOf(played.memory, timeMs + 0.5)).toEqual(state)
      }
      expect(stateOf(played.memory)).toEqual(played.moments.at(-1)!.state)
    }),
    { numRuns: 300 },
  )
})

test('what changed between two times makes the state of the one that of the other', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), fc.nat(), async (all, one, other) => {
      const { memory, moments } = await play(all)
      const sinceMs = Date.parse(memory.state().since)
      const times = moments.map(({ timeMs }) => timeMs).filter((timeMs) => timeMs >= sinceMs)
      const [from, to] = [times[one % times.length]!, times[other % times.length]!].sort((a, b) => a - b)
      const { items, truncated } = memory.changes({ startMs: from! + 1, endMs: to!, limit: 1_000 })
      expect(truncated).toBe(false)
      // Whether they are told for the first time or again.
      const causes = { startMs: from! + 1, endMs: to!, causes: true, limit: 1_000 }
      for (const told of [memory.changes(causes), memory.changes(causes)])
        expect(told.items).toEqual(items.filter((item) => item.kind !== 'STATUS'))
      const state = stateOf(memory, from)
      const after = stateOf(memory, to)
      for (const { type, object } of items.toReversed()) {
        const key = `${object.kind}/${object.namespace}/${object.name}`
        expect(Object.hasOwn(state, key)).toBe(type !== 'CREATED')
        if (type === 'DELETED') delete state[key]
        else state[key] = after[key] ?? state[key] ?? null
      }
      expect(Object.keys(state).sort()).toEqual(Object.keys(after).sort())
      const touched = new Set(items.map(({ object: o }) => `${o.kind}/${o.namespace}/${o.name}`))
      for (const [key, was] of Object.entries(stateOf(memory, from)))
        if (!touched.has(key)) expect(after[key]).toEqual(was)
      expect(state).toEqual(after)
    }),
    { numRuns: 300 },
  )
})

test('indexes say the same as the lists, now and in the past', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const { memory, moments } = await play(all)
      const sinceMs = Date.parse(memory.state().since)
      const past = moments
        .filter(({ timeMs }) => timeMs >= sinceMs)
        .map(({ timeMs }) => memory.viewAt(timeMs))
      for (const view of [memory.view(), ...past]) {
        const pods = view.list('Pod')
        expect(pods.map(keyOf)).toEqual(pods.map(keyOf).toSorted())
        for (const one of ['a', 'b', 'c'])
          expect(view.list('Pod', one)).toEqual(pods.filter(({ metadata }) => metadata.namespace === one))
        for (let i = 0; i < 6; i++) {
          expect(view.podsOn(`node-${i}`)).toEqual(pods.filter(({ spec }) => spec.nodeName === `node-${i}`))
          expect(view.ownedBy('Pod', `owner-${i}`)).toEqual(
            pods.filter(({ metadata }) => metadata.ownerReferences[0]!.uid === `owner-${i}`),
          )
        }
        for (const labels of selectors)
          for (const one of ['a', 'b', 'c'])
            expect(view.podsWith(one, labels)).toEqual(
              pods.filter(
                ({ metadata }) =>
                  metadata.namespace === one &&
                  Object.keys(labels).length > 0 &&
                  hasLabels(labels, metadata.labels),
              ),
            )
        const troubled = view.troubledPods()
        if (troubled) expect(troubled).toEqual(pods.filter(isTroubled))
        for (const pod of pods) expect(view.get('Pod', pod.metadata.namespace, pod.metadata.name)).toBe(pod)
      }
    }),
    { numRuns: 150 },
  )
})

test('the bound holds, what is there now is never lost, and what is left is right', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const steps = fc.sample(fc.record({ kind, namespace, name, value: fc.nat(50) }), { seed, numRuns: 500 })
      const { memory, moments } = await play(
        steps.map((one, i) => ({
          ...{ ...one, value: one.value + 100_000 * i, waitMs: 7 },
          act: one.value < 5 ? ('remove' as const) : ('put' as const),
        })),
        4_000,
      )
      const state = memory.state()
      expect(state.bytes).toBeLessThanOrEqual(state.bytes_max)
      expect(stateOf(memory)).toEqual(moments.at(-1)!.state)
      const shortened = new Map(state.shortened.map((one) => [one.namespace, Date.parse(one.since)]))
      expect(shortened.size).toBeGreaterThan(0)
      for (const moment of moments.filter((_, i) => i % 20 === 0)) {
        const view = memory.viewAt(moment.timeMs)
        for (const one of ['a', 'b', 'c']) {
          if ((shortened.get(one) ?? 0) > moment.timeMs) {
            expect(() => view.list('Pod', one)).toThrow(/is remembered since/)
          } else {
            const kept = Object.entries(moment.state).filter(([key]) => key.startsWith(`Pod/${one}/`))
            expect(view.list('Pod', one).map(plain)).toEqual(kept.map(([, object]) => object))
          }
        }
      }
    }),
    { numRuns: 8, endOnFailure: true },
  )
})

type State = Record<string, unknown>

/** Plays steps to a memory and to a plain copy of the cluster, which is kept at each time. `padding` makes every version large. */
async function play(all: readonly Step[], padding = 0) {
  const clock = new ManualClock(startMs)
  const memory = createClusterMemory({ clock }, MemoryConfig.parse({ bytes_max: 1_048_576 }))
  for (const one of kindNames) memory.setKnown(one, true)
  const now = new Map<string, unknown>()
  const moments: { timeMs: number; state: State }[] = []
  for (const step of all) {
    await clock.advance(step.waitMs)
    const timeMs = clock.now()
    if (step.act === 'replace') {
      const objects = step.objects.map((one) => objectOf(step.kind, one, padding))
      const shared = objects.map((object, i) => (i % 2 ? memory.shared(step.kind, object as never) : object))
      await memory.replace(step.kind, undefined, shared as never, timeMs)
      for (const key of [...now.keys()]) if (key.startsWith(`${step.kind}/`)) now.delete(key)
      for (const object of objects) now.set(`${step.kind}/${keyOf(object)}`, plain(object))
    } else {
      const key = `${step.kind}/${step.namespace}/${step.name}`
      if (step.act === 'put') {
        const object = objectOf(step.kind, step, padding)
        memory.put(step.kind, object as never, timeMs)
        now.set(key, plain(object))
      } else {
        const last = memory.view().get(step.kind, step.namespace, step.name)
        memory.remove(step.kind, (last ?? objectOf(step.kind, step, padding)) as never, timeMs)
        now.delete(key)
      }
    }
    const state = Object.fromEntries([...now].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (moments.at(-1)?.timeMs === timeMs) moments.pop()
    moments.push({ timeMs, state })
  }
  return { memory, moments }
}

function objectOf(
  of: Kind,
  { namespace: ns, name: called, value: v }: { namespace: string; name: string; value: number },
  padding: number,
): KubeObject {
  const ownerReferences = [
    { kind: 'ReplicaSet', name: `rs-${v % 6}`, uid: `owner-${v % 6}`, controller: true },
  ]
  const metadata = {
    name: called,
    namespace: ns,
    uid: `u-${called}`,
    resourceVersion: `${v}`,
    ownerReferences,
  }
  const annotations = padding === 0 ? {} : { filling: `${v}`.repeat(Math.ceil(padding / `${v}`.length)) }
  const parts: Partial<Record<Kind, object>> = {
    Pod: {
      spec: { nodeName: `node-${v % 6}`, containers: [{ name: 'c', image: 'i:1' }] },
      status: {
        ...{ phase: v % 2 ? 'Running' : 'Pending', podIP: `10.0.0.${v % 250}` },
        conditions: v % 4 === 1 ? [{ type: 'Ready', status: 'True' }] : [],
      },
    },
    Deployment: { spec: { replicas: v % 6 }, status: { readyReplicas: v % 4 } },
    ResourceQuota: { status: { used: { pods: `${v}` } } },
  }
  return readObject(of, { metadata: { ...metadata, annotations, labels: labelsOf(v) }, ...parts[of] })!
}

const selectors: readonly Record<string, string>[] = [
  { app: 'app-1' },
  { app: 'app-2', tier: 'x' },
  { tier: 'x' },
  { none: 'y' },
  {},
]
/** Some have more labels than are found one by one. */
const labelsOf = (v: number): Record<string, string> => ({
  app: `app-${v % 3}`,
  ...(v % 2 ? { tier: 'x' } : {}),
  ...(v === 4 ? Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`l-${i}`, 'x'])) : {}),
})
const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace}/${metadata.name}`
const plain = (object: unknown): unknown => JSON.parse(JSON.stringify(object))

function stateOf(memory: ClusterMemory, timeMs?: number): State {
  const view = timeMs === undefined ? memory.view() : memory.viewAt(timeMs)
  const found: [string, unknown][] = []
  for (const one of ['Pod', 'ConfigMap', 'Deployment', 'ResourceQuota'] as const)
    for (const object of view.list(one)) found.push([`${one}/${keyOf(object)}`, plain(object)])
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)))
}
