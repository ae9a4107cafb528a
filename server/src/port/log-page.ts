import type { LogScan } from './log-store.ts'
import type { NumberedLog } from './remote-log-store.ts'

/** Of one moment there may be so many records; what is beyond is not told apart from the last page. */
const momentMax = 100_000

export type PageQuery = { startMs: number; endMs: number; limit: number }
export type PageOptions = {
  /** Records of one page, and the width of what is asked for at once. */
  limit: number
  windowMs: number
}

/**
 * All records of a server that answers at most `limit` of a range, from its end (BACKWARD) or its start, window by window. The last
 * moment of a full page is asked for again, since more of it may follow; `page` gives its records in the order of the direction.
 */
export async function* pagesByTime(
  query: LogScan,
  { limit, windowMs }: PageOptions,
  page: (query: PageQuery) => Promise<NumberedLog[]>,
): AsyncIterable<NumberedLog[]> {
  const backward = query.direction !== 'FORWARD'
  for (const [from, to] of windowsOf(query.startMs, query.endMs, windowMs, backward)) {
    let [startMs, endMs] = [from, to]
    let size = limit
    let seen = new Set<string>()
    for (;;) {
      query.signal?.throwIfAborted()
      const found = await page({ startMs, endMs, limit: size })
      const fresh = found.filter((item) => !seen.has(item.id))
      if (fresh.length > 0) yield fresh
      if (found.length < size) break
      const last = found.at(-1)!.record.timeMs
      if (found[0]!.record.timeMs === last) {
        if (size >= momentMax) break
        size *= 4
      } else size = limit
      seen = new Set(found.filter((item) => item.record.timeMs === last).map((item) => item.id))
      if (backward) endMs = last
      else startMs = last
    }
  }
}

function* windowsOf(
  startMs: number,
  endMs: number,
  widthMs: number,
  backward: boolean,
): Iterable<readonly [number, number]> {
  const count = Math.max(1, Math.ceil((endMs - startMs + 1) / widthMs))
  for (let i = 0; i < count; i += 1) {
    const from = startMs + (backward ? count - 1 - i : i) * widthMs
    yield [from, Math.min(endMs, from + widthMs - 1 / 1_024)]
  }
}
