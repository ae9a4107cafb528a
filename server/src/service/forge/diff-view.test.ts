import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hunksOf } from './diff-view.ts'

describe('hunks', () => {
  it('number each line on the side that has it', () => {
    expect(
      hunksOf('@@ -3,2 +3,3 @@ resource "x" {\n a\n-b\n+c\n+@@ -1 +1 @@\n\\ No newline at end of file\n'),
    ).toEqual([
      {
        ...{ old_start: 3, old_lines: 2, new_start: 3, new_lines: 3, section: 'resource "x" {' },
        lines: [
          { kind: 'CONTEXT', text: 'a', old_line: 3, new_line: 3 },
          { kind: 'REMOVED', text: 'b', old_line: 4, new_line: null },
          { kind: 'ADDED', text: 'c', old_line: null, new_line: 4 },
          { kind: 'ADDED', text: '@@ -1 +1 @@', old_line: null, new_line: 5 },
        ],
      },
    ])
  })

  it('hold every line that was written, whatever it says', () => {
    const line = fc.stringMatching(/^[^\n]{0,20}$/)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(' ', '+', '-'), line)), (lines) => {
        const text = lines.map(([sign, words]) => `${sign}${words}\n`).join('')
        const [hunk] = hunksOf(`@@ -1,${lines.length} +1,${lines.length} @@\n${text}`)
        expect(hunk?.lines.map(({ text: words }) => words)).toEqual(lines.map(([, words]) => words))
      }),
    )
  })
})
