import { Fault } from '../../kernel/fault.ts'

const NEWLINE = 0x0a
const SPACE = 0x20
const ZERO = 0x30
/** Digits of an octet count: below 10⁹. */
const DIGITS_MAX = 9

export type FrameOptions = {
  /** Bytes kept of one message; the rest of a longer one is read and thrown away. */
  bytesMax: number
  /** `AUTO`: octet counting where the first byte is a digit (RFC 6587 §3.4.1), else one message a line (§3.4.2). */
  framing: 'AUTO' | 'LINE'
  message(bytes: Buffer): void
  truncated(): void
}

/**
 * A byte stream to messages. The framing of a connection is what its first byte says and stays so: within lines, one that begins with
 * a digit is no count. Holds at most one message.
 */
export class FrameDecoder {
  readonly #options: FrameOptions
  #framing: 'AUTO' | 'LINE' | 'COUNT'
  #held: Buffer[] = []
  #heldBytes = 0
  /** Bytes of the current message still to come (COUNT), and those of it that are thrown away. */
  #wanted = 0
  #skipping = false
  #digits = 0

  constructor(options: FrameOptions) {
    this.#options = options
    this.#framing = options.framing
  }

  /** Throws INVALID_REQUEST where an octet count is none: nobody knows then where the next message begins. */
  push(chunk: Buffer): void {
    if (chunk.length === 0) return
    if (this.#framing === 'AUTO') this.#framing = isDigit(chunk[0]!) ? 'COUNT' : 'LINE'
    if (this.#framing === 'LINE') this.#lines(chunk)
    else this.#counted(chunk)
  }

  /** What is left is a message that its sender did not end; of a counted one it is only a part. */
  end(): void {
    if (this.#framing === 'COUNT' && this.#heldBytes > 0) this.#options.truncated()
    this.#emit()
  }

  #lines(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, at)
      const end = newline < 0 ? chunk.length : newline
      this.#hold(chunk, at, end)
      if (newline < 0) return
      this.#emit()
      at = newline + 1
    }
  }

  #counted(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#wanted === 0 || this.#digits > 0) {
        at = this.#count(chunk, at)
        continue
      }
      const end = Math.min(chunk.length, at + this.#wanted)
      this.#hold(chunk, at, end)
      this.#wanted -= end - at
      at = end
      if (this.#wanted === 0) this.#emit()
    }
  }

  /** MSG-LEN SP. Some senders end a message with a newline besides counting it. */
  #count(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at]!
      if (isDigit(byte) && this.#digits < DIGITS_MAX) {
        this.#wanted = this.#wanted * 10 + (byte - ZERO)
        this.#digits += 1
      } else if (byte === SPACE && this.#digits > 0) {
        this.#digits = 0
        return at + 1
      } else if (byte !== NEWLINE || this.#digits > 0)
        throw new Fault('INVALID_REQUEST', 'A message begins with no octet count.')
    }
    return chunk.length
  }

  #hold(chunk: Buffer, from: number, to: number): void {
    const room = this.#options.bytesMax - this.#heldBytes
    const end = Math.min(to, from + room)
    if (end > from) {
      this.#held.push(chunk.subarray(from, end))
      this.#heldBytes += end - from
    }
    if (end < to && !this.#skipping) {
      this.#skipping = true
      this.#options.truncated()
    }
  }

  #emit(): void {
    const [first] = this.#held
    if (first)
      this.#options.message(this.#held.length === 1 ? first : Buffer.concat(this.#held, this.#heldBytes))
    this.#held = []
    this.#heldBytes = 0
    this.#skipping = false
  }
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39
