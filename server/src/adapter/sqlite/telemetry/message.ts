import type { Entry } from '../../../port/telemetry-log.ts'
import type { SeriesRow } from './series-catalog.ts'

export type Signal = 'metric' | 'log' | 'span'

export type ChunkRow = {
  ref: number
  seq: number
  startMs: number
  endMs: number
  count: number
  body: Uint8Array
}
export type HeadRow = { part: number; body: Uint8Array }
export type BlockRow = {
  id: number
  tenant: string
  /** What the block's records have in common: see the store. */
  key: string
  startMs: number
  endMs: number
  count: number
  open: 0 | 1
  crc: number
  body: Uint8Array
  /** Trace ids to find the block by. */
  traces: readonly string[]
}

/** Rows for the next checkpoint of a signal, sent in slices ahead of its task. */
export type Slice = { chunks?: ChunkRow[]; heads?: HeadRow[]; blocks?: BlockRow[] }

export type Task =
  /** Commits what was staged for the signal, and the log position it covers, in one transaction. */
  | { kind: 'checkpoint'; signal: Signal; position: number; nextSeq: number }
  | { kind: 'truncate'; upTo: number }
  | { kind: 'delete-chunks'; beforeMs: number; refs: number }
  /** `blocks`: open ones to delete whatever their time. */
  | { kind: 'delete-blocks'; signal: Signal; beforeMs: number; blocks: readonly number[] }
  | { kind: 'close' }

/** Payload bytes and records on disk, b-tree overhead and free pages left out. */
export type Totals = Record<Signal, { bytes: number; records: number }>

export type ToWriter =
  | { type: 'append'; entry: Entry }
  | { type: 'series'; rows: SeriesRow[] }
  | { type: 'stage'; signal: Signal; slice: Slice }
  | { type: 'run'; id: number; task: Task }

/** Entries are answered in order of `append`. */
export type FromWriter =
  | { type: 'ready' }
  | { type: 'appended'; first: number; count: number }
  | { type: 'refused'; count: number; reason: string }
  | { type: 'done'; id: number; totals: Totals }
  | { type: 'failed'; id: number; reason: string }

export type WriterData = { path: string; bytesMax: number; commitWindowMs: number }
