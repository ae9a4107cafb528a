import type { ReportDocument } from '@aiops/contract/model/report'
import { describe, expect, test } from 'vitest'
import { createReportPrinter } from './report-printer.ts'

const at = (minute: number): string => new Date(1_700_000_000_000 + minute * 60_000).toISOString()
const documentOf = (rows: number): ReportDocument => ({
  ...{ id: 'r', title: 'Отчёт: Καλημέρα – über', report_type: 'CAPACITY_PLAN', scope: 'all clusters' },
  ...{ time_range: { start: at(0), end: at(60) }, generated_at: at(60), generated_by: 'dana' },
  ...{ engine: 'deterministic', evidence: [], checked: [], not_checked: [] },
  sections: [
    {
      title: 'Nodes',
      claims: [{ text: 'worker-3 has 6 GiB left.', cites: ['e1'], role: 'HEADLINE' }],
      tables: [
        {
          title: 'All',
          columns: [
            { key: 'name', title: 'Name', numeric: false },
            { key: 'free', title: 'Free', numeric: true },
          ],
          rows: Array.from({ length: rows }, (_, i) => ({
            cells: { name: `node-${i} ${'long '.repeat(i % 30)}`, free: i },
            cites: [],
          })),
          more: 0,
        },
      ],
      charts: [
        {
          ...{ title: 'disk', unit: 'By', query: 'node_filesystem_avail_bytes', cites: ['e1'] },
          ...{ marks: [{ at: at(10), text: 'x' }] },
          series: [
            {
              name: 'worker-3',
              points: [
                [1_700_000_000_000, 5],
                [1_700_000_600_000, null],
                [1_700_000_900_000, 2],
              ],
            },
          ],
        },
      ],
    },
  ],
})
const pagesOf = (bytes: Uint8Array): number =>
  Buffer.from(bytes)
    .toString('latin1')
    .match(/\/Type \/Page\n/g)?.length ?? 0

describe('a printed report', () => {
  test('is a PDF with its fonts inside', async () => {
    const bytes = await createReportPrinter().print(documentOf(3))
    const text = Buffer.from(bytes).toString('latin1')
    expect(text.startsWith('%PDF-1.')).toBe(true)
    expect(text).toContain('DejaVuSans')
    expect(text).toContain('/FontFile2')
    expect(pagesOf(bytes)).toBe(1)
  })

  test('of a long table has as many pages as it needs, and no empty ones', async () => {
    const few = pagesOf(await createReportPrinter().print(documentOf(100)))
    const many = pagesOf(await createReportPrinter().print(documentOf(200)))
    expect(few).toBeGreaterThan(2)
    expect(many).toBeGreaterThan(few * 1.5)
    expect(many).toBeLessThan(few * 2.5)
  })

  test('is the same for the same document', async () => {
    const [a, b] = await Promise.all([
      createReportPrinter().print(documentOf(5)),
      createReportPrinter().print(documentOf(5)),
    ])
    expect(Buffer.from(a).equals(Buffer.from(b))).toBe(true)
  })
})
