import { describe, expect, test } from 'vitest'
import { sampleDocument } from '../document.suite.ts'
import { chartSvg, scaleOf } from './chart-svg.ts'
import { reportHtml } from './html.ts'
import { reportMarkdown } from './markdown.ts'

const chart = sampleDocument.sections[0]!.charts[0]!

describe('a report as HTML', () => {
  const html = reportHtml(sampleDocument)

  test('runs nothing and loads nothing, whatever it quotes', () => {
    expect(html).not.toMatch(/<script|<img|<b>noise|<[^>]*\s(src|on\w+)=|href="(?!#)|url\(|@import/)
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
  })

  test('leads from each citation to what it stands for', () => {
    for (const [, id] of html.matchAll(/href="#(\w+)"/g)) expect(html).toContain(`id="${id}"`)
    expect(html).toContain('p95 of payments is 1.9 s.')
  })

  test('says where it has nothing to say, and what could not be looked at', () => {
    expect(html).toContain('Nothing was found to say here.')
    expect(html).toContain('cluster west: it does not answer')
    expect(html).toContain('and 3 more')
  })
})

describe('a report as Markdown', () => {
  const markdown = reportMarkdown(sampleDocument)

  test('makes no link, image, HTML or table cell out of what others wrote', () => {
    const words = markdown.replace(/`[^`\n]*`/g, '')
    expect(words).not.toMatch(/\[x\]\(|<script|<img|:\/\//)
    expect(markdown).toContain('| a\\|b | 7 |')
  })

  test('keeps every claim with its citations', () => {
    expect(markdown).toContain('payments is slow: p95 1.9 s. \\[e1\\]')
    expect(markdown).toContain('1. Reset the pool. \\[c1\\]')
  })
})

describe('a chart', () => {
  test('breaks its line where there was no point', () => {
    expect(chartSvg(chart).match(/d="M[^"]*M/)).not.toBeNull()
  })

  test('is not drawn without points', () => {
    expect(chartSvg(sampleDocument.sections[0]!.charts[1]!)).toBe('')
  })

  test('has ticks that hold every value, at round numbers', () => {
    const { ticks } = scaleOf(chart)!
    expect(ticks[0]).toBeLessThanOrEqual(0)
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(0.1 + 59 / 50)
    expect(ticks.length).toBeGreaterThan(2)
    expect(ticks.length).toBeLessThan(8)
  })

  test('of one value that never changes has a height', () => {
    const flat = {
      ...chart,
      series: [
        {
          name: 'a',
          points: [
            [1, 5],
            [2, 5],
          ] as [number, number][],
        },
      ],
    }
    expect(chartSvg(flat)).not.toContain('NaN')
    const zero = { ...chart, series: [{ name: 'a', points: [[1, 0]] as [number, number][] }] }
    expect(chartSvg(zero)).not.toContain('NaN')
  })
})
