import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventIdOf, matchesTemplate, mergeGap } from './template.ts'

const someGap = fc
  .array(fc.constantFrom(' ', '=', '<*>', '(', ')', '<', '>', '*', ', '), { maxLength: 6 })
  .map((parts) => parts.join(''))

describe('templates', () => {
  test('a merged gap covers both, and merging again changes nothing', () => {
    fc.assert(
      fc.property(someGap, someGap, (a, b) => {
        const merged = mergeGap(a, b)
        for (const gap of [a, b]) {
          const text = gap.replaceAll('<*>', '7')
          expect(matchesTemplate(`x${merged}y`, `x${text}y`), `${gap} ~ ${merged}`).toBe(true)
        }
        expect(matchesTemplate(`x${mergeGap(merged, a)}y`, `x${b.replaceAll('<*>', '7')}y`)).toBe(true)
      }),
    )
  })
  test.each([
    ['a <*> b', 'a 1 2 3 b', true],
    ['a <*> b', 'a  1\tb ', true],
    ['a <*> b', 'a b', false],
    ['<*>', '', true],
    ['a<*>b<*>', 'a-b', true],
    ['ab<*>ba', 'aba', false],
    ['a', 'ab', false],
  ])('%j of %j: %s', (template, message, fits) => {
    expect(matchesTemplate(template, message)).toBe(fits)
  })
  test('the id of an event follows from its template alone', () => {
    expect(eventIdOf('a <*> b')).toMatch(/^E[0-9a-f]{12}$/)
    expect(eventIdOf('a <*> b')).toBe(eventIdOf('a <*> b'))
    expect(eventIdOf('a <*> b')).not.toBe(eventIdOf('a <*> c'))
  })
})
