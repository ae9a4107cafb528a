import type { Labels } from '@aiops/contract/model/label'
import { expect } from 'vitest'
import type { HistogramSample, NativeHistogram } from '../../../port/metric-store.ts'
import { isDelta } from '../histogram-delta.ts'
import { MemoryCatalog, type Sample, samplesOf } from '../rig.suite.ts'
import { encode, withBinaryIds } from '../wire/proto.suite.ts'
import { readJsonMetrics } from './json-metric.ts'
import { MetricWriter } from './metric-writer.ts'
import { Promotion } from './promotion.ts'
import { ProtobufMetricReader } from './protobuf-metric.ts'

export const now = 1_700_000_000_000
export const at = (ms: number): string => `${BigInt(ms) * 1_000_000n}`
export const limits = {
  labels: { countMax: 64, nameBytesMax: 1_024, valueBytesMax: 4_096 },
  samplesMax: 100_000,
  ageMsMax: 3_600_000,
  futureMsMax: 600_000,
  bucketsMax: 32,
  exponentialBucketsMax: 160,
  promoteScope: false,
}
export type Json = Record<string, unknown>
export type ReadHistogram = {
  name: string
  delta: boolean
  timeMs: number
  histogram: Omit<NativeHistogram, 'positive' | 'negative'>
  positive: [index: number, count: number][]
  negative: [index: number, count: number][]
}
export type ReadExemplar = { series: Labels; timeMs: number; value: number; labels: Labels }
export type Read = {
  samples: Sample[]
  histograms: ReadHistogram[]
  exemplars: ReadExemplar[]
  rejected: number
  codes: string[]
  deltas: number
}

export function readerOf(knownMax = 1_000, promoteScope = false) {
  const catalog = new MemoryCatalog()
  const writer = new MetricWriter(
    'default',
    catalog,
    { ...limits, promoteScope },
    new Promotion(['service.name', 'k8s.*']),
  )
  const protobuf = new ProtobufMetricReader(writer, { entriesMax: knownMax, bytesMax: 1 << 20, seed: 7 })
  const run = (read: () => void): Read => {
    writer.begin(now, 16)
    read()
    const { columns, histograms, exemplars, rejections } = writer.finish()
    return {
      samples: samplesOf(catalog, columns.batch('default')),
      histograms: histograms.map((sample) => plainOf(sample, catalog)),
      exemplars: exemplars.map(({ ref, labels, ...rest }) => ({
        ...rest,
        series: { ...catalog.describe(ref).labels },
        labels: { ...labels },
      })),
      rejected: rejections.count,
      codes: [...rejections.byCode.keys()],
      deltas: columns.deltas.length,
    }
  }
  const bytes = (body: Buffer) => run(() => protobuf.read(body))
  return {
    catalog,
    bytes,
    protobuf: (request: Json) => bytes(encode('otlp.MetricsRequest', withBinaryIds(request))),
    json: (request: unknown) => run(() => readJsonMetrics(request, writer)),
  }
}

export const text = (key: string, value: string) => ({ key, value: { stringValue: value } })
export const request = (...metrics: Json[]): Json => ({
  resourceMetrics: [
    {
      resource: {
        attributes: [
          text('service.name', 'cart'),
          text('k8s.pod.name', 'cart-1'),
          text('telemetry.sdk.name', 'x'),
        ],
      },
      scopeMetrics: [{ scope: { name: 'lib' }, metrics }],
    },
  ],
})
export const cart = { 'service.name': 'cart', 'k8s.pod.name': 'cart-1' }
export const point = { timeUnixNano: at(now), asDouble: 2.5 }
export const rows = (read: Read) =>
  read.samples.map(
    ({ labels: { __name__, 'service.name': _, 'k8s.pod.name': __, ...rest }, kind, value }) => [
      __name__,
      rest,
      kind,
      value,
    ],
  )

/** Both readers must agree; protobuf reads twice, the second time from what it knows. */
export function readBoth(metrics: Json[]): Read {
  const { protobuf, json } = readerOf()
  const first = protobuf(request(...metrics))
  expect(protobuf(request(...metrics))).toEqual(first)
  expect(readerOf().json(JSON.parse(JSON.stringify(request(...metrics))))).toEqual(first)
  expect(json(request(...metrics))).toEqual(first)
  return first
}

function plainOf(sample: HistogramSample, catalog: MemoryCatalog): ReadHistogram {
  const { positive, negative, ...histogram } = sample.histogram
  const pairs = ({ indexes, counts }: NativeHistogram['positive']): [number, number][] =>
    [...indexes].map((index, i) => [index, counts[i] as number])
  return {
    name: catalog.describe(sample.ref).labels.__name__ ?? '',
    delta: isDelta(sample),
    timeMs: sample.timeMs,
    histogram,
    positive: pairs(positive),
    negative: pairs(negative),
  }
}
