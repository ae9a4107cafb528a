import type { Labels } from '@aiops/contract/model/label'
import type { LogScan, LogStream, StoredLog, StreamQuery } from '../../../port/log-store.ts'
import { type LogPiece, mergedByTime, recordTest, streamTest } from '../../../port/log-stream.ts'
import { mayHoldAll } from './block-filter.ts'
import type { Source } from './block-reader.ts'
import { needleOf } from './block-text.ts'
import { createPause } from './pause.ts'
import type { RecordBlocks } from './record-blocks.ts'

/** Blocks decompressed ahead of the one that is read: as many as libuv has threads, and some to wait for them. */
const aheadMax = 8

type LabelsOf = (key: string) => Labels

/** Records of the streams that fit, from blocks decompressed on other threads, whose text is searched before it becomes records. */
export function scanBlocks(
  blocks: RecordBlocks<StoredLog>,
  query: LogScan,
  labelsOf: LabelsOf,
): AsyncIterable<StoredLog[]> {
  return mergedByTime(piecesOf(blocks, query, labelsOf), query.direction)
}

/** Streams of blocks that touch the range, without reading any from disk. */
export function streamsOfBlocks(
  blocks: RecordBlocks<StoredLog>,
  { tenant, matchers, startMs, endMs }: StreamQuery,
  labelsOf: LabelsOf,
): LogStream[] {
  const fits = keyTest(matchers, labelsOf)
  const streams = new Map<string, Required<LogStream>>()
  for (const { key, records, bytes } of blocks.tallies(tenant, startMs, endMs)) {
    if (!fits(key)) continue
    const stream = streams.get(key)
    if (stream) {
      stream.records += records
      stream.bytes += bytes
    } else {
      const labels = labelsIn(key, labelsOf)
      if (labels) streams.set(key, { labels, records, bytes })
    }
  }
  return [...streams.values()]
}

async function* piecesOf(
  blocks: RecordBlocks<StoredLog>,
  query: LogScan,
  labelsOf: LabelsOf,
): AsyncIterable<LogPiece> {
  const pause = createPause()
  const fits = recordTest(query)
  const parts = query.lines.filter((line) => line.present).map((line) => line.text)
  const needles = parts.map(needleOf)
  const mayHold = (body: Uint8Array): boolean => mayHoldAll(body, parts)
  const ahead: { source: Source<StoredLog>; records: Promise<readonly StoredLog[]> }[] = []
  const sources = sourcesOf(blocks, query, labelsOf)[Symbol.iterator]()
  for (;;) {
    query.signal?.throwIfAborted()
    while (ahead.length < aheadMax) {
      const next = sources.next()
      if (next.done) break
      const records = next.value.loadIf(needles, undefined, mayHold)
      // Whoever stops early never asks for it.
      records.catch(() => undefined)
      ahead.push({ source: next.value, records })
    }
    const first = ahead.shift()
    if (!first) return
    const records = (await first.records).filter(fits)
    yield { startMs: first.source.startMs, endMs: first.source.endMs, records }
    await pause()
  }
}

/** Newest end first, which the store gives as it goes; for the other way all are asked for and turned. */
function sourcesOf(
  blocks: RecordBlocks<StoredLog>,
  { tenant, matchers, startMs, endMs, direction }: LogScan,
  labelsOf: LabelsOf,
): Iterable<Source<StoredLog>> {
  const fits = keyTest(matchers, labelsOf)
  const sources = blocks.sources(tenant, startMs, endMs).filter((source) => fits(source.key))
  return direction === 'FORWARD' ? [...sources].sort((a, b) => a.startMs - b.startMs) : sources
}

/** A damaged key may hold anything: the block's checksum tells when it is loaded. */
function keyTest(matchers: StreamQuery['matchers'], labelsOf: LabelsOf): (key: string) => boolean {
  const test = streamTest(matchers)
  return (key) => {
    const labels = labelsIn(key, labelsOf)
    return labels === undefined || test(labels)
  }
}

function labelsIn(key: string, labelsOf: LabelsOf): Labels | undefined {
  try {
    return labelsOf(key)
  } catch {
    return undefined
  }
}
