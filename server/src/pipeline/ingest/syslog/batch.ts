import { Fault } from '../../../kernel/fault.ts'

/** The zone of times that name none, as in `Europe/Madrid`, and the longest one that is taken. */
const ZONE_MAX = 64
const NEWLINE = 0x0a
const SPACE = 0x20
/** Digits of a frame's length: below 100 MB. */
const DIGITS_MAX = 8
const PEER_MAX = 64

/**
 * Messages on their way into one entry of the telemetry log: a line with the zone, then for each message its sender's address,
 * its length in bytes and itself, `10.0.0.7 34 <13>…`, so that a message may hold anything.
 */
export class SyslogBatch {
  count = 0
  #bytes = 0
  readonly #zone: string
  readonly #parts: Buffer[] = []

  constructor(zone: string) {
    this.#zone = zone.slice(0, ZONE_MAX)
  }

  get bytes(): number {
    return this.#bytes
  }

  /** `peer` is an address without spaces, empty for none. `message` is kept, not copied. */
  add(peer: string, message: Buffer): void {
    const head = Buffer.from(`${peer === '' ? '-' : peer} ${message.length} `, 'latin1')
    this.#parts.push(head, message)
    this.#bytes += head.length + message.length
    this.count += 1
  }

  body(): Buffer {
    return Buffer.concat([Buffer.from(`${this.#zone}\n`, 'latin1'), ...this.#parts])
  }
}

/** Calls `each` with every message of a batch. Throws INVALID_REQUEST where the body is none. */
export function readBatch(body: Buffer, each: (zone: string, peer: string, message: Buffer) => void): void {
  const newline = body.subarray(0, ZONE_MAX + 1).indexOf(NEWLINE)
  if (newline < 0) throw broken()
  const zone = body.toString('latin1', 0, newline)
  let at = newline + 1
  while (at < body.length) {
    const peerEnd = body.subarray(at, at + PEER_MAX + 1).indexOf(SPACE) + at
    if (peerEnd <= at) throw broken()
    const peer = body.toString('latin1', at, peerEnd)
    let length = 0
    let digits = 0
    at = peerEnd + 1
    for (; digits <= DIGITS_MAX; digits += 1, at += 1) {
      const digit = (body[at] ?? 0) - 0x30
      if (digit < 0 || digit > 9) break
      length = length * 10 + digit
    }
    if (digits === 0 || digits > DIGITS_MAX || body[at] !== SPACE || at + 1 + length > body.length)
      throw broken()
    each(zone, peer === '-' ? '' : peer, body.subarray(at + 1, at + 1 + length))
    at += 1 + length
  }
}

const broken = (): Fault => new Fault('INVALID_REQUEST', 'The entry is not a batch of syslog messages.')
