import type { Labels } from '@aiops/contract/model/label'
import { xxhash64 } from '../../../../kernel/xxhash.ts'

/**
 * The hash of a label set as Prometheus' `limit_ratio` takes it, as a share of all hashes, 0 to 1: XXH64 over names and values in the order
 * of their bytes, each after its length, which is one byte, or 255 and three more (prometheus, `model/labels`, built as it is released).
 */
export function hashShare(labels: Labels): number {
  const pairs = Object.keys(labels).map((name) => [encoder.encode(name), name] as const)
  pairs.sort(([a], [b]) => compareBytes(a, b))
  let at = 0
  for (const [bytes, name] of pairs) {
    at = put(bytes, at)
    at = put(encoder.encode(labels[name]), at)
  }
  const { high, low } = xxhash64(buffer.subarray(0, at))
  return (high * 2 ** 32 + low) / 2 ** 64
}

const encoder = new TextEncoder()
/** Grows to the longest label set met; used by one hash at a time. */
let buffer = new Uint8Array(1_024)

function put(bytes: Uint8Array, at: number): number {
  const needed = at + 4 + bytes.length
  if (needed > buffer.length) {
    const larger = new Uint8Array(needed * 2)
    larger.set(buffer)
    buffer = larger
  }
  let next = at
  if (bytes.length < 255) buffer[next++] = bytes.length
  else {
    buffer[next++] = 255
    for (let shift = 0; shift <= 16; shift += 8) buffer[next++] = bytes.length >> shift
  }
  buffer.set(bytes, next)
  return next + bytes.length
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i += 1) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}
