import type { Labels, Matcher } from '@aiops/contract/model/label'
import { Fault } from '../kernel/fault.ts'
import { labelTest } from '../kernel/matcher.ts'
import type { LogScan, LogStream, StoredLog } from './log-store.ts'

/** Records a store may hold at once to bring those of several streams in order of time. */
const heldMax = 2_000_000

/** A label's name as LogQL writes it: what is neither letter, digit nor underscore is `_`, as Loki does with OpenTelemetry's names. */
export const streamLabelName = (name: string): string =>
  plain.test(name) ? name : name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d|$)/, '_')
const plain = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/** Labels of a stream under the names of LogQL. Of two that become one, the one that needs no change wins. */
export function streamLabels(labels: Labels): Labels {
  const pairs: [string, string][] = []
  for (const [name, value] of Object.entries(labels)) {
    const given = streamLabelName(name)
    if (value !== '' && (given === name || !Object.hasOwn(labels, given))) pairs.push([given, value])
  }
  // Not by assignment: a label may be called __proto__.
  return Object.fromEntries(pairs)
}

/** Whether a stream fits; remembers by label object, which the records of a batch share. Throws INVALID_REQUEST for a bad pattern. */
export function streamTest(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const test = labelTest(matchers)
  const known = new WeakMap<Labels, boolean>()
  return (labels) => {
    let fits = known.get(labels)
    if (fits === undefined) {
      fits = test(streamLabels(labels))
      known.set(labels, fits)
    }
    return fits
  }
}

/** Everything a scan asks of one record but its stream. */
export function recordTest({
  lines,
  startMs,
  endMs,
}: Pick<LogScan, 'lines' | 'startMs' | 'endMs'>): (record: StoredLog) => boolean {
  return (record) => {
    if (record.timeMs < startMs || record.timeMs > endMs) return false
    for (const { text, present } of lines) if (record.message.includes(text) !== present) return false
    return true
  }
}

/** Stable: of one moment the record written last comes last going forward, first going backward. */
export function inTimeOrder(records: StoredLog[], direction: LogScan['direction']): StoredLog[] {
  if (direction === 'ANY') return records
  if (direction === 'FORWARD') return records.sort((a, b) => a.timeMs - b.timeMs)
  return records.reverse().sort((a, b) => b.timeMs - a.timeMs)
}

/** Distinct label sets of records, counted. */
export function streamsOf(records: Iterable<StoredLog>): LogStream[] {
  const found = new Map<string, Required<LogStream>>()
  for (const { labels, message } of records) {
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
    const stream = found.get(key) ?? { labels, records: 0, bytes: 0 }
    stream.records += 1
    stream.bytes += Buffer.byteLength(message)
    found.set(key, stream)
  }
  return [...found.values()]
}

/** Pieces of a store in the order of the ends that come first: newest end first, or oldest start first. */
export type LogPiece = { startMs: number; endMs: number; records: readonly StoredLog[] }

/**
 * Brings records of pieces that overlap in order of time: each is held until no piece still to come can hold one before it. `pieces`
 * must come by `endMs` descending (BACKWARD) or `startMs` ascending (FORWARD); with ANY they pass through.
 */
export async function* mergedByTime(
  pieces: AsyncIterable<LogPiece>,
  direction: LogScan['direction'],
): AsyncIterable<StoredLog[]> {
  let held: StoredLog[] = []
  let sorted = true
  for await (const piece of pieces) {
    if (direction === 'ANY') {
      if (piece.records.length > 0) yield [...piece.records]
      continue
    }
    const bound = direction === 'BACKWARD' ? piece.endMs : piece.startMs
    if (held.length > 0 && isPast(held, bound, direction, sorted)) {
      if (!sorted) held = ordered(held, direction)
      sorted = true
      const ready = countPast(held, bound, direction)
      if (ready > 0) {
        yield held.slice(0, ready)
        held = held.slice(ready)
      }
    }
    if (piece.records.length === 0) continue
    if (held.length + piece.records.length > heldMax)
      throw new Fault(
        'QUERY_TOO_LARGE',
        `More than ${heldMax} records of overlapping streams would have to be held to bring them in order; narrow the time range or the selector.`,
      )
    for (const record of direction === 'BACKWARD' ? piece.records.toReversed() : piece.records)
      held.push(record)
    sorted = false
  }
  if (held.length > 0) yield ordered(held, direction)
}

/** Stable, and pieces are already turned round. */
const ordered = (records: StoredLog[], direction: LogScan['direction']): StoredLog[] =>
  records.sort(direction === 'BACKWARD' ? (a, b) => b.timeMs - a.timeMs : (a, b) => a.timeMs - b.timeMs)

/** Whether it is worth bringing in order now: something is past the bound. */
function isPast(
  held: readonly StoredLog[],
  bound: number,
  direction: LogScan['direction'],
  sorted: boolean,
): boolean {
  const past = (record: StoredLog): boolean =>
    direction === 'BACKWARD' ? record.timeMs > bound : record.timeMs < bound
  return sorted ? past(held[0]!) : held.some(past)
}

function countPast(held: readonly StoredLog[], bound: number, direction: LogScan['direction']): number {
  let [low, high] = [0, held.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const past = direction === 'BACKWARD' ? held[middle]!.timeMs > bound : held[middle]!.timeMs < bound
    if (past) low = middle + 1
    else high = middle
  }
  return low
}
