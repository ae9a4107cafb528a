/** A set of the three-letter parts of a block's messages, so that most blocks without a searched text need not be decompressed. */

/** Bits, a power of two: with 2,000 access-log lines about half are set, and a text of eight letters passes one block in a hundred by chance. */
const bitsMax = 16_384
const bytes = bitsMax / 8
/** A skippable frame (RFC 8878 §3.1.2) behind the text's own: whoever decompresses the block passes over it. */
const magic = 0x184d2a5a
const frameBytes = 8 + bytes
/** Fewer messages are decompressed as quickly as a set is asked. */
const messagesMin = 200

/** What to write behind a block's text; empty where it does not pay. */
export function filterFrame(messages: readonly string[]): Buffer {
  if (messages.length < messagesMin) return Buffer.alloc(0)
  const frame = Buffer.alloc(frameBytes)
  frame.writeUInt32LE(magic, 0)
  frame.writeUInt32LE(bytes, 4)
  for (const message of messages)
    eachPart(message, (bit) => {
      const at = 8 + (bit >> 3)
      frame[at] = frame[at]! | (1 << (bit & 7))
      return true
    })
  return frame
}

/** False where a block cannot hold all of the texts; true where it may, or has no set. */
export function mayHoldAll(body: Uint8Array, texts: readonly string[]): boolean {
  const start = body.length - frameBytes
  if (start < 0) return true
  const view = new DataView(body.buffer, body.byteOffset + start, 8)
  if (view.getUint32(0, true) !== magic || view.getUint32(4, true) !== bytes) return true
  return texts.every((text) =>
    eachPart(text, (bit) => (body[start + 8 + (bit >> 3)]! & (1 << (bit & 7))) !== 0),
  )
}

/** Calls `take` with the bit of each three letters (UTF-16 units) until it gives false. */
function eachPart(text: string, take: (bit: number) => boolean): boolean {
  let [a, b] = [text.charCodeAt(0), text.charCodeAt(1)]
  for (let i = 2; i < text.length; i += 1) {
    const c = text.charCodeAt(i)
    // Multiplicative hashing (Knuth, TAOCP 3, 6.4): the upper 14 bits.
    const bit = Math.imul(a ^ (b << 8) ^ (c << 16) ^ (b >> 8), 2_654_435_761) >>> 18
    if (!take(bit)) return false
    a = b
    b = c
  }
  return true
}
