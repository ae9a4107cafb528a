import { Fault, isFault } from '../../../kernel/fault.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import type { IngestRequest } from '../index.ts'
import { type BodyLimits, decompress, encodingOf, mediaTypeOf } from '../wire/body.ts'

/**
 * Checks the headers of a remote write and says how its body is compressed. A sender of version 2.0 falls back to 1.0 on 415.
 * As in Prometheus, a missing content type is taken for protobuf and a missing encoding for snappy; where the body is no snappy
 * block, it is taken as it is.
 */
export function remoteWriteEncoding(request: IngestRequest, limits: BodyLimits): Entry['encoding'] {
  const mediaType = mediaTypeOf(request.headers)
  if (mediaType !== '' && mediaType !== 'application/x-protobuf') {
    throw new Fault(
      'UNSUPPORTED_MEDIA_TYPE',
      `Send content type application/x-protobuf, not ${JSON.stringify(mediaType.slice(0, 80))}.`,
    )
  }
  const message = /;\s*proto\s*=\s*"?([\w.]+)/i.exec(request.headers['content-type'] ?? '')?.[1]
  if (message !== undefined && message !== 'prometheus.WriteRequest') {
    throw new Fault(
      'UNSUPPORTED_MEDIA_TYPE',
      `Remote write 1.0 (proto=prometheus.WriteRequest) is accepted here, not ${message.slice(0, 80)}.`,
    )
  }
  const named = encodingOf(request.headers, ['snappy', 'identity', 'gzip', 'zstd'])
  if (named) return named
  try {
    decompress(request.body, 'snappy', 'protobuf', limits)
    return 'snappy'
  } catch (error) {
    if (isFault(error) && error.code === 'INVALID_REQUEST') return 'identity'
    throw error
  }
}
