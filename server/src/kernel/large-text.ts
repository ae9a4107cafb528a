import { Fault } from './fault.ts'
import type { Turn } from './turn.ts'

/** Largest answer made, bytes: more than a chart or an export reads, less than what V8 can hold in one text. */
const bytesMax = 268_435_456
/** What is encoded or written as JSON at once: about a millisecond of work. */
const pieceLength = 262_144
const pieceNodes = 4_000

/** A text in UTF-8, encoded in pieces. */
export async function encodeText(text: string, turn: Turn): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + pieceLength)
    // Not between the two halves of a character.
    if (end < text.length && text.charCodeAt(end - 1) >= 0xd800 && text.charCodeAt(end - 1) <= 0xdbff)
      end -= 1
    pieces.push(Buffer.from(text.slice(at, end)))
    at = end
    if (turn.due()) await turn.give()
  }
  return Buffer.concat(pieces)
}

/**
 * What `JSON.stringify` makes of a value, without holding the event loop for a large one: small parts are written at once, large lists and
 * objects part by part. Throws QUERY_TOO_LARGE for what would be larger than any answer may be.
 */
export async function jsonText(value: unknown, turn: Turn): Promise<string | Buffer> {
  if (nodesOf(value, pieceNodes) <= pieceNodes) return JSON.stringify(value)
  const writer = new PieceWriter(turn)
  await writer.write(value)
  return writer.end()
}

class PieceWriter {
  readonly #turn: Turn
  readonly #pieces: Buffer[] = []
  #bytes = 0
  #text = ''
  constructor(turn: Turn) {
    this.#turn = turn
  }

  async write(value: unknown): Promise<void> {
    if (nodesOf(value, pieceNodes) <= pieceNodes) return this.#add(JSON.stringify(value) ?? 'null')
    let first = true
    if (Array.isArray(value)) {
      for (const item of value) {
        this.#text += first ? '[' : ','
        first = false
        await this.write(item)
      }
      this.#text += ']'
      return
    }
    for (const [name, item] of Object.entries(value as object)) {
      if (item === undefined) continue
      this.#text += `${first ? '{' : ','}${JSON.stringify(name)}:`
      first = false
      await this.write(item)
    }
    this.#text += first ? '{}' : '}'
  }

  end(): Buffer {
    this.#flush()
    return Buffer.concat(this.#pieces)
  }

  async #add(text: string): Promise<void> {
    this.#text += text
    if (this.#text.length >= pieceLength) this.#flush()
    if (this.#turn.due()) await this.#turn.give()
  }
  #flush(): void {
    const piece = Buffer.from(this.#text)
    this.#text = ''
    this.#bytes += piece.length
    if (this.#bytes > bytesMax)
      throw new Fault(
        'QUERY_TOO_LARGE',
        `The answer would be larger than ${bytesMax / 1_048_576} MiB; ask for a shorter range, a longer step, or less at once.`,
      )
    this.#pieces.push(piece)
  }
}

/** Values within a value, long texts by their length; counted no further than beyond `enough`. What writes itself counts as one. */
function nodesOf(value: unknown, enough: number): number {
  if (typeof value === 'string') return 1 + (value.length >> 7)
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return 1
  let count = 1
  if (Array.isArray(value))
    for (const item of value) {
      count += nodesOf(item, enough - count)
      if (count > enough) return count
    }
  else
    for (const name in value) {
      count += nodesOf((value as Record<string, unknown>)[name], enough - count)
      if (count > enough) return count
    }
  return count
}
