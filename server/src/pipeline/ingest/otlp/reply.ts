import type { ErrorCode } from '@aiops/contract/error'
import type { Fault } from '../../../kernel/fault.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import type { IngestReply, Receipt } from '../index.ts'

export type RejectedField = 'rejectedDataPoints' | 'rejectedLogRecords' | 'rejectedSpans'
type Partial = Pick<Receipt, 'rejected' | 'reason'>

/** 200 in the request's format; empty when all was taken, else `partial_success`, the same fields in all three services. */
export function exportReply(format: Entry['format'], field: RejectedField, partial: Partial): IngestReply {
  if (format !== 'json') return { status: 200, headers: protobufType, body: exportResponse(partial) }
  const { rejected, reason } = partial
  const body = rejected > 0 ? { partialSuccess: { [field]: String(rejected), errorMessage: reason } } : {}
  return { status: 200, headers: jsonType, body: JSON.stringify(body) }
}

/** An Export…ServiceResponse of any of the three services. */
export function exportResponse({ rejected, reason }: Partial): Buffer {
  if (rejected === 0) return Buffer.alloc(0)
  return bytesField(1, Buffer.concat([varintField(1, rejected), bytesField(2, Buffer.from(reason))]))
}

/** gRPC's status codes (https://grpc.io/docs/guides/status-codes/). */
const GRPC = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const

/** Codes that say something else than INVALID_ARGUMENT. */
const grpcCodes: Readonly<{ [C in ErrorCode]?: number }> = {
  UNAUTHENTICATED: GRPC.UNAUTHENTICATED,
  PERMISSION_DENIED: GRPC.PERMISSION_DENIED,
  TENANT_UNKNOWN: GRPC.PERMISSION_DENIED,
  ORIGIN_DENIED: GRPC.PERMISSION_DENIED,
  METHOD_NOT_ALLOWED: GRPC.UNIMPLEMENTED,
  BODY_TOO_LARGE: GRPC.RESOURCE_EXHAUSTED,
  RATE_LIMITED: GRPC.RESOURCE_EXHAUSTED,
  SERIES_LIMIT: GRPC.RESOURCE_EXHAUSTED,
  QUEUE_FULL: GRPC.UNAVAILABLE,
  UPSTREAM_FAILED: GRPC.UNAVAILABLE,
  STORAGE_UNAVAILABLE: GRPC.UNAVAILABLE,
  NOT_READY: GRPC.UNAVAILABLE,
  TIMEOUT: GRPC.DEADLINE_EXCEEDED,
  INTERNAL: GRPC.INTERNAL,
  CONFIG_INVALID: GRPC.INTERNAL,
}
/** What senders of OTLP try again over HTTP (OTLP specification, "Retryable Response Codes"). */
const retryableStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** A refusal as a `google.rpc.Status`: `code` is gRPC's; `details` holds RetryInfo exactly where the sender may try again. */
export type ExportStatus = { code: number; message: string; retryAfterSeconds: number | null; bytes: Buffer }

/** Only with RetryInfo does RESOURCE_EXHAUSTED mean "later": without it a sender gives the data up, as it must for a body too large. */
export function exportStatus(fault: Fault): ExportStatus {
  const code = grpcCodes[fault.code] ?? GRPC.INVALID_ARGUMENT
  const retryAfterSeconds =
    fault.retry && retryableStatuses.has(fault.status) ? fault.retryAfterSeconds : null
  const parts = [varintField(1, code), bytesField(2, Buffer.from(fault.message))]
  if (retryAfterSeconds !== null) parts.push(bytesField(3, retryInfo(retryAfterSeconds)))
  return { code, message: fault.message, retryAfterSeconds, bytes: Buffer.concat(parts) }
}

/**
 * A refusal over HTTP: a Status in the format of the request (OTLP specification, "Failures"). Data that cannot be read has status
 * 400 there, whatever is wrong with it.
 */
export function refusal(fault: Fault, headers: Readonly<Record<string, string | undefined>>): IngestReply {
  const { code, message, retryAfterSeconds, bytes } = exportStatus(fault)
  const status = fault.code === 'VALIDATION_FAILED' ? 400 : fault.status
  const retry: Record<string, string> =
    retryAfterSeconds === null ? {} : { 'retry-after': String(Math.ceil(retryAfterSeconds)) }
  if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
    return { status, headers: { ...protobufType, ...retry }, body: bytes }
  const details =
    retryAfterSeconds === null
      ? {}
      : { details: [{ '@type': RETRY_INFO, retryDelay: `${retryAfterSeconds}s` }] }
  return {
    status,
    headers: { ...jsonType, ...retry },
    body: JSON.stringify({ code, message, ...details }),
  }
}

const jsonType = { 'content-type': 'application/json' }
const protobufType = { 'content-type': 'application/x-protobuf' }
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo'

/** google.protobuf.Any of google.rpc.RetryInfo{retry_delay: Duration{seconds, nanos}}. */
function retryInfo(seconds: number): Buffer {
  const whole = Math.floor(seconds)
  const nanos = Math.round((seconds - whole) * 1e9)
  const duration = Buffer.concat([varintField(1, whole), ...(nanos > 0 ? [varintField(2, nanos)] : [])])
  return Buffer.concat([bytesField(1, Buffer.from(RETRY_INFO)), bytesField(2, bytesField(1, duration))])
}

const varintField = (field: number, value: number): Buffer => Buffer.from([field * 8, ...varint(value)])
const bytesField = (field: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([field * 8 + 2, ...varint(bytes.length)]), bytes])

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return [...bytes, rest]
}
