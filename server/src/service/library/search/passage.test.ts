import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { passagesOf, shownPassage } from './passage.ts'

describe('passages', () => {
  it('are what stands under each heading', () => {
    const text = 'Before.\n\n# First #\nOne.\n\n```sh\n# no heading\n```\n## Second\nTwo.\n'
    expect(passagesOf(text).map(({ heading, from, to }) => [heading, text.slice(from, to)])).toEqual([
      ['', 'Before.'],
      ['First', 'One.\n\n```sh\n# no heading\n```'],
      ['Second', 'Two.'],
    ])
  })

  it('of long sections end at paragraphs', () => {
    const paragraph = `${'word '.repeat(100).trim()}.\n\n`
    const text = `# A\n${paragraph.repeat(6)}`
    const found = passagesOf(text)
    expect(found.length).toBeGreaterThan(2)
    for (const { from, to } of found) {
      expect(to - from).toBeLessThanOrEqual(1_200)
      expect(text.slice(from, to).endsWith('.')).toBe(true)
    }
  })

  it('lie in the text one after the other, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('# a\n', 'x y ', '\n\n', '```\n', '~~~', '😀', 'z'.repeat(700))),
        (parts) => {
          const text = parts.join('')
          let end = 0
          for (const { from, to } of passagesOf(text)) {
            expect(from).toBeGreaterThanOrEqual(end)
            expect(to).toBeGreaterThan(from)
            expect(text.slice(from, to).isWellFormed()).toBe(true)
            end = to
          }
          expect(end).toBeLessThanOrEqual(text.length)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('leave out no word of a text without headings', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('x y ', '\n\n', '```\n', '😀 ', 'z'.repeat(700))), (parts) => {
        const text = parts.join('')
        const shown = passagesOf(text).map(({ from, to }) => text.slice(from, to))
        expect(shown.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
      }),
      { numRuns: 100 },
    )
  })

  it('show where the words of the question are', () => {
    const text = 'Restart the checkout-service when it fails.'
    const { highlights } = shownPassage(
      ...([text, { heading: '', from: 0, to: text.length }] as const),
      new Map([
        ['checkout-service', 2],
        ['checkout', 1],
        ['fail', 1],
      ]),
    )
    expect(highlights.map(({ from, to }) => text.slice(from, to))).toEqual(['checkout-service', 'fails'])
  })
})

describe('hostile Markdown', () => {
  it('is read in time that grows with its length', () => {
    const before = process.cpuUsage()
    passagesOf(`# a${' '.repeat(900)}b\n`.repeat(250))
    passagesOf(`# ${'# '.repeat(450)}\n`.repeat(250))
    passagesOf('`'.repeat(200_000))
    passagesOf(`${'#'.repeat(200)}\n`.repeat(1_000))
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1e6).toBeLessThan(1)
  })
})
