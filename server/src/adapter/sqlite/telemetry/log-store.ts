import type { Labels } from '@aiops/contract/model/label'
import type {
  LogBatch,
  LogQuery,
  LogScan,
  LogStore,
  LogStream,
  StoredLog,
  StreamQuery,
} from '../../../port/log-store.ts'
import type { Position } from '../../../port/telemetry-log.ts'
import { filterFrame } from './block-filter.ts'
import { scanBlocks, streamsOfBlocks } from './log-scan.ts'
import type { Totals } from './message.ts'
import { createPause } from './pause.ts'
import { RecordBlocks, type RecordBlocksDeps, type RecordForm } from './record-blocks.ts'

/** A block's text: columns, since like beside like compresses best. The group is the stream's labels. */
type Columns = {
  t: number[]
  s: StoredLog['severity'][]
  m: string[]
  a: (Labels | 0)[]
  r: string[]
  p: string[]
}

const form: RecordForm<StoredLog> = {
  signal: 'log',
  timeOf: (record) => record.timeMs,
  sizeOf: (record) => record.message.length + 100,
  encode: (records) => {
    const columns: Columns = { t: [], s: [], m: [], a: [], r: [], p: [] }
    for (const record of records) {
      columns.t.push(record.timeMs)
      columns.s.push(record.severity)
      columns.m.push(record.message)
      columns.a.push(isEmpty(record.attributes) ? 0 : record.attributes)
      columns.r.push(record.traceId)
      columns.p.push(record.spanId)
    }
    return JSON.stringify(columns)
  },
  decode: (text, group) => {
    const { t, s, m, a, r, p } = JSON.parse(text) as Columns
    const labels = labelsOf(group)
    return t.map((timeMs, i) => ({
      timeMs,
      severity: s[i]!,
      message: m[i]!,
      labels,
      attributes: a[i]! || {},
      traceId: r[i]!,
      spanId: p[i]!,
    }))
  },
  keyOf: (group) => group,
  tracesOf: () => [],
  filterOf: (records) => filterFrame(records.map((record) => record.message)),
}

export class SqliteLogStore implements LogStore {
  readonly #blocks: RecordBlocks<StoredLog>
  constructor(deps: RecordBlocksDeps, checkpointed: Position, totals: Totals) {
    this.#blocks = new RecordBlocks(form, deps, checkpointed, totals)
  }
  append(batch: LogBatch, position: Position): void {
    if (!this.#blocks.isNew(position)) return
    let labels: Labels | undefined
    let group = ''
    for (const record of batch.records) {
      // Decoders share one label object among the records of a resource.
      if (record.labels !== labels) {
        labels = record.labels
        group = groupOf(labels)
      }
      this.#blocks.append(batch.tenant, group, record)
    }
  }
  async search(query: LogQuery): Promise<{ records: StoredLog[]; truncated: boolean }> {
    const pause = createPause()
    const wanted = Object.entries(query.labels)
    const streams = new Map<string, boolean>()
    let found: StoredLog[] = []
    for (const source of this.#blocks.sources(query.tenant, query.startMs, query.endMs)) {
      // Sources come newest end first: what follows is older than all that is needed.
      if (found.length > query.limit && found[query.limit]!.timeMs >= source.endMs) break
      const fits = streams.get(source.key) ?? mayHold(source.key, wanted)
      streams.set(source.key, fits)
      if (!fits) continue
      const some = (await source.load()).filter((record) => matches(record, query))
      if (some.length > 0) found = newest([...found, ...some.reverse()], query.limit + 1)
      await pause()
    }
    return { records: found.slice(0, query.limit), truncated: found.length > query.limit }
  }
  scan(query: LogScan): AsyncIterable<StoredLog[]> {
    return scanBlocks(this.#blocks, query, labelsOf)
  }
  async streams(query: StreamQuery): Promise<LogStream[]> {
    return streamsOfBlocks(this.#blocks, query, labelsOf)
  }
  checkpoint(): Promise<Position> {
    return this.#blocks.checkpoint()
  }
  checkpointed(): Position {
    return this.#blocks.checkpointed()
  }
  deleteBefore(timeMs: number, tenant?: string): Promise<void> {
    return this.#blocks.deleteBefore(timeMs, tenant)
  }
  stats(): { records: number; bytesOnDisk: number } {
    return this.#blocks.stats()
  }
  async close(): Promise<void> {
    await this.checkpoint()
  }
}

const isEmpty = (labels: Labels): boolean => {
  for (const _ in labels) return false
  return true
}
const groupOf = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
/** Records of one stream share one label object, so that what is found out about it is found out once. */
const labelsMax = 10_000
const known = new Map<string, Labels>()
function labelsOf(group: string): Labels {
  let labels = known.get(group)
  if (!labels) {
    labels = Object.fromEntries(JSON.parse(group) as [string, string][])
    if (known.size >= labelsMax) known.clear()
    known.set(group, labels)
  }
  return labels
}
/** A damaged key may hold anything: the block's checksum tells when it is loaded. */
function mayHold(key: string, wanted: readonly (readonly [string, string])[]): boolean {
  try {
    return holds(labelsOf(key), wanted)
  } catch {
    return true
  }
}
const holds = (labels: Labels, wanted: readonly (readonly [string, string])[]): boolean =>
  wanted.every(([name, value]) => Object.hasOwn(labels, name) && labels[name] === value)

const matches = (record: StoredLog, query: LogQuery): boolean =>
  record.timeMs >= query.startMs &&
  record.timeMs <= query.endMs &&
  (query.traceId === '' || record.traceId === query.traceId) &&
  record.message.includes(query.contains)

/** Stable, so that of one millisecond the record that came last is first. */
const newest = (records: StoredLog[], count: number): StoredLog[] =>
  records.sort((a, b) => b.timeMs - a.timeMs).slice(0, count)
