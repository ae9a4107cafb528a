import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMarkdown } from './front-matter.ts'

describe('a Markdown file', () => {
  it('says in its front matter what it is and whom it is about', () => {
    const text =
      '---\ntitle: Redis is full\nkind: POST_MORTEM\nurl: https://wiki.example/1\nentities: [database/redis]\ntags: [redis, memory]\n---\n# What happened\nIt was full.\n'
    expect(readMarkdown('redis.md', text)).toEqual({
      input: {
        ...{ title: 'Redis is full', kind: 'POST_MORTEM', url: 'https://wiki.example/1' },
        ...{ entities: ['database/redis'], tags: ['redis', 'memory'] },
        text: '# What happened\nIt was full.',
      },
    })
  })

  it('is called by its first heading, else by its name', () => {
    expect(readMarkdown('a.md', 'x\n# Disk full\ny')).toMatchObject({
      input: { title: 'Disk full', kind: 'DOCUMENT' },
    })
    expect(readMarkdown('shop/disk-full.md', 'x')).toMatchObject({ input: { title: 'disk-full' } })
  })

  it('is refused with what is wrong, and never half read', () => {
    expect(readMarkdown('a.md', '---\nkind: INCIDENT\n---\nx')).toMatchObject({
      problem: expect.stringMatching(/^kind: /),
    })
    expect(readMarkdown('a.md', '---\nowner: me\n---\nx')).toMatchObject({
      problem: expect.stringMatching(/owner is no setting/),
    })
    expect(readMarkdown('a.md', '---\n- a\n---\nx')).toEqual({ problem: 'front matter: not a mapping' })
    expect(readMarkdown('a.md', '---\nurl: javascript:alert(1)\n---\nx')).toMatchObject({
      problem: expect.stringMatching(/^url: /),
    })
    expect(readMarkdown('a.md', '')).toMatchObject({ problem: expect.stringMatching(/^text: /) })
    const bomb = `---\na: &a [x]\n${'tags: [*a]\n'.repeat(3)}---\nx`
    expect(readMarkdown('a.md', bomb)).toHaveProperty('problem')
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (front, body) => {
        readMarkdown('a.md', `---\n${front}\n---\n${body}`)
        readMarkdown('a.md', front)
      }),
      { numRuns: 100 },
    )
  })
})
