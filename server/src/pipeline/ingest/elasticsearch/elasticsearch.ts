import type { Labels } from '@aiops/contract/model/label'
import type { Fault } from '../../../kernel/fault.ts'
import type { StoredLog } from '../../../port/log-store.ts'
import type { IngestReply } from '../index.ts'
import type { EntryReader, ProtocolFactory, ProtocolHandler, TenantScope } from '../protocol.ts'
import { encodingOf } from '../wire/body.ts'
import { BulkRejections, readBulk } from './bulk.ts'
import { recordOf } from './document.ts'

const PREFIX = '/elasticsearch'
/** Shippers ask which server this is before they send; the version is the newest whose bulk API this is. */
const about = JSON.stringify({
  name: 'aiops',
  cluster_name: 'aiops',
  version: { number: '8.9.0', build_flavor: 'default' },
  tagline: 'You Know, for Search',
})

/** Elasticsearch's bulk API for log shippers (Fluent Bit, Vector, Logstash, Filebeat), under a path of its own. Indexes make no difference. */
export const elasticsearch: ProtocolFactory = ({ clock, take }) => {
  const bulk: ProtocolHandler = async ({ tenant, headers, body }) => {
    const began = clock.monotonic()
    const { rejections } = await take({
      kind: 'elasticsearch',
      tenant,
      body,
      encoding: encodingOf(headers, ['identity', 'gzip', 'zstd']) ?? 'identity',
      format: 'text',
      receivedMs: clock.now(),
    })
    return bulkReply(rejections, Math.round(clock.monotonic() - began))
  }
  const tell: ProtocolHandler = async () => ({ status: 200, headers: product, body: about })
  return {
    receivers: [
      // Shippers post; Elastic's own clients for Python and others put.
      ...(['POST', 'PUT'] as const).flatMap((method) =>
        [`${PREFIX}/_bulk`, `${PREFIX}/{index}/_bulk`].map((path) => ({
          method,
          path,
          summary: 'Log records as an Elasticsearch bulk request.',
          handle: bulk,
          refuse: refusal,
        })),
      ),
      ...[PREFIX, `${PREFIX}/`].map((path) => ({
        method: 'GET' as const,
        path,
        summary: 'What Elasticsearch says of itself, for shippers that ask.',
        handle: tell,
      })),
    ],
    readers: { elasticsearch: documentReader },
  }
}

/** Filebeat sends to nobody who does not say this. */
const product = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' }

/** An answer for each action, as shippers count them. */
function bulkReply(rejections: unknown, tookMs: number): IngestReply {
  const outcomes = rejections instanceof BulkRejections ? rejections.outcomes : []
  const items = outcomes.map(({ action, fault }) =>
    fault
      ? `{${JSON.stringify(action)}:${JSON.stringify({ status: fault.status, error: errorOf(fault) })}}`
      : `{${JSON.stringify(action)}:{"status":201,"result":"created"}}`,
  )
  const errors = outcomes.some(({ fault }) => fault !== undefined)
  return {
    status: 200,
    headers: product,
    body: `{"took":${tookMs},"errors":${errors},"items":[${items.join(',')}]}`,
  }
}

const refusal = (fault: Fault): IngestReply => ({
  status: fault.status,
  headers: product,
  body: JSON.stringify({ error: errorOf(fault), status: fault.status }),
})

const errorOf = (fault: Fault) => ({ type: fault.code.toLowerCase(), reason: fault.message })

function documentReader({ config, records }: TenantScope): EntryReader {
  return (body, { receivedMs }) => {
    const logs: StoredLog[] = []
    /** One object for all records of a stream. */
    const streams = new Map<string, Labels>()
    const rejections = readBulk(body, config.items_per_request_max, (document) => {
      const record = recordOf(document, receivedMs, records)
      const key = JSON.stringify(record.labels)
      const labels = streams.get(key) ?? record.labels
      streams.set(key, labels)
      logs.push({ ...record, labels })
    })
    return { logs, rejections }
  }
}
