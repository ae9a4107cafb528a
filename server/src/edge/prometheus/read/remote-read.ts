import type { Labels } from '@aiops/contract/model/label'
import { compressSync } from 'snappy'
import { Fault } from '../../../kernel/fault.ts'
import { ProtobufWriter } from '../../../kernel/protobuf-writer.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { IngestReply, IngestRequest } from '../../../pipeline/ingest/index.ts'
import type { RawSeries } from '../../../service/telemetry/index.ts'
import type { PrometheusDeps } from '../index.ts'
import { writeLabels, writeSeries } from '../time-series.ts'
import { crc32c } from './crc32c.ts'
import { type ReadQuery, readRequest } from './read-request.ts'
import { chunkSamplesMax, xorChunk } from './xor-chunk.ts'

/** Samples of one answer, which is whole in memory: about 100 MB of them. */
const samplesMax = 5_000_000
/** Size a frame of a stream may have before the next begins, as Prometheus has it. */
const frameBytesMax = 1_048_576
const XOR = 1

/** `POST /api/v1/read` (https://prometheus.io/docs/prometheus/latest/querying/remote_read_api/). */
export async function remoteRead(deps: PrometheusDeps, request: IngestRequest): Promise<IngestReply> {
  const encoding = request.headers['content-encoding'] ?? 'snappy'
  if (encoding !== 'snappy')
    throw new Fault(
      'UNSUPPORTED_MEDIA_TYPE',
      `Send content encoding snappy, not ${JSON.stringify(encoding.slice(0, 80))}.`,
    )
  const { queries, accepted } = readRequest(request.body)
  const turn = new Turn(deps.clock)
  const results: RawSeries[][] = []
  let left = samplesMax
  for (const query of queries) {
    const found = await seriesOf(deps, request.tenant, query, left)
    left -= found.reduce((sum, one) => sum + sizeOf(one), 0)
    results.push(found)
  }
  const hasHistograms = results.some((found) => found.some(({ histograms }) => histograms !== undefined))
  const streams = accepted[0] === 'STREAMED_XOR_CHUNKS'
  if (!streams || (hasHistograms && accepted.includes('SAMPLES'))) return samplesReply(results, turn)
  if (hasHistograms)
    throw new Fault(
      'INVALID_REQUEST',
      'Native histograms are answered as samples: accept SAMPLES beside STREAMED_XOR_CHUNKS.',
    )
  return streamReply(results, turn)
}

const sizeOf = ({ timesMs, histograms }: RawSeries): number =>
  timesMs.length + (histograms?.timesMs.length ?? 0)

/** In order of their labels, which clients merge by. */
async function seriesOf(
  deps: PrometheusDeps,
  tenant: string,
  query: ReadQuery,
  samples: number,
): Promise<RawSeries[]> {
  const found: RawSeries[] = []
  const hints = { stepMs: 0, rangeMs: query.endMs - query.startMs, func: '' }
  for await (const batch of deps.source(tenant).select({ ...query, samplesMax: Math.max(samples, 0), hints }))
    found.push(...batch)
  const keyed = found.map((series) => ({ series, key: sortKey(series.labels) }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ series }) => series)
}

const sortKey = (labels: Labels): string =>
  Object.keys(labels)
    .sort()
    .map((name) => `${name}\0${labels[name]}`)
    .join('\0')

async function samplesReply(results: readonly RawSeries[][], turn: Turn): Promise<IngestReply> {
  const out = new ProtobufWriter()
  const result = new ProtobufWriter()
  for (const found of results) {
    result.reset()
    for (const series of found) {
      if (turn.due()) await turn.give()
      result.message(0x0a, () => writeSeries(result, series))
    }
    out.raw(0x0a, result.bytes())
  }
  const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' }
  return { status: 200, headers, body: compressSync(out.bytes()) }
}

/** Frames of ChunkedReadResponse: length, CRC-32C, message; a series larger than a frame goes on in the next under its labels again. */
async function streamReply(results: readonly RawSeries[][], turn: Turn): Promise<IngestReply> {
  const out = new ProtobufWriter()
  const message = new ProtobufWriter()
  for (const [query, found] of results.entries())
    for (const { labels, timesMs, values } of found)
      for (let from = 0; from < timesMs.length; ) {
        message.reset()
        message.message(0x0a, () => {
          writeLabels(message, 0x0a, labels)
          while (from < timesMs.length && message.length < frameBytesMax) {
            const to = Math.min(from + chunkSamplesMax, timesMs.length)
            const [first, last] = [timesMs[from]!, timesMs[to - 1]!]
            const data = xorChunk(timesMs, values, from, to)
            message.message(0x12, () => {
              message.int(0x08, first)
              message.int(0x10, last)
              message.int(0x18, XOR)
              message.raw(0x22, data)
            })
            from = to
          }
        })
        message.int(0x10, query)
        const body = message.bytes()
        const check = Buffer.alloc(4)
        check.writeUInt32BE(crc32c(body))
        out.varint(body.length)
        out.append(check)
        out.append(body)
        if (turn.due()) await turn.give()
      }
  const headers = { 'content-type': 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse' }
  return { status: 200, headers, body: Buffer.from(out.bytes()) }
}
