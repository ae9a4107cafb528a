import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { Rig } from '../rig.suite.ts'
import type { ScrapeReport } from './header.ts'
import { openType, scrapeDelivery } from './scrape-entry.suite.ts'

const report = (own: Partial<ScrapeReport> = {}): ScrapeReport => ({
  up: true,
  duration_seconds: 0.25,
  scraped: 2,
  kept: 2,
  added: 1,
  ended: false,
  ...own,
})
const rigOf = (config: Record<string, unknown> = {}): Promise<Rig> => Rig.started({ config })
const take = (rig: Rig, ...args: Parameters<typeof scrapeDelivery>) =>
  rig.ingest.deliver('scrape', scrapeDelivery(...args))
const shown = (rig: Rig): string[] =>
  rig.stored.metrics.map(
    ({ labels, value }) =>
      `${Object.entries(labels)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, text]) => `${name}=${text}`)
        .join(' ')}: ${value}`,
  )
const STALE = '7ff0000000000002'

describe('a scrape', () => {
  it('becomes samples with the labels of its target, kinds and units as the text tells them', async () => {
    const rig = await rigOf()
    const text = `# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total 1\n# TYPE t gauge\nt 2\n# EOF\n`
    await take(rig, text, { type: openType })
    expect(rig.stored.metrics).toMatchObject([
      {
        labels: { __name__: 'a_seconds_total', job: 'shop', instance: 'shop:80' },
        kind: 'COUNTER',
        unit: 's',
        value: 1,
      },
      { labels: { __name__: 't' }, kind: 'GAUGE', value: 2, timeMs: 1_700_000_000_000 },
    ])
  })

  it('keeps exemplars with their labels, at their own time or that of the sample', async () => {
    const rig = await rigOf()
    const text =
      'b_bucket{le="1"} 3 # {trace_id="x"} 0.5 1699999999.5\nb_bucket{le="2"} 3 # {trace_id="y"} 1.5\n# EOF\n'
    await take(rig, text, { type: openType })
    expect(rig.published.samples.flatMap(({ exemplars = [] }) => exemplars)).toMatchObject([
      { timeMs: 1_699_999_999_500, value: 0.5, labels: { trace_id: 'x' } },
      { timeMs: 1_700_000_000_000, value: 1.5, labels: { trace_id: 'y' } },
    ])
  })

  it('that is malformed gives its line and leaves nothing behind, no series either', async () => {
    const rig = await rigOf()
    await expect(take(rig, 'good 1\nbad{ 2\n')).rejects.toThrow('Line 2')
    expect([rig.disk.entries, rig.disk.catalog.rows]).toEqual([[], []])
  })

  it('writes values that are no numbers as Prometheus does', async () => {
    const rig = await rigOf()
    await take(rig, 'x NaN\ny +Inf\n')
    expect(rig.stored.metrics.map(({ bits }) => bits)).toEqual(['7ff8000000000001', '7ff0000000000000'])
  })

  it.each([
    [false, '__name__=x exported_exported_job=mine exported_job=deep job=shop: 1'],
    [true, '__name__=x exported_job=deep job=mine: 1'],
  ])('settles labels that both target and text have, honor_labels %s', async (honor_labels, wanted) => {
    const rig = await rigOf()
    const scope = { honor_labels, labels: { job: 'shop' } }
    await take(rig, 'x{job="mine",exported_job="deep"} 1\n', { scope })
    expect(shown(rig)).toEqual([wanted])
  })

  it('takes the times of its text only where they are honoured', async () => {
    const rig = await rigOf()
    await take(rig, 'x 1 1699999990000\n', { key: 'a' })
    await take(rig, 'x 1 1699999990000\n', { key: 'b', scope: { honor_timestamps: false } })
    expect(rig.stored.metrics.map(({ timeMs }) => timeMs)).toEqual([1_699_999_990_000, 1_700_000_000_000])
  })

  it.each([
    [{ sample_limit: 1 }, 'sample_limit'],
    [{ label_limit: 3 }, 'label_limit'],
    [{ label_name_length_limit: 7 }, 'label_name_length_limit'],
    [{ label_value_length_limit: 3 }, 'label_value_length_limit'],
  ])('over a limit of its job fails whole: %j', async (scope, said) => {
    const rig = await rigOf()
    await expect(take(rig, 'x{a="1"} 1\ny 2\n', { scope })).rejects.toThrow(said)
    expect(rig.disk.entries).toEqual([])
  })

  it('leaves out series over the tenant’s limit, keeps the others, and asks again with the next', async () => {
    const rig = await rigOf()
    rig.disk.catalog.seriesMax = 1
    expect(await take(rig, 'x 1\ny 2\n')).toMatchObject({ accepted: 1, rejected: 1 })
    rig.disk.catalog.seriesMax = 2
    expect(await take(rig, 'x 1\ny 2\n')).toMatchObject({ accepted: 2, rejected: 0 })
  })

  it('reads the same again after a crash, from the entries alone', async () => {
    const rig = await rigOf()
    await take(rig, 'x{a="1"} 1\ny 2\n')
    await take(rig, 'x{a="1"} 3\n', { timeMs: 1_700_000_015_000 })
    await take(rig, 'y\n', { timeMs: 1_700_000_015_000, report: report() })
    const after = await rig.crash()
    expect(after.stored.metrics).toEqual(rig.stored.metrics)
    expect(after.stored.metrics.filter(({ bits }) => bits === STALE)).toMatchObject([
      { labels: { __name__: 'y' } },
    ])
  })
})

describe('the report on a scrape', () => {
  it('holds the series that Prometheus writes, with the labels of the target alone', async () => {
    const rig = await rigOf()
    await take(rig, '', { report: report() })
    expect(shown(rig)).toEqual([
      '__name__=up instance=shop:80 job=shop: 1',
      '__name__=scrape_duration_seconds instance=shop:80 job=shop: 0.25',
      '__name__=scrape_samples_scraped instance=shop:80 job=shop: 2',
      '__name__=scrape_samples_post_metric_relabeling instance=shop:80 job=shop: 2',
      '__name__=scrape_series_added instance=shop:80 job=shop: 1',
    ])
  })

  it('ends the series about the target too once that is gone', async () => {
    const rig = await rigOf()
    await take(rig, 'x 1\n')
    await take(rig, 'x\n', { report: report({ ended: true }) })
    expect(rig.stored.metrics.map(({ bits }) => bits === STALE)).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
      true,
    ])
  })
})

const { root } = protobuf.parse(`
syntax = "proto2"; package io;
message LabelPair { optional string name = 1; optional string value = 2; }
message Timestamp { optional int64 seconds = 1; optional int32 nanos = 2; }
message Exemplar { repeated LabelPair label = 1; optional double value = 2; optional Timestamp timestamp = 3; }
message Value { optional double value = 1; optional Exemplar exemplar = 2; }
message Quantile { optional double quantile = 1; optional double value = 2; }
message Summary { optional uint64 sample_count = 1; optional double sample_sum = 2; repeated Quantile quantile = 3; }
message Bucket { optional uint64 cumulative_count = 1; optional double upper_bound = 2; optional Exemplar exemplar = 3; }
message Span { optional sint32 offset = 1; optional uint32 length = 2; }
message Histogram { optional uint64 sample_count = 1; optional double sample_sum = 2; repeated Bucket bucket = 3; optional sint32 schema = 5; optional double zero_threshold = 6;
  optional uint64 zero_count = 7; repeated Span negative_span = 9; repeated sint64 negative_delta = 10 [packed=false]; repeated Span positive_span = 12; repeated sint64 positive_delta = 13 [packed=true]; repeated Exemplar exemplars = 16; }
message Metric { repeated LabelPair label = 1; optional Value gauge = 2; optional Value counter = 3; optional Summary summary = 4; optional Value untyped = 5; optional int64 timestamp_ms = 6; optional Histogram histogram = 7; }
message MetricFamily { optional string name = 1; optional string help = 2; optional int32 type = 3; repeated Metric metric = 4; optional string unit = 5; }
`)
const familyType = root.lookupType('io.MetricFamily')
const delimited = (...families: Record<string, unknown>[]): Buffer =>
  Buffer.concat(
    families.map((family) => Buffer.from(familyType.encodeDelimited(familyType.fromObject(family)).finish())),
  )
const protobufType =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited'

describe('a scrape as protobuf', () => {
  const label = (name: string, value: string) => ({ name, value })

  it('gives the series that the text would', async () => {
    const rig = await rigOf()
    const body = delimited(
      { name: 'c_total', type: 0, metric: [{ label: [label('a', 'x"y')], counter: { value: 5 } }] },
      {
        name: 's',
        type: 2,
        metric: [{ summary: { sampleCount: 2, sampleSum: 3, quantile: [{ quantile: 0.5, value: 1 }] } }],
      },
      {
        name: 'h',
        type: 4,
        metric: [
          { histogram: { sampleCount: 4, sampleSum: 9, bucket: [{ cumulativeCount: 3, upperBound: 1 }] } },
        ],
      },
      { name: 'u', type: 3, metric: [{ untyped: { value: 7 }, timestampMs: 1_699_999_999_000 }] },
    )
    await take(rig, body, { type: protobufType, scope: { labels: {} } })
    expect(shown(rig)).toEqual([
      '__name__=c_total a=x"y: 5',
      '__name__=s quantile=0.5: 1',
      '__name__=s_sum: 3',
      '__name__=s_count: 2',
      '__name__=h_bucket le=1.0: 3',
      '__name__=h_bucket le=+Inf: 4',
      '__name__=h_sum: 9',
      '__name__=h_count: 4',
      '__name__=u: 7',
    ])
    expect(rig.stored.metrics.at(-1)?.timeMs).toBe(1_699_999_999_000)
  })

  it('keeps native histograms and their exemplars', async () => {
    const rig = await rigOf()
    const histogram = {
      sampleCount: 9,
      sampleSum: 12.5,
      schema: 2,
      zeroThreshold: 1e-9,
      zeroCount: 1,
      positiveSpan: [
        { offset: -1, length: 2 },
        { offset: 2, length: 1 },
      ],
      positiveDelta: [2, 1, -2],
      negativeSpan: [{ offset: 0, length: 2 }],
      negativeDelta: [2, -2],
      exemplars: [
        {
          label: [label('trace_id', 'z')],
          value: 3,
          timestamp: { seconds: 1_699_999_999, nanos: 500_000_000 },
        },
      ],
    }
    await take(rig, delimited({ name: 'n', type: 4, metric: [{ histogram }] }), { type: protobufType })
    const [batch] = rig.published.samples
    expect(batch?.histograms).toMatchObject([
      {
        timeMs: 1_700_000_000_000,
        histogram: {
          schema: 2,
          count: 9,
          sum: 12.5,
          zeroThreshold: 1e-9,
          zeroCount: 1,
          positive: { indexes: Int32Array.from([-1, 0, 3]), counts: Float64Array.from([2, 3, 1]) },
          negative: { indexes: Int32Array.from([0]), counts: Float64Array.from([2]) },
          reset: 'UNKNOWN',
        },
      },
    ])
    expect(batch?.exemplars).toMatchObject([
      { timeMs: 1_699_999_999_500, value: 3, labels: { trace_id: 'z' } },
    ])
  })

  it('that is cut short or lies about its lengths is refused', async () => {
    const rig = await rigOf()
    const body = delimited({ name: 'c_total', type: 0, metric: [{ counter: { value: 5 } }] })
    for (let length = 1; length < body.length; length += 1)
      await expect(take(rig, body.subarray(0, length), { type: protobufType })).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
      })
    expect(rig.disk.entries).toEqual([])
  })
})
