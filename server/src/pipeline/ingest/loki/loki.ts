import { Fault } from '../../../kernel/fault.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import type { IngestReply, IngestRequest } from '../index.ts'
import { labelLimits } from '../label-set.ts'
import type { EntryReader, ProtocolFactory, ProtocolHandler, TenantScope } from '../protocol.ts'
import { Rejections } from '../rejection.ts'
import { encodingOf, mediaTypeOf, parseJson } from '../wire/body.ts'
import { readJsonPush } from './json-push.ts'
import { LineSink } from './line-sink.ts'
import { readProtobufPush } from './protobuf-push.ts'

/** Loki's push API (https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs): Promtail, Alloy, Fluent Bit, Vector. */
export const loki: ProtocolFactory = ({ clock, take }) => {
  const handle: ProtocolHandler = async ({ tenant, headers, body }) => {
    const { accepted, rejections } = await take({
      kind: 'loki',
      tenant,
      body,
      ...writtenAs(headers),
      receivedMs: clock.now(),
    })
    return rejections.fault(accepted, 'lines') ?? { status: 204 }
  }
  return {
    receivers: ['/loki/api/v1/push', '/api/prom/push'].map((path) => ({
      path,
      summary: 'Loki push, protobuf or JSON.',
      handle,
      refuse: refusal,
    })),
    readers: { loki: lineReader },
  }
}

/** Without a content type it is protobuf, as in Loki, and protobuf is a snappy block whether or not an encoding is named. */
function writtenAs(headers: IngestRequest['headers']): Pick<Entry, 'format' | 'encoding'> {
  const mediaType = mediaTypeOf(headers)
  if (mediaType === 'application/json')
    return { format: 'json', encoding: encodingOf(headers, ['identity', 'gzip', 'zstd']) ?? 'identity' }
  if (mediaType === '' || mediaType === 'application/x-protobuf' || mediaType === 'application/protobuf') {
    encodingOf(headers, ['snappy', 'identity'])
    return { format: 'protobuf', encoding: 'snappy' }
  }
  throw new Fault(
    'UNSUPPORTED_MEDIA_TYPE',
    `Send content type application/x-protobuf or application/json, not ${JSON.stringify(mediaType.slice(0, 80))}.`,
  )
}

/** One line of text, as Loki answers and its senders log. */
const refusal = (fault: Fault): IngestReply => ({
  status: fault.status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: `${fault.message}\n`,
})

function lineReader({ config, records }: TenantScope): EntryReader {
  const limits = labelLimits(config)
  return (body, { format }) => {
    const rejections = new Rejections()
    const sink = new LineSink(records, rejections)
    if (format === 'json') readJsonPush(parseJson(body), sink, limits)
    else readProtobufPush(body, sink, limits)
    return { logs: sink.records, rejections }
  }
}
