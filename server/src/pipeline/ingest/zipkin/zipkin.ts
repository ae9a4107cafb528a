import { Fault, isFault } from '../../../kernel/fault.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'
import type { IngestReply } from '../index.ts'
import { type RecordOrigin, resourceOf } from '../otlp/record.ts'
import { storedSpan } from '../otlp/span.ts'
import type { EntryReader, ProtocolFactory, ProtocolHandler, TenantScope } from '../protocol.ts'
import { Rejections } from '../rejection.ts'
import { encodingOf, formatOf, parseJson } from '../wire/body.ts'
import { jsonSpan, listOfSpans } from './json-spans.ts'
import { readProtobufSpans } from './protobuf-spans.ts'
import { rawSpanOf, serviceOf, splitShared, type ZipkinSpan } from './zipkin-span.ts'

/** Zipkin's API, version 2 (https://zipkin.io/zipkin-api/). */
export const zipkin: ProtocolFactory = ({ clock, take }) => {
  const handle: ProtocolHandler = async ({ tenant, headers, body }) => {
    const { accepted, rejections } = await take({
      kind: 'zipkin',
      tenant,
      body,
      format: formatOf(headers, ['json', 'protobuf']),
      encoding: encodingOf(headers, ['identity', 'gzip']) ?? 'identity',
      receivedMs: clock.now(),
    })
    return rejections.fault(accepted, 'spans') ?? { status: 202 }
  }
  return {
    receivers: [
      { path: '/api/v2/spans', summary: 'Zipkin v2 spans, JSON or protobuf.', handle, refuse: refusal },
    ],
    readers: { zipkin: spanReader },
  }
}

/** Text, as Zipkin's server answers. */
const refusal = (fault: Fault): IngestReply => ({
  status: fault.status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: `${fault.message}\n`,
})

function spanReader({ records }: TenantScope): EntryReader {
  return (body, { format, receivedMs }) => {
    const rejections = new Rejections()
    const noting = (run: () => void): void => {
      try {
        run()
      } catch (error) {
        if (!isFault(error)) throw error
        rejections.add(error)
      }
    }
    const found: ZipkinSpan[] = []
    const add = (span: ZipkinSpan): void => {
      if (found.length >= records.recordsMax) throw tooMany(records.recordsMax)
      found.push(span)
    }
    if (format === 'protobuf') readProtobufSpans(body, add)
    else {
      const items = listOfSpans(parseJson(body))
      if (items.length > records.recordsMax) throw tooMany(records.recordsMax)
      for (const item of items) noting(() => add(jsonSpan(item)))
    }
    const origins = new Map<string, RecordOrigin>()
    const spans: StoredSpan[] = []
    for (const span of splitShared(found)) {
      noting(() => {
        const service = serviceOf(span)
        const origin = origins.get(service) ?? resourceOf([{ key: 'service.name', value: service }], records)
        origins.set(service, origin)
        spans.push(storedSpan(rawSpanOf(span, receivedMs), origin, records))
      })
    }
    return { spans, rejections }
  }
}

const tooMany = (max: number): Fault =>
  new Fault(
    'BODY_TOO_LARGE',
    `One request may hold ${max} spans; this one holds more. Send smaller requests.`,
  )
