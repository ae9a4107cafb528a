import type { ServerInterceptingCallInterface } from '@grpc/grpc-js'
import type { Entry } from '../../../port/telemetry-log.ts'

/** Compressions that ingest expands itself, within its own bounds; zstd is no standard of gRPC, but collectors offer it. */
const expandedByIngest: ReadonlySet<string> = new Set(['gzip', 'zstd'])

/**
 * Lets a message through as it came: it goes into the telemetry log compressed, as one over HTTP does, and is expanded once, in one
 * piece. The library has no setting for that, so this writes the field in which it keeps the call's encoding. Where there is no such
 * field it expands gzip itself, and `encodingOf` sees plain protobuf.
 */
export function leaveCompressed(call: ServerInterceptingCallInterface): void {
  const kept = call as { incomingEncoding?: string }
  if (expandedByIngest.has(kept.incomingEncoding ?? '')) kept.incomingEncoding = 'identity'
}

/**
 * By its first bytes (RFC 1952 §2.3.1, RFC 8878 §3.1.1), since each message may be compressed or not. No request of OTLP begins with
 * either: read as protobuf's first tag they are of wire types that there are not.
 */
export function encodingOf(message: Buffer): Entry['encoding'] {
  if (message[0] === 0x1f && message[1] === 0x8b) return 'gzip'
  return message.length >= 4 && message.readUInt32LE(0) === 0xfd2f_b528 ? 'zstd' : 'identity'
}
