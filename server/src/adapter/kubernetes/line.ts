import { Fault } from '../../kernel/fault.ts'

/**
 * Lines of a stream of bytes, without their ends, however it is cut; blank ones are left out. A line is valid until the next one is asked
 * for. Throws BODY_TOO_LARGE over `bytesMax`, and UPSTREAM_FAILED where the stream ends within a line.
 */
export async function* linesOf(
  body: AsyncIterable<Uint8Array>,
  bytesMax: number,
  host: string,
): AsyncGenerator<Uint8Array> {
  // Doubles as it fills, so that bytes that come one by one cost no more than their copying.
  let held = Buffer.alloc(0)
  let heldBytes = 0
  for await (const part of body) {
    let from = 0
    for (let end = part.indexOf(10); end >= 0; end = part.indexOf(10, from)) {
      const rest = part.subarray(from, end)
      from = end + 1
      check(heldBytes + rest.length)
      const line = heldBytes === 0 ? rest : Buffer.concat([held.subarray(0, heldBytes), rest])
      heldBytes = 0
      if (!isBlank(line)) yield line
    }
    const rest = part.subarray(from)
    check(heldBytes + rest.length)
    if (heldBytes + rest.length > held.length) {
      const grown = Buffer.alloc(Math.max(4_096, (heldBytes + rest.length) * 2))
      held.copy(grown, 0, 0, heldBytes)
      held = grown
    }
    held.set(rest, heldBytes)
    heldBytes += rest.length
  }
  if (!isBlank(held.subarray(0, heldBytes)))
    throw new Fault('UPSTREAM_FAILED', `${host} broke off within an event of a watch.`)

  function check(sizeBytes: number): void {
    if (sizeBytes > bytesMax)
      throw new Fault('BODY_TOO_LARGE', `An event of the Kubernetes API is larger than ${bytesMax} bytes.`)
  }
}

const isBlank = (line: Uint8Array): boolean => {
  for (const byte of line) if (byte > 0x20) return false
  return true
}
