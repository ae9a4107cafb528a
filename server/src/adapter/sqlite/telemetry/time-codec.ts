import { BitReader, BitWriter } from './bit-stream.ts'

/**
 * Times as differences of differences, after Pelkonen et al., "Gorilla: a fast, scalable, in-memory time series database"
 * (VLDB 2015) §4.1.1, in milliseconds with buckets wide enough for a scraper's jitter. `times` ascend and span less than 2^31 ms;
 * the first time and the first difference are the caller's. Gives the offset after the last byte.
 */
export function encodeTimes(
  times: Float64Array,
  count: number,
  firstDelta: number,
  bytes: Uint8Array,
  at: number,
): number {
  const out = new BitWriter(bytes, at)
  let delta = firstDelta
  for (let i = 2; i < count; i += 1) {
    const next = times[i]! - times[i - 1]!
    const change = next - delta
    delta = next
    if (change === 0) out.write(0, 1)
    else if (change >= -64 && change < 64) out.write(0x100 | (change + 64), 9)
    else if (change >= -2_048 && change < 2_048) out.write(0x6000 | (change + 2_048), 15)
    else if (change >= -524_288 && change < 524_288) out.write(0xe0_0000 | (change + 524_288), 24)
    else {
      out.write(0xf, 4)
      out.write(change >>> 0, 32)
    }
  }
  return out.end()
}

export function decodeTimes(
  bytes: Uint8Array,
  at: number,
  count: number,
  firstDelta: number,
  times: Float64Array,
): void {
  const input = new BitReader(bytes, at)
  let delta = firstDelta
  for (let i = 2; i < count; i += 1) {
    if (input.read(1) === 1) delta += readChange(input)
    times[i] = times[i - 1]! + delta
  }
}

function readChange(input: BitReader): number {
  if (input.read(1) === 0) return input.read(7) - 64
  if (input.read(1) === 0) return input.read(12) - 2_048
  if (input.read(1) === 0) return input.read(20) - 524_288
  return input.read(32) | 0
}
