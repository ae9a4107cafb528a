import { crc32 } from 'node:zlib'
import type { RelayEntry } from '../../port/relay-log.ts'

/** Length and CRC-32 of what follows, both little-endian. */
export const headBytes = 8
const metaLengthBytes = 4

type Meta = { t: string; m: 'POST' | 'PUT'; p: string; h: Record<string, string>; r: number }

/** Length, checksum; then length of the JSON that tells of the body, that JSON, the body. */
export function encodeRecord({ tenant, method, path, headers, body, receivedMs }: RelayEntry): Buffer {
  const meta: Meta = { t: tenant, m: method, p: path, h: { ...headers }, r: receivedMs }
  const told = Buffer.from(JSON.stringify(meta))
  const record = Buffer.allocUnsafe(headBytes + metaLengthBytes + told.length + body.length)
  record.writeUInt32LE(told.length, headBytes)
  told.copy(record, headBytes + metaLengthBytes)
  record.set(body, headBytes + metaLengthBytes + told.length)
  const payload = record.subarray(headBytes)
  record.writeUInt32LE(payload.length, 0)
  record.writeUInt32LE(crc32(payload), 4)
  return record
}

export const headOf = (head: Buffer): { length: number; checksum: number } => ({
  length: head.readUInt32LE(0),
  checksum: head.readUInt32LE(4),
})

/** Undefined where the checksum does not fit. */
export function decodePayload(payload: Buffer, checksum: number): RelayEntry | undefined {
  if (payload.length < metaLengthBytes || crc32(payload) !== checksum) return undefined
  const told = metaLengthBytes + payload.readUInt32LE(0)
  const { t, m, p, h, r } = JSON.parse(payload.toString('utf8', metaLengthBytes, told)) as Meta
  return { tenant: t, method: m, path: p, headers: h, receivedMs: r, body: payload.subarray(told) }
}
