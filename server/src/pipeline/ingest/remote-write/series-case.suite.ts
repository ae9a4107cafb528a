import type { Labels } from '@aiops/contract/model/label'
import type { Exemplar, HistogramSample } from '../../../port/metric-store.ts'
import { now } from '../request.suite.ts'
import { MemoryCatalog, type Sample, samplesOf } from '../rig.suite.ts'
import { decode, encode } from '../wire/proto.suite.ts'
import { RemoteWriteDecoder } from './remote-write.ts'
import { RemoteWrite2Decoder } from './remote-write-2.ts'
import type { RemoteWriteLimits } from './sample-sink.ts'

/** One series as both versions can say it; fields as in the JSON form of prometheus.TimeSeries. */
export type SeriesCase = {
  labels: readonly (readonly [name: string, value: string])[]
  samples?: readonly { value: number; timestamp: number }[]
  histograms?: readonly Record<string, unknown>[]
  exemplars?: readonly { labels: Labels; value: number; timestamp: number }[]
  /** Of 2.0 alone. */
  metadata?: { type: number; help?: string; unit?: string }
  createdTimestamp?: number
}
export type Version = 1 | 2
export const versions: readonly Version[] = [1, 2]

export const limits: RemoteWriteLimits = {
  labels: { countMax: 64, nameBytesMax: 1_024, valueBytesMax: 4_096 },
  samplesMax: 10_000,
  familiesMax: 100,
  knownSeriesMax: 1_000,
  knownBytesMax: 1 << 20,
  ageMsMax: 3_600_000,
  futureMsMax: 600_000,
}

export const labelsOf = (record: Record<string, string>): [string, string][] => Object.entries(record)

/** As senders encode it: symbols in order of first use after the empty one. */
export function request2(series: readonly SeriesCase[]): {
  symbols: string[]
  timeseries: Record<string, unknown>[]
} {
  const symbols = new Map([['', 0]])
  const ref = (text: string): number => {
    if (!symbols.has(text)) symbols.set(text, symbols.size)
    return symbols.get(text) as number
  }
  const refs = (labels: readonly (readonly [string, string])[]): number[] =>
    labels.flatMap(([name, value]) => [ref(name), ref(value)])
  const timeseries = series.map((one) => ({
    ...one,
    labels: undefined,
    labelsRefs: refs(one.labels),
    exemplars: (one.exemplars ?? []).map(({ labels, ...rest }) => ({
      ...rest,
      labelsRefs: refs(Object.entries(labels)),
    })),
    ...(one.metadata
      ? {
          metadata: {
            type: one.metadata.type,
            helpRef: ref(one.metadata.help ?? ''),
            unitRef: ref(one.metadata.unit ?? ''),
          },
        }
      : {}),
  }))
  return { symbols: [...symbols.keys()], timeseries }
}

export const encode2 = (message: Record<string, unknown>): Buffer =>
  encode('io.prometheus.write.v2.Request', message)

export function encodeCases(version: Version, series: readonly SeriesCase[]): Buffer {
  if (version === 2) return encode2(request2(series))
  const pairs = (labels: readonly (readonly [string, string])[]) =>
    labels.map(([name, value]) => ({ name, value }))
  return encode('prometheus.WriteRequest', {
    timeseries: series.map((one) => ({
      labels: pairs(one.labels),
      samples: one.samples ?? [],
      histograms: one.histograms ?? [],
      exemplars: (one.exemplars ?? []).map((e) => ({ ...e, labels: pairs(Object.entries(e.labels)) })),
    })),
  })
}

export type Read = {
  samples: Sample[]
  histograms: (Omit<HistogramSample, 'ref'> & { labels: Labels })[]
  exemplars: (Omit<Exemplar, 'ref' | 'labels'> & { series: Labels; labels: Labels })[]
  rejected: number
  codes: string[]
  sentence: string
}

export function decoderOf(version: Version, over: Partial<RemoteWriteLimits> = {}) {
  const catalog = new MemoryCatalog()
  const Decoder = version === 1 ? RemoteWriteDecoder : RemoteWrite2Decoder
  const decoder = new Decoder('default', catalog, { ...limits, ...over }, 42)
  const read = (body: Buffer): Read => {
    const { columns, histograms, exemplars, rejections } = decoder.decode(body, now)
    return {
      samples: samplesOf(catalog, columns.batch('default')),
      histograms: histograms.map(({ ref, ...rest }) => ({
        ...rest,
        labels: { ...catalog.describe(ref).labels },
      })),
      exemplars: exemplars.map(({ ref, labels, ...rest }) => ({
        ...rest,
        labels: { ...labels },
        series: { ...catalog.describe(ref).labels },
      })),
      rejected: rejections.count,
      codes: [...rejections.byCode.keys()],
      sentence: rejections.sentence,
    }
  }
  return { catalog, read, send: (...series: SeriesCase[]) => read(encodeCases(version, series)) }
}

type Decoded = { labels: Labels; timeMs: number; value: number }

/** What the generic decoder makes of the same bytes: samples with their labels, in order. Throws where it cannot read them. */
export function oracle(version: Version, body: Uint8Array): Decoded[] {
  if (version === 1) {
    const { timeseries = [] } = decode('prometheus.WriteRequest', body) as {
      timeseries?: { labels?: { name?: string; value?: string }[]; samples?: RawSample[] }[]
    }
    return timeseries.flatMap(({ labels = [], samples = [] }) =>
      samplesWith(Object.fromEntries(labels.map((l) => [l.name ?? '', l.value ?? ''])), samples),
    )
  }
  const { symbols = [], timeseries = [] } = decode('io.prometheus.write.v2.Request', body) as {
    symbols?: string[]
    timeseries?: { labelsRefs?: number[]; samples?: RawSample[] }[]
  }
  return timeseries.flatMap(({ labelsRefs = [], samples = [] }) => {
    const texts = labelsRefs.map((ref) => symbols[ref] ?? '?')
    const pairs = texts.flatMap((name, at) => (at % 2 === 0 ? [[name, texts[at + 1] ?? '?']] : []))
    return samplesWith(Object.fromEntries(pairs), samples)
  })
}

type RawSample = { value?: number | string; timestamp?: string }
/** An empty value is the same as no label. */
const samplesWith = (labels: Labels, samples: RawSample[]): Decoded[] =>
  samples.map(({ value, timestamp }) => ({
    labels: Object.fromEntries(Object.entries(labels).filter(([, text]) => text !== '')),
    timeMs: Number(timestamp ?? 0),
    value: Number(value ?? 0) + 0,
  }))

/** Without what a generic decoder does not tell, and -0 as 0. */
export const plain = (samples: readonly Sample[]): Decoded[] =>
  samples.map(({ labels, timeMs, value }) => ({ labels, timeMs, value: value + 0 }))
