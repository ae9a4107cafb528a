import { compressSync } from 'snappy'

/** A remote-write 1.0 request, not compressed: one sample of each series, labels sorted by name. */
export function writeRequest(
  series: readonly Readonly<Record<string, string>>[],
  timeMs: number,
  value: number,
): Buffer {
  const number = Buffer.alloc(9)
  number[0] = 0x09
  number.writeDoubleLE(value, 1)
  const sample = field(0x12, Buffer.concat([number, Buffer.from([0x10, ...varint(timeMs)])]))
  return Buffer.concat(
    series.map((labels) => {
      const parts = Object.entries(labels)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, text]) =>
          field(0x0a, Buffer.concat([field(0x0a, Buffer.from(name)), field(0x12, Buffer.from(text))])),
        )
      return field(0x0a, Buffer.concat([...parts, sample]))
    }),
  )
}

/** As a sender puts one sample of one series on the wire. */
export const remoteWrite = (
  labels: Readonly<Record<string, string>>,
  timeMs: number,
  value: number,
): Buffer => compressSync(writeRequest([labels], timeMs, value)) as Buffer

const field = (tag: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag, ...varint(body.length)]), body])

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return [...bytes, rest]
}
