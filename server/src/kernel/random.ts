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
  uuid: (nowMs) => uuidOf(nowMs, pooledDigits()),
  bytes: (count) => randomBytes(count),
}

/** Digits are drawn 8,192 at a time: a call to the system's generator costs as much as hundreds of them. None is given out twice. */
const pool = { digits: '', at: 0 }
const poolBytes = Buffer.alloc(4_096)
/** Of one id: 74 random bits, in whole digits. */
const digitsOfId = 20

function pooledDigits(): string {
  if (pool.at + digitsOfId > pool.digits.length) {
    pool.digits = randomFillSync(poolBytes).toString('hex')
    pool.at = 0
  }
  pool.at += digitsOfId
  return pool.digits.slice(pool.at - digitsOfId, pool.at)
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
  return { next, bytes, uuid: (nowMs) => uuidOf(nowMs, Buffer.from(bytes(10)).toString('hex')) }
}

const variants = '89ab89ab89ab89ab'

function uuidOf(nowMs: number, tail: string): string {
  const time = nowMs.toString(16).padStart(12, '0')
  const variant = variants[Number.parseInt(tail[3] ?? '0', 16)]
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(0, 3)}-${variant}${tail.slice(4, 7)}-${tail.slice(7, 19)}`
}
