import type { Labels } from '@aiops/contract/model/label'
import { systemClock } from '../../kernel/clock.ts'
import { apiNumber } from '../../kernel/go-number.ts'
import { jsonText } from '../../kernel/large-text.ts'
import { Turn } from '../../kernel/turn.ts'
import type { IngestReply, IngestRequest } from '../../pipeline/ingest/index.ts'
import type { LogLine, LogqlAnswer, LogqlStats } from '../../service/telemetry/index.ts'

/** Shapes of Loki's answers: https://grafana.com/docs/loki/latest/reference/loki-http-api/ */
export const json = (body: unknown): IngestReply => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=UTF-8' },
  body: JSON.stringify(body),
})
export const success = (data: unknown): IngestReply => json({ status: 'success', data })
/** As `success`, giving way while much is written. */
const large = async (data: unknown): Promise<IngestReply> => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=UTF-8' },
  body: await jsonText({ status: 'success', data }, new Turn(systemClock)),
})
export const plain = (status: number, body: string): IngestReply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body,
})

/** Microseconds are what the store keeps. */
export const nanoseconds = (timeMs: number): string => `${BigInt(Math.round(timeMs * 1_000))}000`
const seconds = (timeMs: number): number => Math.round(timeMs) / 1_000

/** `X-Loki-Response-Encoding-Flags: categorize-labels`: metadata and parsed labels stand beside the line, not among the stream's. */
export const categorizes = (headers: IngestRequest['headers']): boolean =>
  (headers['x-loki-response-encoding-flags'] ?? '')
    .split(',')
    .some((flag) => flag.trim() === 'categorize-labels')

export type Entry = [time: string, line: string, more?: { structuredMetadata?: Labels; parsed?: Labels }]
export type Stream = { stream: Labels; values: Entry[] }

/** Lines by their labels; streams in the order of their first line. */
export function streamsOf(lines: readonly LogLine[], categorized: boolean): Stream[] {
  const streams = new Map<string, Stream>()
  for (const line of lines) {
    const parts = categorized ? line.categories() : undefined
    const stream = parts ? parts.stream : line.labels()
    const key = JSON.stringify(stream)
    const found = streams.get(key) ?? { stream, values: [] }
    streams.set(key, found)
    const entry: Entry = [nanoseconds(line.timeMs), line.line]
    if (parts) entry.push(moreOf(parts))
    found.values.push(entry)
  }
  return [...streams.values()]
}

const moreOf = ({ metadata, parsed }: { metadata: Labels; parsed: Labels }) => ({
  ...(Object.keys(metadata).length > 0 ? { structuredMetadata: metadata } : {}),
  ...(Object.keys(parsed).length > 0 ? { parsed } : {}),
})

export async function queryAnswer(answer: LogqlAnswer, categorized: boolean): Promise<IngestReply> {
  const stats = statsOf(answer.stats)
  if (answer.type === 'streams')
    return large({
      resultType: 'streams',
      result: streamsOf(answer.lines, categorized),
      stats,
      ...(categorized ? { encodingFlags: ['categorize-labels'] } : {}),
    })
  const { value } = answer
  if (value.type === 'matrix')
    return large({
      resultType: 'matrix',
      result: value.series.map(({ labels, timesMs, values }) => ({
        metric: labels,
        values: timesMs.map((timeMs, i) => [seconds(timeMs), apiNumber(values[i]!)]),
      })),
      stats,
    })
  if (value.type === 'vector')
    return large({
      resultType: 'vector',
      result: value.samples.map((sample) => ({
        metric: sample.labels,
        value: [seconds(sample.timeMs), apiNumber(sample.value)],
      })),
      stats,
    })
  const text = value.type === 'scalar' ? apiNumber(value.value) : value.value
  return large({ resultType: value.type, result: [seconds(value.timeMs), text], stats })
}

/** What is counted here under Loki's names; what this store has no counterpart of is 0. */
export function statsOf({ lines, bytes, entries, seconds: taken }: LogqlStats) {
  const rate = (count: number): number => (taken > 0 ? Math.round(count / taken) : 0)
  const store = {
    ...{ totalChunksRef: 0, totalChunksDownloaded: 0, chunksDownloadTime: 0 },
    chunk: {
      headChunkBytes: 0,
      headChunkLines: 0,
      decompressedBytes: bytes,
      decompressedLines: lines,
      compressedBytes: 0,
      totalDuplicates: 0,
    },
  }
  return {
    summary: {
      ...{ bytesProcessedPerSecond: rate(bytes), linesProcessedPerSecond: rate(lines) },
      ...{ totalBytesProcessed: bytes, totalLinesProcessed: lines, execTime: taken, queueTime: 0 },
      ...{ subqueries: 0, totalEntriesReturned: entries, splits: 0, shards: 0 },
    },
    querier: { store },
    ingester: { totalReached: 0, totalChunksMatched: 0, totalBatches: 0, totalLinesSent: 0, store },
  }
}

export const volumeOf = (
  series: readonly { labels: Labels; points: readonly { timeMs: number; bytes: number }[] }[],
  over: 'vector' | 'matrix',
) => ({
  resultType: over,
  result: series.map(({ labels, points }) => {
    const values = points.map(({ timeMs, bytes }) => [seconds(timeMs), String(bytes)])
    return over === 'vector' ? { metric: labels, value: values[0] } : { metric: labels, values }
  }),
  stats: statsOf({ lines: 0, bytes: 0, entries: 0, seconds: 0 }),
})
