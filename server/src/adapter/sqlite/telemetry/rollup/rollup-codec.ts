import type { RollupQuery, Windows } from '../../../../port/metric-store.ts'
import { decodeChunk, encodeChunk } from '../chunk-codec.ts'
import { type Cursor, readVarint, writeVarint } from '../varint.ts'

const columns = ['count', 'sum', 'min', 'max', 'last'] as const

/** Windows of one series as bytes: each column a chunk of its own, with its checksum, under the windows' times. */
export function encodeWindows(ref: number, windows: Windows): Uint8Array {
  const bodies = [...columns, ...(windows.increase ? (['increase'] as const) : [])].map((name) => {
    // A copy: views of a column may begin in the middle of a buffer.
    const values = new Float64Array(windows[name]!)
    return encodeChunk(ref, windows.timesMs, values, values.length)
  })
  const bytes = new Uint8Array(bodies.reduce((sum, body) => sum + body.length + 5, 1))
  let at = writeVarint(bytes, 0, bodies.length)
  for (const body of bodies) {
    at = writeVarint(bytes, at, body.length)
    bytes.set(body, at)
    at += body.length
  }
  return bytes.subarray(0, at)
}

/** Undefined when a checksum does not fit. With `only` the other columns but the times are empty. */
export function decodeWindows(
  ref: number,
  bytes: Uint8Array,
  only?: RollupQuery['only'],
): Windows | undefined {
  const cursor: Cursor = { bytes, at: 0 }
  const count = readVarint(cursor)
  if (count !== columns.length && count !== columns.length + 1) return undefined
  let timesMs: Float64Array | undefined
  const found: Float64Array[] = []
  for (let i = 0; i < count; i += 1) {
    const length = readVarint(cursor)
    const body = bytes.subarray(cursor.at, cursor.at + length)
    cursor.at += length
    if (only && columns[i] !== only) {
      found.push(none)
      continue
    }
    const data = decodeChunk(ref, body)
    if (!data || (timesMs && timesMs.length !== data.timesMs.length)) return undefined
    timesMs ??= data.timesMs
    found.push(data.values)
  }
  const [counts, sum, min, max, last, increase] = found
  const windows = { timesMs: timesMs!, count: counts!, sum: sum!, min: min!, max: max!, last: last! }
  return increase && !only ? { ...windows, increase } : windows
}

const none = new Float64Array(0)
