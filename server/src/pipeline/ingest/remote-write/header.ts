import { Fault, isFault } from '../../../kernel/fault.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import type { IngestRequest } from '../index.ts'
import { type BodyLimits, decompress, encodingOf, mediaTypeOf } from '../wire/body.ts'

type Headers = IngestRequest['headers']
export type RemoteWriteHeader = Pick<Entry, 'encoding'> & { kind: 'remote-write' | 'remote-write-2' }

const messages: Readonly<Record<string, RemoteWriteHeader['kind']>> = {
  'prometheus.WriteRequest': 'remote-write',
  'io.prometheus.write.v2.Request': 'remote-write-2',
}

/**
 * Which of the two messages a remote write holds and how it is compressed. A sender of version 2.0 falls back to 1.0 on 415.
 * As in Prometheus, a missing content type is taken for 1.0 and a missing encoding for snappy; where the body of 1.0 is then no
 * snappy block, it is taken as it is. 1.0 may also come as gzip or zstd, which some senders can be set to.
 */
export function remoteWriteHeader(
  { headers, body }: Pick<IngestRequest, 'headers' | 'body'>,
  limits: BodyLimits,
): RemoteWriteHeader {
  const kind = kindOf(headers)
  if (kind === 'remote-write-2') return { kind, encoding: encodingOf(headers, ['snappy']) ?? 'snappy' }
  const named = encodingOf(headers, ['snappy', 'identity', 'gzip', 'zstd'])
  if (named) return { kind, encoding: named }
  try {
    decompress(body, 'snappy', 'protobuf', limits)
    return { kind, encoding: 'snappy' }
  } catch (error) {
    if (isFault(error) && error.code === 'INVALID_REQUEST') return { kind, encoding: 'identity' }
    throw error
  }
}

/** Throws UNSUPPORTED_MEDIA_TYPE for anything but the two messages (RFC 9110 §8.3 allows quotes, spaces and any case of the name). */
export function kindOf(headers: Headers): RemoteWriteHeader['kind'] {
  const mediaType = mediaTypeOf(headers)
  if (mediaType !== '' && mediaType !== 'application/x-protobuf') {
    throw new Fault(
      'UNSUPPORTED_MEDIA_TYPE',
      `Send content type application/x-protobuf, not ${JSON.stringify(mediaType.slice(0, 80))}.`,
    )
  }
  const [, ...parameters] = (headers['content-type'] ?? '').split(';')
  for (const parameter of parameters) {
    const [, name = '', value = ''] = /^\s*([^\s=]*)\s*=\s*"?([^"]*?)"?\s*$/.exec(parameter) ?? []
    if (name.toLowerCase() !== 'proto') continue
    const kind = Object.hasOwn(messages, value) ? messages[value] : undefined
    if (kind) return kind
    throw new Fault(
      'UNSUPPORTED_MEDIA_TYPE',
      `Remote write of ${Object.keys(messages).join(' and ')} is accepted here, not of ${JSON.stringify(value.slice(0, 80))}.`,
    )
  }
  return 'remote-write'
}
