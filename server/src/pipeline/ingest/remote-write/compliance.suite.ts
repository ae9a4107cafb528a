import { now } from '../request.suite.ts'
import { labelsOf, type SeriesCase } from './series-case.suite.ts'

/**
 * What the Prometheus project's receiver suite for remote write 2.0 sends (prometheus/compliance, remotewrite/receiver), and how much
 * of it has to be written.
 */
const HOUR = 3_600_000

export const sample = (
  labels: Record<string, string>,
  value = 1,
  more: Partial<SeriesCase> = {},
): SeriesCase => ({
  labels: labelsOf(labels),
  samples: [{ value, timestamp: now }],
  ...more,
})
export const named = (name: string): Record<string, string> => ({ __name__: name })
export const testJob = { __name__: 'up', job: 'testjob', instance: 'localhost:9090' }
const jobless = { job: 'testjob', instance: 'localhost:9090' }
const exemplar = (labels: Record<string, string>, value = 1, timestamp = now) => ({
  labels,
  value,
  timestamp,
})
export const withExemplar = (
  labels: Record<string, string>,
  of: Record<string, string>,
  value = 1,
): SeriesCase => sample(labels, value, { exemplars: [exemplar(of, value)] })

type Parts = { positive?: boolean; negative?: boolean; zero?: boolean; custom?: boolean; badCount?: boolean }
/** Buckets [1, 3, 4, -, -, 7, 8] above zero, [1, 2] below, 1 at zero; or six custom ones of 30. */
export function histogram(
  labels: Record<string, string>,
  sum: number,
  parts: Parts,
  more: Partial<SeriesCase> = {},
): SeriesCase {
  const { positive, negative, zero, custom, badCount } = parts
  const counted = custom ? 30 : (positive ? 23 : 0) + (negative ? 3 : 0) + (zero ? 1 : 0)
  const spans = custom
    ? [{ offset: 0, length: 6 }]
    : [
        { offset: 0, length: 3 },
        { offset: 2, length: 2 },
      ]
  return {
    labels: labelsOf(labels),
    histograms: [
      {
        countInt: String(badCount ? 99 : counted),
        sum,
        timestamp: now,
        ...(positive || custom
          ? { positiveSpans: spans, positiveDeltas: custom ? [2, 1, 2, 3, -1, -2] : [1, 2, 1, 3, 1] }
          : {}),
        ...(negative ? { negativeSpans: [{ offset: 0, length: 2 }], negativeDeltas: [1, 1] } : {}),
        ...(zero ? { zeroCountInt: '1' } : {}),
        ...(custom ? { schema: -53, customValues: [0.1, 0.5, 1, 2.5, 5, 10] } : {}),
      },
    ],
    ...more,
  }
}
const told = (type: number, unit = '', help = 'Test help') => ({ metadata: { type, unit, help } })
const COUNTER = 1
const GAUGE = 2
const HISTOGRAM = 3

export type Case = [
  name: string,
  series: SeriesCase[],
  written: [samples: number, histograms: number, exemplars: number],
]

const values: [string, number][] = [
  ['1.0', 1],
  ['NaN', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
]
const samplesOk: Case[] = values.flatMap(([shown, value]): Case[] => [
  [`a sample of ${shown}`, [sample(named('up'), value)], [1, 0, 0]],
  [`${shown} with several labels`, [sample(testJob, value)], [1, 0, 0]],
  [`${shown} with newlines in a label`, [sample({ ...testJob, job: 'test\njob\n' }, value)], [1, 0, 0]],
  [
    `${shown} with dots`,
    [sample({ __name__: 'resource.cpu.usage', 'job.name': 'testjob' }, value)],
    [1, 0, 0],
  ],
  [`${shown} with spaces`, [sample({ __name__: 'resource cpu usage', 'job name': 'x' }, value)], [1, 0, 0]],
  [
    `${shown} of four series`,
    [0, 1, 2, 3].map((i) => sample({ ...testJob, instance: `localhost:909${i}` }, value)),
    [4, 0, 0],
  ],
])
const metadataOk: Case[] = [
  ['counter metadata', [sample(named('http_requests_total'), 1, told(COUNTER, 'requests'))], [1, 0, 0]],
  ['gauge metadata', [sample(named('cpu_usage_percent'), 1, told(GAUGE, 'percent'))], [1, 0, 0]],
  ['metadata without help and unit', [sample(named('simple'), 1, told(COUNTER, '', ''))], [1, 0, 0]],
  [
    'metadata with special characters',
    [sample(testJob, 1, told(GAUGE, 'bytes/sec', 'new\nlines "x"'))],
    [1, 0, 0],
  ],
  ...[0, 4, 5, 6, 7].map(
    (type): Case => [`metadata of type ${type}`, [sample(named('m'), 1, told(type, 'u'))], [1, 0, 0]],
  ),
  [
    'histogram metadata',
    [
      histogram(
        named('d_seconds'),
        1,
        { positive: true, negative: true, zero: true },
        told(HISTOGRAM, 'seconds'),
      ),
    ],
    [0, 1, 0],
  ],
  [
    'metadata of three families',
    ['a', 'b', 'c'].map((name) => sample(named(name), 1, told(GAUGE))),
    [3, 0, 0],
  ],
  ['metadata without data', [{ labels: labelsOf(named('orphan')), ...told(COUNTER) }], [0, 0, 0]],
]
const createdOk: Case[] = [
  [
    'a counter with a created timestamp',
    [sample(named('c_total'), 100, { createdTimestamp: now - HOUR })],
    [1, 0, 0],
  ],
  [
    'the same with metadata',
    [sample(named('c_total'), 1, { createdTimestamp: now - HOUR, ...told(COUNTER) })],
    [1, 0, 0],
  ],
  [
    'the same with an exemplar',
    [{ ...withExemplar(named('c_total'), { trace_id: 'abc' }), createdTimestamp: now - 2 * HOUR }],
    [1, 0, 1],
  ],
  [
    'a histogram with a created timestamp',
    [
      histogram(
        named('h'),
        1.5,
        { positive: true, negative: true, zero: true },
        { createdTimestamp: now - HOUR / 2 },
      ),
    ],
    [0, 1, 0],
  ],
]
const histogramsOk: Case[] = [
  [
    'a histogram with all sorts of buckets',
    [histogram(named('h'), 1, { positive: true, negative: true, zero: true })],
    [0, 1, 0],
  ],
  ['custom buckets', [histogram(named('h'), 1, { custom: true })], [0, 1, 0]],
  ['positive and zero buckets', [histogram(testJob, 1, { positive: true, zero: true })], [0, 1, 0]],
  ['negative buckets', [histogram(testJob, 1, { negative: true })], [0, 1, 0]],
  ['a zero bucket', [histogram(named('h'), 1, { zero: true })], [0, 1, 0]],
  ['an empty histogram', [histogram(named('h'), 0, {})], [0, 1, 0]],
  [
    'two histograms',
    [
      histogram(named('h1'), 10.5, { positive: true, zero: true }),
      histogram(named('h2'), 5, { negative: true }),
    ],
    [0, 2, 0],
  ],
  [
    'a histogram with an exemplar',
    [
      histogram(
        testJob,
        1.23,
        { positive: true, zero: true },
        { exemplars: [exemplar({ trace_id: 'a', span_id: 'b' }, 1.23)] },
      ),
    ],
    [0, 1, 1],
  ],
  [
    'with metadata and an exemplar',
    [
      histogram(
        testJob,
        10_485_760,
        { positive: true },
        { ...told(HISTOGRAM, 'bytes'), exemplars: [exemplar({ trace_id: 'a' })] },
      ),
    ],
    [0, 1, 1],
  ],
  [
    'custom buckets with an exemplar',
    [histogram(testJob, 0.05, { custom: true }, { exemplars: [exemplar({ bucket: '0.1' }, 0.05)] })],
    [0, 1, 1],
  ],
  [
    '50 histograms',
    Array.from({ length: 50 }, (_, i) =>
      histogram(
        { ...named(`h${i}`), bucket: `b${i}` },
        i / 10,
        { positive: true, negative: i % 2 === 0, zero: true },
        { ...told(HISTOGRAM), exemplars: [exemplar({ trace_id: `t${i}` })] },
      ),
    ),
    [0, 50, 50],
  ],
]
const exemplarsOk: Case[] = [
  ...Object.entries<Record<string, string>>({
    'a trace id': { trace_id: 'abc123def456' },
    'trace and span id': { trace_id: 'xyz789', span_id: 'span123' },
    'no trace id': { user_id: 'user123' },
    'several labels': { trace_id: 'trace456', user: 'admin', endpoint: '/login' },
    'no labels': {},
    'special characters': { trace_id: 'trace-with-dashes_and_underscores.123' },
    unicode: { trace_id: 'unicode_trace_测试' },
  }).map(
    ([name, labels]): Case => [
      `an exemplar with ${name}`,
      [withExemplar({ ...testJob, region: '🌍' }, labels)],
      [1, 0, 1],
    ],
  ),
  ...[0, -123.456, 1e10, 1e-10, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(
    (value): Case => [
      `an exemplar of ${value}`,
      [withExemplar(named('test_metric'), { trace_id: 'x' }, value)],
      [1, 0, 1],
    ],
  ),
  [
    'exemplars of three series',
    ['a', 'b', 'c'].map((name) => withExemplar(named(name), { trace_id: name })),
    [3, 0, 3],
  ],
  [
    'an exemplar without data',
    [{ labels: labelsOf(named('orphan')), exemplars: [exemplar({ trace_id: 'x' }, 42)] }],
    [0, 0, 1],
  ],
  [
    'samples and exemplars of different times',
    [now - HOUR, now - 60_000, now].map((timestamp) => ({
      labels: labelsOf(named('latency_hist')),
      samples: [{ value: 0.05, timestamp }],
      exemplars: [exemplar({ trace_id: 'x' }, 0.05, timestamp)],
    })),
    [3, 0, 3],
  ],
  [
    'samples with metadata and exemplars',
    [
      { ...withExemplar(testJob, { trace_id: 'x' }), ...told(COUNTER, 'requests') },
      sample(named('memory_usage'), 8_589_934_592, told(GAUGE, 'bytes')),
    ],
    [2, 0, 1],
  ],
  [
    '50 samples with metadata and exemplars',
    Array.from({ length: 50 }, (_, i) => ({
      ...withExemplar({ ...named(`c${i}`), series: `s${i}` }, { trace_id: `t${i}` }, i * 100),
      ...told(COUNTER, 'count'),
    })),
    [50, 0, 50],
  ],
  [
    'special characters everywhere',
    [
      {
        ...withExemplar(
          { ...testJob, environment: 'test🚀', job: 'test-job_with.special@chars' },
          { trace_id: 'äöü-123', span_id: 'a.b_c' },
        ),
        ...told(GAUGE, 'special/units', 'äöü "q"\n'),
      },
    ],
    [1, 0, 1],
  ],
]

export const refusedCases: Case[] = [
  ['a sample without a name', [sample(jobless)], [0, 0, 0]],
  ['a sample without labels', [sample({})], [0, 0, 0]],
  ['a sample with an empty name', [sample({ __name__: '' }, 1, told(GAUGE))], [0, 0, 0]],
  [
    'four samples without a name',
    [0, 1, 2, 3].map((i) => sample({ ...jobless, instance: `${i}` })),
    [0, 0, 0],
  ],
  [
    'one of four without a name',
    [sample(jobless), ...[1, 2, 3].map((i) => sample({ ...testJob, instance: `${i}` }))],
    [3, 0, 0],
  ],
  ['an exemplar of a series without a name', [withExemplar(jobless, { trace_id: 'x' })], [0, 0, 0]],
  [
    'a histogram whose count is wrong',
    [histogram(named('h'), 1, { positive: true, badCount: true })],
    [0, 0, 0],
  ],
]

export const takenCases: Case[] = [...samplesOk, ...metadataOk, ...createdOk, ...histogramsOk, ...exemplarsOk]
