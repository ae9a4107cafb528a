import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { patternTest } from './pattern.ts'

const piece = fc.constantFrom(
  'a',
  'b',
  'ab',
  '.',
  '.*',
  'a*',
  'b+',
  'a?',
  'b{2}',
  'a{0}',
  '(a|b)',
  '|',
  '[ab]',
  '^',
  '$',
  '(?i)A',
)
const patterns = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '\n'), maxLength: 8 })

describe('a pattern', () => {
  it('fits what RE2 says, asked once or again', () => {
    fc.assert(
      fc.property(patterns, fc.boolean(), fc.array(texts, { maxLength: 4 }), (pattern, anchored, given) => {
        let compiled: RE2JS
        try {
          compiled = RE2JS.compile(pattern, anchored ? RE2JS.DOTALL : 0)
        } catch {
          expect(() => patternTest(pattern, anchored)).toThrow()
          return
        }
        const test = patternTest(pattern, anchored)
        for (const text of [...given, ...given])
          expect([text, test(text)]).toEqual([
            text,
            anchored ? compiled.testExact(text) : compiled.test(text),
          ])
      }),
      { numRuns: 300 },
    )
  })

  it('is bounded in length', () => {
    expect(() => patternTest('a'.repeat(1_001), true)).toThrow('more than 1000 characters')
  })
})
