import type { Entry } from '../../../port/telemetry-log.ts'
import type { IngestReply } from '../index.ts'
import type { Rejections } from '../rejection.ts'

export type RejectedField = 'rejectedDataPoints' | 'rejectedLogRecords' | 'rejectedSpans'

/** 200 in the request's format; empty when all was taken, else `partial_success`, the same fields in all three services. */
export function exportReply(
  format: Entry['format'],
  field: RejectedField,
  rejections: Rejections,
): IngestReply {
  const partial = rejections.count > 0
  if (format === 'json') {
    const body = partial
      ? { partialSuccess: { [field]: String(rejections.count), errorMessage: rejections.sentence } }
      : {}
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  }
  const body = partial ? partialSuccess(rejections) : Buffer.alloc(0)
  return { status: 200, headers: { 'content-type': 'application/x-protobuf' }, body }
}

function partialSuccess(rejections: Rejections): Buffer {
  const message = Buffer.from(rejections.sentence)
  const inner = Buffer.concat([
    Buffer.from([0x08, ...varint(rejections.count), 0x12, ...varint(message.length)]),
    message,
  ])
  return Buffer.concat([Buffer.from([0x0a, ...varint(inner.length)]), inner])
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return [...bytes, rest]
}
