import type { Labels, Matcher } from '@aiops/contract/model/label'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { labelTest } from '../../../kernel/matcher.ts'
import { SilenceIndex } from './silence-index.ts'

const name = fc.constantFrom('a', 'b', 'c', 'toString')
const value = fc.constantFrom('', 'x', 'y', 'x|y')
const matcher: fc.Arbitrary<Matcher> = fc.record({
  name,
  op: fc.constantFrom('=', '!=', '=~', '!~'),
  value,
})
const silence = fc.record({
  id: fc.constantFrom('1', '2', '3', '4', '5', '6'),
  startMs: fc.nat(20),
  endMs: fc.nat(20),
  matchers: fc.array(matcher, { minLength: 1, maxLength: 3 }),
})
const labels: fc.Arbitrary<Labels> = fc.dictionary(name, value)

it('finds exactly the silences that trying each would find', () => {
  fc.assert(
    fc.property(
      fc.array(silence),
      fc.array(fc.constantFrom('1', '2', '3')),
      labels,
      (put, removed, given) => {
        const index = new SilenceIndex()
        const all = new Map<string, (typeof put)[number]>()
        for (const one of put) {
          index.put({ ...one, test: labelTest(one.matchers) })
          all.set(one.id, one)
        }
        for (const id of removed) {
          index.remove(id)
          all.delete(id)
        }
        for (let nowMs = 0; nowMs <= 20; nowMs += 5) {
          const expected = [...all.values()]
            .filter((s) => s.startMs <= nowMs && nowMs < s.endMs && labelTest(s.matchers)(given))
            .map((s) => s.id)
          expect(index.covering(given, nowMs)).toEqual(expected.sort())
        }
      },
    ),
  )
})
