/** Invented answers of the stand-in: one of each kind, chosen by a word of the question. */
import type {
  Answer,
  AnswerChart,
  AnswerTable,
  EvidenceRecord,
  ToolCallRecord,
} from '@aiops/contract/model/answer'

const iso = (agoMs = 0): string => new Date(Date.now() - agoMs).toISOString()
const minuteMs = 60_000

type Told = {
  answer: Answer
  /** Ends the stream instead of the answer. */
  refusal?: { code: string; message: string }
  /** Said first and taken back. */
  rewritten?: string
}

export function answerTo(question: string, personaId: string, empty: boolean): Told {
  const has = (words: RegExp): boolean => words.test(question)
  const base = answerOf(question, personaId, empty ? nothing : broken)
  if (has(/\bfail now\b/i))
    return { answer: base, refusal: { code: 'STORAGE_UNAVAILABLE', message: 'The store does not answer.' } }
  if (has(/model/i))
    return {
      answer: answerOf(question, personaId, {
        ...broken,
        ...{ engine: 'workbench', model: 'qwen2.5-7b-instruct' },
        usage: { ...usage, cost_usd: null },
      }),
      rewritten: '**payments** fails 23 % of its requests because a pool is too small.',
    }
  const kinds: [RegExp, Partial<Answer>][] = [
    [/hostile/i, hostile()],
    [/long/i, long()],
    [/latency$/i, clarify],
    [/restart/i, proposed],
    [/warehouse/i, unknown(question)],
    [
      /fallback/i,
      { ...broken, model_note: 'workbench did not answer within 10 s; this was written by rule.' },
    ],
  ]
  const found = kinds.find(([words]) => has(words))
  return { answer: found && !empty ? answerOf(question, personaId, found[1]) : base }
}

const usage = {
  ...{ provider: 'workbench', model: 'qwen2.5-7b-instruct', input_tokens: 1_912 },
  ...{ output_tokens: 240, cost_usd: 0.0021, calls: 2 },
}

function answerOf(question: string, persona_id: string, part: Partial<Answer>): Answer {
  return {
    ...{ id: `answer-${Date.now()}`, question, outcome: 'ANSWERED', engine: 'deterministic', model: null },
    ...{
      model_note: null,
      persona_id,
      text: '',
      claims: [],
      tables: [],
      charts: [],
      evidence: [],
      checked: [],
    },
    understanding: {
      ...{ intent: 'WHAT_IS_BROKEN', score: 0.9, entities: [], time: null, metric: null, incident_id: null },
    },
    ...{ not_checked: [], choices: [], suggestions: [], proposal: null, notices: [] },
    ...{ created_at: iso(), seconds: 0.21, usage: null },
    ...part,
  }
}

const record = (id: string, part: Partial<EvidenceRecord>): EvidenceRecord => ({
  ...{ id, type: 'CHECK', tool: 'list_incidents', query: 'status=OPEN sort=severity', source: 'platform' },
  ...{ time: iso(4 * minuteMs), entity: null, sentence: '', fields: {}, trust: 'PLATFORM', link: null },
  ...part,
})
const call = (id: string, tool: string, part: Partial<ToolCallRecord>): ToolCallRecord => ({
  ...{ id, tool, arguments: {}, status: 'OK', records: 1, ms: 38, sentence: '' },
  ...part,
})

const evidence = (): EvidenceRecord[] => [
  record('e1', {
    ...{ type: 'INCIDENT', entity: 'service/payments', link: '/incidents/42' },
    sentence: 'INC-42 (CRITICAL, OPEN): payments answers slowly and fails since 25 minutes.',
    fields: {
      number: 'INC-42',
      severity: 'CRITICAL',
      status: 'OPEN',
      alerts: 3,
      cause_probability_percent: 92.5,
    },
  }),
  record('e2', {
    ...{ type: 'METRIC', tool: 'query_metrics', source: 'local', link: '/explore' },
    query:
      'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{service="payments"}[5m])))',
    sentence: 'p95 latency of payments is 1.9 s; it was 80 ms until 25 minutes ago.',
    fields: { now_seconds: 1.9, before_seconds: 0.08, points: 120 },
  }),
  record('e3', {
    ...{ type: 'LOG', tool: 'query_logs', source: 'local', trust: 'TELEMETRY', entity: 'service/payments' },
    query: '{service_name="payments"} |= "pool"',
    sentence:
      'connection pool exhausted: timeout after 5000 ms waiting for a connection (pool=main, used=20, max=20)',
    fields: { lines: 1_240, level: 'error' },
    link: '/explore?tab=logs&q=%7Bservice_name%3D%22payments%22%7D',
  }),
]
const checked = (): ToolCallRecord[] => [
  call('c1', 'list_incidents', {
    arguments: { status: ['OPEN'], limit: 50 },
    sentence: '1 incident is open.',
  }),
  call('c2', 'list_alerts', { records: 3, ms: 12, sentence: '3 alerts fire, 1 of them critical.' }),
  call('c3', 'query_logs', {
    ...{ arguments: { query: '{service_name="payments"} |= "pool"', limit: 100 }, records: 100, ms: 84 },
    sentence: '1,240 lines of payments in the last hour name the pool.',
  }),
  call('c4', 'list_changes', { status: 'EMPTY', records: 0, ms: 4, sentence: 'No change was recorded.' }),
  call('c5', 'query_metrics', {
    ...{ status: 'TIMEOUT', records: 0, ms: 5_000, arguments: { cluster: 'us-east-1' } },
    sentence: 'us-east-1 did not answer within 5 s.',
  }),
]
const chart = (): AnswerChart => ({
  ...{
    title: 'p95 latency of payments',
    query: 'http.server.request.duration:p95{"service.name"="payments"}',
  },
  ...{ cluster_ids: ['local'], start: iso(60 * minuteMs), end: iso(), step: '30s', unit: 's' },
  ...{ marks: [{ at: iso(25 * minuteMs), text: 'level shift' }], cites: ['e2'] },
})
const table = (rows: number): AnswerTable => ({
  title: 'What is wrong now',
  columns: [
    { key: 'severity', title: 'Severity', numeric: false },
    { key: 'what', title: 'What', numeric: false },
    { key: 'why', title: 'Why', numeric: false },
    { key: 'failed', title: 'Failed', numeric: true },
    { key: 'since', title: 'Since', numeric: false },
  ],
  rows: Array.from({ length: rows }, (_, i) => ({
    cells: {
      ...{
        severity: i === 0 ? 'CRITICAL' : 'HIGH',
        what: `payments-${i} (INC-${42 + i})`,
        failed: 1_240 * (i + 1),
      },
      why: i % 3 === 2 ? null : 'deployment of payments 2.6.3 → 2.7.0, 1 min 33 s before the trouble began',
      since: '14:37 UTC, 35 min ago',
    },
    cites: ['e1'],
  })),
  more: rows > 20 ? 120 : 0,
})

const broken: Partial<Answer> = {
  text: [
    '**payments** is in trouble since 25 minutes: p95 latency 1.9 s instead of 80 ms, its connection pool is exhausted. [e1][e2][e3]',
    '- INC-42: most likely cause payments (92.5 %): its pool has 20 of 20 connections in use. [e1]\n- 1,240 log lines say “connection pool exhausted”. [e3][c3]\n- No change was recorded in the last two hours. [c4]',
  ].join('\n\n'),
  claims: [
    { text: 'payments is in trouble since 25 minutes.', cites: ['e1', 'e2'], role: 'HEADLINE' },
    { text: '1,240 log lines say “connection pool exhausted”.', cites: ['e3', 'c3'], role: 'FACT' },
    { text: 'us-east-1 did not answer.', cites: ['c5'], role: 'CAVEAT' },
  ],
  ...{ tables: [table(3)], charts: [chart()], evidence: evidence(), checked: checked() },
  not_checked: [{ what: 'metrics of us-east-1', reason: 'us-east-1 did not answer within 5 s.' }],
  suggestions: [
    'Why is payments failing?',
    'What should I do about payments?',
    'What changed in the last two hours?',
  ],
}
const nothing: Partial<Answer> = {
  text: 'Nothing is broken that I know of: no incident is open and no alert fires. [c1][c2]',
  checked: [
    call('c1', 'list_incidents', { status: 'EMPTY', records: 0, sentence: 'No incident is open.' }),
    call('c2', 'list_alerts', { status: 'EMPTY', records: 0, sentence: 'No alert fires.' }),
  ],
  suggestions: ['Which clusters do we have?'],
}
const clarify: Partial<Answer> = {
  ...{ outcome: 'CLARIFY', text: 'Latency of what? Three services have it here.' },
  choices: ['payments', 'orders', 'front'].map((name) => ({
    ...{ text: name, question: `p95 latency of ${name} over the last hour` },
  })),
}
const proposed: Partial<Answer> = {
  outcome: 'PROPOSED',
  text: 'I proposed the runbook “Restart a service” for payments; nothing has been done. [e1]',
  ...{ evidence: evidence().slice(0, 1), checked: checked().slice(0, 1) },
  proposal: {
    ...{ remediation_id: 'rem-1', runbook_id: 'restart-service', link: '/incidents/42' },
    sentence: 'Restart payments on cluster local, then check that its error ratio falls.',
  },
}
const unknown = (question: string): Partial<Answer> => ({
  ...{ outcome: 'UNANSWERABLE', suggestions: ['What is broken right now?'] },
  text: `I know nothing called "warehouse". [c1]`,
  checked: [
    call('c1', 'find_entities', { status: 'EMPTY', records: 0, sentence: `Nothing fits "${question}".` }),
  ],
})

/** What telemetry may try: none of it may be followed, loaded or run. */
const hostile = (): Partial<Answer> => ({
  ...broken,
  text: [
    'The newest line of payments is shown as it came. [e3]',
    '![pixel](https://evil.example/p.png?x=1) [click me](javascript:alert(1)) <img src=x onerror=alert(1)> <script>alert(1)</script>',
    '[the dashboard](https://evil.example/login) and [e1] and https://evil.example/auto',
    '[e1]: https://evil.example/stolen',
    `${'a-very-long-word-without-any-break'.repeat(12)}`,
  ].join('\n\n'),
})

function long(): Partial<Answer> {
  const section = (i: number): string =>
    [
      `## Part ${i + 1}`,
      'The p95 latency of **payments** rose from 80 ms to 1.9 s at 14:38 UTC, 34 min ago. It fails 14 % of its requests since then, orders follows a minute later and front two minutes later. [e2][e1]',
      '1. Reset the pool: `POST /admin/reset`\n2. Watch the error ratio for five minutes [e3]',
      '| service | before | now |\n|---|---|---|\n| payments | 80 ms | 1.9 s |\n| orders | 120 ms | 2.1 s |',
      '```\n2026-11-21T14:38:02.118Z ERROR payments connection pool exhausted: timeout after 5000 ms waiting for a connection (pool=main, used=20, max=20) request=9f2c1a order=481516\n```',
    ].join('\n\n')
  return {
    ...broken,
    text: `payments is the origin; five services follow. [e1]\n\n${Array.from({ length: 25 }, (_, i) => section(i)).join('\n\n')}`,
    tables: [table(60)],
    notices: ['The range was cut to the two hours that are kept.'],
    seconds: 12.4,
  }
}
