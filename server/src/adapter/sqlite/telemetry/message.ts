import type { Entry } from '../../../port/telemetry-log.ts'
import type { PlainPage } from './catalog-page.ts'

export type Signal = 'metric' | 'log' | 'span'

/** A series as its row in the file. `labels` is a JSON array name, value, name, value, …; `crc` covers it, seeded with `ref`. */
export type SeriesRow = {
  ref: number
  tenant: string
  labels: string
  crc: number
  kind: string
  unit: string
  derived: number
}

/** Series that the file does not know yet: whole pages, and rows of their own. */
export type SeriesBatch = { pages: PlainPage[]; rows: SeriesRow[] }

/**
 * Sealed chunks of one tenant's series of one part: chunk i is of series refs[i], has the number seqs[i] and ends at ends[i] of `body`.
 * In one piece, since a hundred thousand small buffers cost more than what they hold.
 */
export type SealedPart = {
  tenant: string
  part: number
  refs: Uint32Array
  seqs: Float64Array
  ends: Uint32Array
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
export type Slice = {
  parts?: SealedPart[]
  heads?: HeadRow[]
  blocks?: BlockRow[]
  /** Other rows, and by how many bytes they change what is stored. */
  writes?: Write[]
  bytes?: number
}

/** `counts`: the statement deletes, and returns the `bytes` and `count` to take off this signal's totals. */
export type Write = {
  counts?: Signal
  sql: string
  rows: readonly (readonly (number | string | null | Uint8Array)[])[]
}

export type Task =
  /** Commits what was staged for the signal, and the log position it covers, in one transaction. */
  | { kind: 'checkpoint'; signal: Signal; position: number; nextSeq: number }
  | { kind: 'truncate'; upTo: number }
  /** Blocks of a tenant, or of all. `refs`: their series, worked off from the end. */
  | { kind: 'delete-chunks'; beforeMs: number; tenant: string | undefined; refs: Uint32Array }
  /** `blocks`: open ones to delete whatever their time. */
  | {
      kind: 'delete-blocks'
      signal: Signal
      beforeMs: number
      tenant: string | undefined
      blocks: readonly number[]
    }
  /** Statements in one transaction, for what is rare: keep them few, entries wait meanwhile. */
  | { kind: 'write'; writes: readonly Write[] }
  /** Gives free pages back to the file system, as many as one step may; done at once where the file does not know how. */
  | { kind: 'shrink'; pages: number }
  | { kind: 'close' }

/** Payload bytes and records on disk, b-tree overhead and free pages left out. */
export type Totals = Record<Signal, { bytes: number; records: number }>

export type ToWriter =
  | { type: 'append'; entry: Entry }
  /** `batch` ascends; told back once it is on disk. */
  | ({ type: 'series'; batch: number } & SeriesBatch)
  | { type: 'stage'; signal: Signal; slice: Slice }
  /** Forget what was staged. */
  | { type: 'unstage'; signal: Signal }
  | { type: 'run'; id: number; task: Task }

/** Entries are answered in order of `append`. */
export type FromWriter =
  | { type: 'ready' }
  /** Series up to this batch are on disk. */
  | { type: 'saved'; batch: number }
  | { type: 'appended'; first: number; count: number }
  /** `damaged`: the file's own structure stood in the way. */
  | { type: 'refused'; count: number; reason: string; damaged: boolean }
  | { type: 'done'; id: number; totals: Totals }
  | { type: 'failed'; id: number; reason: string; damaged: boolean }

export type WriterData = { path: string; bytesMax: number; commitWindowMs: number }
