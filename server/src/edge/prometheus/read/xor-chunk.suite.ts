/** Reads an XOR chunk bit by bit, as its format is described (prometheus, `tsdb/docs/format/chunks.md`): the oracle of the writer. */
export function readXorChunk(chunk: Buffer): [timeMs: number, value: number][] {
  const bits = [...chunk].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  let at = 0
  const take = (count: number): bigint => {
    const part = bits.slice(at, at + count)
    at += count
    return count === 0 ? 0n : BigInt(`0b${part}`)
  }
  const uvarint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = take(8)
      value |= (byte & 0x7fn) << shift
      if (byte < 0x80n) return value
    }
  }
  const change = (): bigint => {
    let ones = 0
    while (ones < 4 && take(1) === 1n) ones += 1
    const size = [0, 14, 17, 20, 64][ones]!
    const value = take(size)
    if (size === 0) return 0n
    if (size === 64) return BigInt.asIntN(64, value)
    return value > 1n << BigInt(size - 1) ? value - (1n << BigInt(size)) : value
  }
  const count = Number(take(16))
  const found: [number, number][] = []
  let [time, delta, value, leading, trailing] = [0n, 0n, 0n, 0, 0]
  for (let index = 0; index < count; index += 1) {
    if (index === 0) {
      const zigzag = uvarint()
      time = zigzag & 1n ? -(zigzag >> 1n) - 1n : zigzag >> 1n
      value = take(64)
    } else {
      delta = index === 1 ? uvarint() : delta + change()
      time += delta
      if (take(1) === 1n) {
        if (take(1) === 1n) {
          leading = Number(take(5))
          trailing = 64 - leading - (Number(take(6)) || 64)
        }
        value ^= take(64 - leading - trailing) << BigInt(trailing)
      }
    }
    found.push([Number(time), new Float64Array(new BigUint64Array([value]).buffer)[0]!])
  }
  return found
}
