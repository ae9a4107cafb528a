import type { Entry } from '../../port/telemetry-log.ts'

/** An entry as a message: the body is the value as it came, the rest are headers in UTF-8. */
export type EntryMessage = { key: Buffer; value: Buffer; headers: Map<Buffer, Buffer> }

const encodings = ['identity', 'gzip', 'snappy', 'zstd'] as const
const formats = ['protobuf', 'json', 'text'] as const

/** The body is copied: it is the sender's buffer, used again once the request is answered or refused. */
export function messageOf(entry: Entry): EntryMessage {
  const headers = new Map<Buffer, Buffer>()
  for (const [name, value] of [
    ['kind', entry.kind],
    ['tenant', entry.tenant],
    ['encoding', entry.encoding],
    ['format', entry.format],
    ['received_ms', String(entry.receivedMs)],
  ] as const)
    headers.set(Buffer.from(name), Buffer.from(value))
  return { key: Buffer.from(entry.tenant), value: Buffer.from(entry.body), headers }
}

/** Undefined for a message that no entry was written as. A kind this version does not know is for the decoder to refuse. */
export function entryOf(
  value: Buffer | null,
  headers: readonly (readonly [Buffer | null, Buffer | null])[],
): Entry | undefined {
  const said = new Map(headers.map(([name, text]) => [String(name), String(text ?? '')]))
  const encoding = encodings.find((one) => one === said.get('encoding'))
  const format = formats.find((one) => one === said.get('format'))
  const kind = said.get('kind')
  const tenant = said.get('tenant')
  const receivedMs = Number(said.get('received_ms') || Number.NaN)
  if (value === null || !encoding || !format || !kind || !tenant || !Number.isSafeInteger(receivedMs))
    return undefined
  return { kind: kind as Entry['kind'], tenant, body: value, encoding, format, receivedMs }
}
