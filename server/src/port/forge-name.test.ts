import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkBranch, checkPath, cutText } from './forge-name.ts'
import { noteMarker } from './forge-note.ts'

const passes = (check: () => void): boolean => {
  try {
    check()
    return true
  } catch {
    return false
  }
}

describe('the name of a branch', () => {
  it('that is taken here is taken by git', () => {
    const part = fc.string({ unit: fc.constantFrom(...'ab.-_@{}~^:?*[\\/ '), minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(part, (name) => {
        fc.pre(passes(() => checkBranch(name)))
        execFileSync('git', ['check-ref-format', '--branch', name], { stdio: 'ignore' })
      }),
      { numRuns: 60 },
    )
  })
  it('may have folders', () => {
    expect(passes(() => checkBranch('ai-recommendation/cart-1735'))).toBe(true)
  })
})

describe('the path of a file', () => {
  it('never leaves the repository, whatever it is joined to', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a.g/t\\i%2e') }), (path) => {
        fc.pre(passes(() => checkPath(path)))
        expect(new URL(path, 'https://x.example/root/').pathname.startsWith('/root/')).toBe(true)
      }),
    )
  })
})

describe('a text', () => {
  it('is as long as may be, and parts no character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.integer({ min: 50, max: 200 }),
        (text, max) => {
          const cut = cutText(text, max)
          expect(cut.length).toBeLessThanOrEqual(max)
          if (text.length <= max) expect(cut).toBe(text)
          expect(cut.isWellFormed()).toBe(text.isWellFormed())
        },
      ),
    )
  })
})

describe('the marker of a note', () => {
  it('is one comment, whatever the key, and another for another key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (key) => {
        expect(noteMarker(key)).toMatch(/^<!-- aiops:[\w.!~*'()%]* -->$/)
      }),
    )
    expect(noteMarker('plan --> <script>')).not.toContain('>  ')
    expect(noteMarker('a')).not.toBe(noteMarker('b'))
  })
})
