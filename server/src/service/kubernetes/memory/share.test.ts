import fc from 'fast-check'
import { expect, test } from 'vitest'
import { differencesOf } from './difference.ts'
import { Sharer } from './share.ts'

const value = fc.object({ maxDepth: 4, values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)] })
const copyOf = <T>(of: T): T => JSON.parse(JSON.stringify(of))

test('what is shared is equal to what was given, whatever was there before', () => {
  const sharer = new Sharer()
  fc.assert(
    fc.property(value, value, (one, other) => {
      const [a, b] = [copyOf(one), copyOf(other)]
      const kept = sharer.share(a, undefined).value
      expect(kept).toEqual(a)
      expect(sharer.share(b, kept).value).toEqual(b)
      expect(kept).toEqual(copyOf(one))
    }),
  )
})

test('an equal object is the same object and takes no room', () => {
  const sharer = new Sharer()
  fc.assert(
    fc.property(value, (one) => {
      const kept = sharer.share(copyOf(one), undefined).value
      expect(sharer.share(copyOf(one), kept)).toEqual({ value: kept, bytes: 0 })
      expect(sharer.share(copyOf(one), kept).value).toBe(kept)
    }),
  )
})

test('parts that did not change are the same, and the field that did is named', () => {
  const sharer = new Sharer()
  const object = (ready: string) => ({
    spec: { containers: [{ name: 'c', image: 'i' }] },
    status: {
      conditions: [
        { type: 'Initialized', status: 'True' },
        { type: 'Ready', status: ready },
      ],
    },
  })
  const before = sharer.share(object('True'), undefined).value
  const after = sharer.share(object('False'), before).value
  expect(after.spec).toBe(before.spec)
  expect(after.status.conditions[0]).toBe(before.status.conditions[0])
  expect(differencesOf(before, after)).toEqual([
    { path: 'status.conditions[Ready].status', before: 'True', after: 'False' },
  ])
})
