import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { viewOf } from './result-table.ts'

describe('an answer of a tool', () => {
  it('is single values and a table for each list of records', () => {
    const view = viewOf({
      ...{ total: 2, truncated: false, note: null },
      alerts: [
        { name: 'Slow', labels: { service: 'cart', team: 'a' }, silenced: true, nothing: null },
        { name: 'Down', since: '2026-11-21T07:00:00Z', labels: {} },
      ],
      range: { start: 'a', series: [{ last: 1 }] },
      missing: [],
    })
    expect(view.values).toEqual([
      ...[
        ['total', '2'],
        ['truncated', 'no'],
        ['note', ''],
        ['range.start', 'a'],
        ['missing', 'none'],
      ],
    ])
    expect(view.tables).toEqual([
      {
        ...{ name: 'alerts', columns: ['name', 'labels', 'silenced', 'since'], more: 0 },
        rows: [
          ['Slow', 'service=cart, team=a', 'yes', ''],
          ['Down', '', '', '2026-11-21T07:00:00Z'],
        ],
      },
      { name: 'range.series', columns: ['last'], rows: [['1']], more: 0 },
    ])
  })

  it('says how many rows it leaves out, and cuts what is long', () => {
    const { tables } = viewOf({ lines: Array.from({ length: 230 }, () => 'x'.repeat(500)) })
    expect(tables[0]).toMatchObject({ columns: ['value'], more: 30 })
    expect(tables[0]?.rows[0]?.[0]).toHaveLength(301)
  })

  it('is shown whatever it holds', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (any) => void viewOf(any)))
  })
})
