export type TimedLine = { time: string; timeMs: number; text: string }

/** Lines of a stream of bytes, however it is cut; what is longer than `bytesMax` is cut there. The last line may come without its end. */
export class LineReader {
  readonly #bytesMax: number
  #held: Buffer[] = []
  #heldBytes = 0
  #isCut = false
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }
  *read(part: Uint8Array): Generator<string> {
    let from = 0
    for (let end = part.indexOf(10); end >= 0; end = part.indexOf(10, from)) {
      this.#hold(part.subarray(from, end))
      from = end + 1
      yield this.#take()
    }
    this.#hold(part.subarray(from))
  }
  *end(): Generator<string> {
    if (this.#heldBytes > 0) yield this.#take()
  }
  #hold(bytes: Uint8Array): void {
    const room = this.#bytesMax - this.#heldBytes
    if (bytes.length > room) this.#isCut = true
    const kept = bytes.subarray(0, room)
    if (kept.length === 0) return
    this.#held.push(Buffer.from(kept))
    this.#heldBytes += kept.length
    if (this.#held.length > 64) this.#held = [Buffer.concat(this.#held)]
  }
  #take(): string {
    const text = Buffer.concat(this.#held).toString('utf8')
    const line = this.#isCut ? `${text.replace(/\ufffd$/, '')}…` : text.replace(/\r$/, '')
    this.#held = []
    this.#heldBytes = 0
    this.#isCut = false
    return line
  }
}

/** RFC 3339 and a space before the text, as `timestamps` has it; without a time for what the kubelet itself says. */
export function timedLine(line: string): TimedLine {
  const [, time = '', text = ''] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ?(.*)$/s.exec(line) ?? []
  const timeMs = Date.parse(time)
  return Number.isFinite(timeMs) ? { time, timeMs, text } : { time: '', timeMs: 0, text: line }
}

/** Lines of one second that are remembered. */
const seenMax = 4_096

/**
 * Where following a log goes on. `sinceTime` has whole seconds, so the last second comes once more: what of it was told, by time and text, is
 * not told again.
 */
export class LogPlace {
  #lastMs = 0
  #secondMs = 0
  #seen = new Set<string>()
  /** More lines in a second than are remembered: then what is not after the last one was told. */
  #isFull = false
  /** The whole second to ask from; undefined for the beginning. */
  get since(): string | undefined {
    return this.#secondMs === 0 ? undefined : new Date(this.#secondMs).toISOString().replace('.000Z', 'Z')
  }
  get lastMs(): number {
    return this.#lastMs
  }
  /** Whether this was not told yet. Lines are almost in order: those of stdout and stderr may pass each other. */
  take(line: TimedLine): boolean {
    if (line.timeMs === 0) return line.text !== '' && this.#once(`${this.#secondMs} ${line.text}`)
    if (line.timeMs < this.#secondMs) return false
    const secondMs = Math.floor(line.timeMs / 1_000) * 1_000
    if (secondMs > this.#secondMs) {
      this.#secondMs = secondMs
      this.#seen.clear()
      this.#isFull = false
    }
    if (this.#isFull && line.timeMs <= this.#lastMs) return false
    const isNew = this.#once(`${line.time} ${line.text.length} ${line.text.slice(0, 200)}`)
    this.#lastMs = Math.max(this.#lastMs, line.timeMs)
    return isNew
  }
  #once(key: string): boolean {
    if (this.#seen.has(key)) return false
    if (this.#seen.size < seenMax) this.#seen.add(key)
    else this.#isFull = true
    return true
  }
}
