import { Fault } from '../../../kernel/fault.ts'
import type { Entry, EntryKind } from '../../../port/telemetry-log.ts'
import type { IngestReply, IngestRequest } from '../index.ts'
import { exportReply } from '../otlp/reply.ts'
import type { ProtocolDeps, ProtocolFactory, ProtocolHandler, Taken } from '../protocol.ts'
import { encodingOf, mediaTypeOf } from '../wire/body.ts'
import { ItemRejections } from './item.ts'
import { plainLogReader } from './plain-log.ts'
import { plainMetricReader } from './plain-metric.ts'

const types: Readonly<Record<string, Entry['format']>> = {
  'application/json': 'json',
  'application/x-ndjson': 'text',
  'application/ndjson': 'text',
  'application/jsonl': 'text',
  'application/x-jsonlines': 'text',
}
const protobufTypes: ReadonlySet<string> = new Set(['application/x-protobuf', 'application/protobuf'])

/** JSON for whoever has only curl: metrics and logs, as a document or one object a line. */
export const plain: ProtocolFactory = (deps) => ({
  receivers: [
    {
      path: '/api/v1/metrics/write',
      summary: 'Metrics as plain JSON or NDJSON; Prometheus remote write where the content type is protobuf.',
      accepts: (headers) => !protobufTypes.has(mediaTypeOf(headers)),
      handle: jsonHandler(deps, 'plain-metrics', 'metrics'),
    },
    {
      path: '/api/v1/logs/write',
      summary: 'Logs as plain JSON or NDJSON; OTLP where the content type is protobuf.',
      handle: logHandler(deps),
    },
  ],
  readers: { 'plain-metrics': plainMetricReader, 'plain-logs': plainLogReader },
})

function logHandler(deps: ProtocolDeps): ProtocolHandler {
  const json = jsonHandler(deps, 'plain-logs', 'logs')
  return (request) =>
    protobufTypes.has(mediaTypeOf(request.headers)) ? takeOtlp(deps, request) : json(request)
}

/** As `/v1/logs` takes and answers it. */
async function takeOtlp({ clock, take }: ProtocolDeps, request: IngestRequest): Promise<IngestReply | Fault> {
  const { accepted, rejections } = await take({
    kind: 'otlp-logs',
    tenant: request.tenant,
    body: request.body,
    encoding: encodingOf(request.headers, ['identity', 'gzip', 'zstd']) ?? 'identity',
    format: 'protobuf',
    receivedMs: clock.now(),
  })
  const refused = accepted === 0 ? rejections.fault(0, 'items') : undefined
  return (
    refused ??
    exportReply('protobuf', 'rejectedLogRecords', { rejected: rejections.count, reason: rejections.sentence })
  )
}

function jsonHandler({ clock, take }: ProtocolDeps, kind: EntryKind, noun: string): ProtocolHandler {
  return async ({ tenant, headers, body }) => {
    const taken = await take({
      kind,
      tenant,
      body,
      encoding: encodingOf(headers, ['identity', 'gzip', 'zstd']) ?? 'identity',
      format: formatOf(headers),
      receivedMs: clock.now(),
    })
    return reply(taken, noun)
  }
}

function formatOf(headers: IngestRequest['headers']): Entry['format'] {
  const mediaType = mediaTypeOf(headers)
  const format = Object.hasOwn(types, mediaType) ? types[mediaType] : undefined
  if (format) return format
  throw new Fault(
    'UNSUPPORTED_MEDIA_TYPE',
    `Send content type application/json, application/x-ndjson or application/x-protobuf, not ${
      mediaType === '' ? 'none' : JSON.stringify(mediaType.slice(0, 80))
    }.`,
  )
}

/** 200 with counts where something was taken, or nothing was sent; else the fault, its details naming each item. */
function reply({ accepted, rejections }: Taken, noun: string): IngestReply | Fault {
  const errors = rejections instanceof ItemRejections ? rejections.errors : []
  const fault = accepted === 0 ? rejections.fault(0, noun) : undefined
  if (fault) {
    const details = errors.map(({ index, message }) => ({ path: `${noun}[${index}]`, message }))
    return new Fault(fault.code, fault.message, { details, retryAfterSeconds: fault.retryAfterSeconds })
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ accepted, rejected: rejections.count, errors }),
  }
}
