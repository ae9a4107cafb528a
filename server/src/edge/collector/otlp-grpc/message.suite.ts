/** Messages of OTLP by hand, and the smallest of each that a test needs. Fields up to 15, numbers below 2^53. */
export const bytes = (field: number, content: Buffer | string): Buffer => {
  const inner = Buffer.from(content as string)
  return Buffer.concat([Buffer.from([field * 8 + 2, ...varint(inner.length)]), inner])
}
export const number = (field: number, value: number): Buffer => Buffer.from([field * 8, ...varint(value)])
export const nanos = (field: number, ms: number): Buffer => {
  const fixed = Buffer.alloc(9, field * 8 + 1)
  fixed.writeBigUInt64LE(BigInt(ms) * 1_000_000n, 1)
  return fixed
}
const double = (field: number, value: number): Buffer => {
  const fixed = Buffer.alloc(9, field * 8 + 1)
  fixed.writeDoubleLE(value, 1)
  return fixed
}
export const join = (...parts: Buffer[]): Buffer => Buffer.concat(parts)

/** A resource group with a scope group with these, as all three requests have them. */
const request = (...items: Buffer[]): Buffer =>
  bytes(1, bytes(2, join(...items.map((item) => bytes(2, item)))))

export const gaugeRequest = (...points: [name: string, value: number, timeMs: number][]): Buffer =>
  request(
    ...points.map(([name, value, timeMs]) =>
      join(bytes(1, name), bytes(5, bytes(1, join(nanos(3, timeMs), double(4, value))))),
    ),
  )
export const logRequest = (message: string, timeMs: number): Buffer =>
  request(join(nanos(1, timeMs), bytes(5, bytes(1, message))))
export const spanRequest = (traceId: string, spanId: string, timeMs: number): Buffer =>
  request(
    join(
      bytes(1, Buffer.from(traceId, 'hex')),
      bytes(2, Buffer.from(spanId, 'hex')),
      nanos(7, timeMs),
      nanos(8, timeMs + 5),
    ),
  )

function varint(value: number): number[] {
  const parts: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) parts.push((rest % 0x80) | 0x80)
  return [...parts, rest]
}
