import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proseBlocks } from './prose-blocks.ts'

const line = fc.constantFrom(
  '',
  'words',
  '## Head',
  '- item',
  '2. item',
  '  more',
  '```',
  '~~~~',
  '| a | b |',
  '> said',
)

describe('blocks of prose', () => {
  it('are the whole text, and do not change but for the last while it grows by lines', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), line, (lines, next) => {
        const text = lines.map((one) => `${one}\n`).join('')
        const before = proseBlocks(text)
        const after = proseBlocks(`${text}${next}\n`)
        expect(before.join('')).toBe(text)
        expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1))
      }),
    )
  })

  it('keep lists, indented parts and fenced code together', () => {
    expect(proseBlocks('a\n\n- b\n\n  c\n\n- d\n\ne')).toEqual(['a\n\n- b\n\n  c\n\n- d\n\n', 'e'])
    expect(proseBlocks('```\na\n\nb\n```\n\nc')).toEqual(['```\na\n\nb\n```\n\n', 'c'])
  })
})
