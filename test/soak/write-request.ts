import { compressSync } from 'snappy'
import { field, labelBytes, sample } from '../../bench/write-request.ts'

/** A remote-write 1.0 request, not compressed: one sample of each series, labels sorted by name. */
export function writeRequest(
  series: readonly Readonly<Record<string, string>>[],
  timeMs: number,
  value: number,
): Buffer {
  const one = sample(timeMs, value)
  return Buffer.concat(
    series.map((labels) => {
      const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
      return field(0x0a, Buffer.concat([labelBytes(sorted), one]))
    }),
  )
}

/** As a sender puts one sample of one series on the wire. */
export const remoteWrite = (
  labels: Readonly<Record<string, string>>,
  timeMs: number,
  value: number,
): Buffer => compressSync(writeRequest([labels], timeMs, value)) as Buffer
