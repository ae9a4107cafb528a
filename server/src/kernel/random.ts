import { randomBytes, randomFillSync } from 'node:crypto'

/** Randomness and ids. Injected, so that a simulation with one seed gives one history. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** UUID, version 7 layout (RFC 9562): sorts by time of making. */
  uuid(nowMs: number): string
  bytes(count: number): Uint8Array
}

export const systemRandom: Random = {
  next: Math.random,
  uuid: (nowMs) => uuidOf(nowMs, pooled(10)),
  bytes: (count) => randomBytes(count),
}

/** Bytes are drawn 4,096 at a time: a call to the system's generator costs as much as hundreds of them. None is given out twice. */
const pool = { bytes: Buffer.alloc(4_096), at: 4_096 }

function pooled(count: number): Uint8Array {
  if (pool.at + count > pool.bytes.length) {
    randomFillSync(pool.bytes)
    pool.at = 0
  }
  pool.at += count
  return pool.bytes.subarray(pool.at - count, pool.at)
}

/** The mulberry32 generator: 32 bits of state, good enough for jitter and simulation, never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const bytes = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, () => Math.floor(next() * 256))
  return { next, bytes, uuid: (nowMs) => uuidOf(nowMs, bytes(10)) }
}

function uuidOf(nowMs: number, random: Uint8Array): string {
  const time = nowMs.toString(16).padStart(12, '0')
  const tail = Buffer.from(random.buffer, random.byteOffset, random.length).toString('hex')
  const variant = ((Number.parseInt(tail[3] ?? '0', 16) & 0x3) | 0x8).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(0, 3)}-${variant}${tail.slice(4, 7)}-${tail.slice(7, 19)}`
}
