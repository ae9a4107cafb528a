import type { StoredSpan } from '../../../port/trace-store.ts'

const [quote, backslash, open, close] = [0x22, 0x5c, 0x7b, 0x7d]
const spanIdDigits = 16
const spanNext = Buffer.from('","parentSpanId":')
const linkNext = Buffer.from('","attributes":')
const idNext = Buffer.from(',"spanId":"')

/**
 * The spans of one trace from a block's text, without parsing the others: a thousandth of the work. Quotes within strings are escaped,
 * so what is searched for is never part of a string. Undefined where the text is not as the store writes it: then all must be parsed.
 */
export function spansOfTrace(text: Buffer, traceId: string): StoredSpan[] | undefined {
  const needle = Buffer.from(`"traceId":${JSON.stringify(traceId)}`)
  const found: StoredSpan[] = []
  for (let at = text.indexOf(needle); at >= 0; ) {
    const start = at - 1
    const idAt = at + needle.length
    const next = idAt + idNext.length + spanIdDigits
    if (text[start] !== open || !holdsAt(text, idNext, idAt)) return undefined
    let from = next
    if (holdsAt(text, spanNext, next)) {
      const end = endOf(text, start)
      if (end === undefined) return undefined
      const span = JSON.parse(text.toString('utf8', start, end)) as StoredSpan
      // Attributes may be called so, too; they are text throughout.
      if (typeof span.startMs === 'number') {
        found.push(span)
        from = end
      }
    } else if (!holdsAt(text, linkNext, next)) return undefined
    at = text.indexOf(needle, from)
  }
  return found
}

const holdsAt = (text: Buffer, part: Buffer, at: number): boolean =>
  text.compare(part, 0, part.length, at, Math.min(text.length, at + part.length)) === 0

/** Where the object that begins at `start` is over. */
function endOf(text: Buffer, start: number): number | undefined {
  let depth = 0
  let inString = false
  for (let at = start; at < text.length; at += 1) {
    const byte = text[at]
    if (inString) {
      if (byte === backslash) at += 1
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    else if (byte === open) depth += 1
    else if (byte === close && --depth === 0) return at + 1
  }
  return undefined
}
