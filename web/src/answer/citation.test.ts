import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { citationParts, type MarkdownNode, remarkCitations } from './citation.ts'

const text = (value: string): MarkdownNode => ({ type: 'text', value })
const link = (id: string): MarkdownNode => ({ type: 'link', url: `#cite-${id}`, children: [text(id)] })
const rewritten = (...children: MarkdownNode[]): MarkdownNode[] | undefined => {
  const tree: MarkdownNode = { type: 'root', children: [{ type: 'paragraph', children }] }
  remarkCitations()(tree)
  return tree.children?.[0]?.children
}

describe('citations', () => {
  it('are found one by one and side by side, and nothing is lost around them', () => {
    expect(citationParts('Full. [e1][c2], see [e3, e4] and [x1] [e] [1]')).toEqual([
      ...[
        { text: 'Full. ' },
        { cite: 'e1' },
        { cite: 'c2' },
        { text: ', see ' },
        { cite: 'e3' },
        { cite: 'e4' },
      ],
      { text: ' and [x1] [e] [1]' },
    ])
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '[e1]', '[', ']', '[c12]', ' ', '[e')), (pieces) => {
        const whole = pieces.join('')
        const back = citationParts(whole).map((part) => ('text' in part ? part.text : `[${part.cite}]`))
        expect(back.join('')).toBe(whole)
      }),
    )
  })

  it('become links within the text, not within links', () => {
    expect(rewritten(text('Full. [e1]'))).toEqual([text('Full. '), link('e1')])
    const outer: MarkdownNode = { type: 'link', url: 'https://a.example', children: [text('[e1]')] }
    expect(rewritten(outer)).toEqual([outer])
  })

  it('leave addresses that nobody wrote as links as they are', () => {
    const bare = (url: string, value: string): MarkdownNode => ({
      type: 'link',
      url,
      children: [text(value)],
    })
    expect(rewritten(text('POST '), bare('http://a.example/x', 'http://a.example/x'))).toEqual([
      text('POST http://a.example/x'),
    ])
    expect(rewritten(bare('http://www.a.example', 'www.a.example'))).toEqual([text('www.a.example')])
    expect(rewritten(bare('https://a.example', 'the dashboard'))).toHaveLength(1)
  })

  it('keep their meaning where the text defines another', () => {
    const reference: MarkdownNode = { type: 'linkReference', label: 'e1', children: [text('e1')] }
    const definition: MarkdownNode = { type: 'definition', label: 'e1', url: 'https://evil.example' }
    expect(rewritten(text('Full. '), reference, definition)).toEqual([text('Full. '), link('e1')])
  })
})
