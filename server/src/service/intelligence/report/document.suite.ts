import type { ReportDocument } from '@aiops/contract/model/report'

const startMs = 1_700_000_000_000
export const at = (minute: number): string => new Date(startMs + minute * 60_000).toISOString()

/** A report that holds one of everything, and text that somebody wrote to do harm. */
export const sampleDocument: ReportDocument = {
  ...{ id: 'r1', title: 'Weekly <b>noise</b> & cost', report_type: 'NOISE_AND_COST' },
  ...{ time_range: { start: at(0), end: at(60) }, scope: 'all clusters', generated_at: at(60) },
  ...{ generated_by: 'dana', engine: 'deterministic' },
  sections: [
    {
      title: 'What is broken',
      claims: [
        { text: 'payments is slow: p95 1.9 s.', cites: ['e1'], role: 'HEADLINE' },
        {
          text: 'It logs "<script>alert(1)</script> ![x](http://evil.example/x.png)".',
          cites: ['e2'],
          role: 'FACT',
        },
        { text: 'Reset the pool.', cites: ['c1'], role: 'NEXT_STEP' },
      ],
      tables: [
        {
          title: 'Pods | nodes',
          columns: [
            { key: 'pod', title: 'Pod', numeric: false },
            { key: 'restarts', title: 'Restarts', numeric: true },
          ],
          rows: [
            { cells: { pod: 'a|b', restarts: 7 }, cites: ['e1'] },
            { cells: { pod: 'Ünïcødé Жλ', restarts: null }, cites: [] },
          ],
          more: 3,
        },
      ],
      charts: [
        {
          ...{ title: 'p95 of payments', unit: 's', query: 'p95{service="payments"}', cites: ['e1'] },
          series: [
            {
              name: 'payments',
              points: Array.from({ length: 60 }, (_, i) => [
                startMs + i * 60_000,
                i === 30 ? null : 0.1 + i / 50,
              ]),
            },
          ],
          marks: [{ at: at(20), text: 'rollout' }],
        },
        { title: 'nothing', unit: null, query: 'absent', series: [], marks: [], cites: ['c1'] },
      ],
    },
    { title: 'Cost', claims: [], tables: [], charts: [] },
  ],
  evidence: [
    {
      ...{ id: 'e1', type: 'METRIC', tool: 'query_metrics', query: 'p95', source: 'local', time: at(59) },
      ...{ entity: 'service/payments', sentence: 'p95 of payments is 1.9 s.', fields: { p95_seconds: 1.9 } },
      ...{ trust: 'PLATFORM', link: null },
    },
    {
      ...{ id: 'e2', type: 'LOG', tool: 'query_logs', query: '{a="b"}', source: 'local', time: null },
      ...{ entity: null, sentence: 'javascript:alert(1) <img src=x onerror=alert(1)>', fields: {} },
      ...{ trust: 'TELEMETRY', link: null },
    },
  ],
  checked: [
    {
      ...{ id: 'c1', tool: 'list_alerts', arguments: {}, status: 'EMPTY', records: 0, ms: 3 },
      sentence: 'Looked at alerts: none.',
    },
  ],
  not_checked: [{ what: 'cluster west', reason: 'it does not answer' }],
}
