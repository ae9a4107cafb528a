import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { StoredLog } from '../../../port/log-store.ts'
import type { PlainAlert } from '../index.ts'
import type { ProtocolFactory, ProtocolHandler } from '../protocol.ts'
import { Rejections } from '../rejection.ts'
import { recordsEntry } from '../rule/records.ts'
import { decompress, encodingOf } from '../wire/body.ts'
import { type CloudEvent, readCloudEvents } from './cloud-event.ts'
import { webhookCredential } from './credential.ts'
import { mapBody } from './mapping/map-body.ts'

/** CloudEvents 1.0 over HTTP. Where a mapping knows an event's type it is an alert; every other is kept as a log record. */
export const cloudEvents: ProtocolFactory = (deps) => {
  const { alerts, bodyLimits, clock, config, countAlerts, mappings, take } = deps
  const handle: ProtocolHandler = async ({ tenant, headers, body }) => {
    const encoding = encodingOf(headers, ['identity', 'gzip', 'zstd']) ?? 'identity'
    const plain = decompress(body, encoding, 'json', bodyLimits)
    const events = readCloudEvents(headers, plain, config.alerts_per_request_max)
    const receivedMs = clock.now()
    const incoming: PlainAlert[] = []
    const logs: StoredLog[] = []
    for (const event of events) {
      const mapping = mappings.forCloudEvent(event.attributes.type ?? '')
      if (mapping) incoming.push(...mapBody(mapping, { ...event.attributes, data: event.data }, receivedMs))
      else logs.push(recordOf(event, receivedMs, config.text_length_max))
    }
    const rejections = new Rejections()
    if (incoming.length > 0) {
      const { stored, rejections: refused } = await alerts.acceptEach(tenant, 'cloudevents', incoming)
      countAlerts(tenant, stored.length, refused)
      rejections.addAll(refused)
    }
    if (logs.length > 0) {
      const entry = {
        kind: 'records',
        tenant,
        body: plain,
        encoding: 'identity',
        format: 'json',
        receivedMs,
      } as const
      rejections.addAll((await take(recordsEntry(entry, { logs, spans: [] }))).rejections)
    }
    const accepted = incoming.length + logs.length - rejections.count
    const refused = rejections.fault(accepted, 'events')
    return refused ?? { status: 202, headers: { 'content-type': 'application/json' }, body: '{}' }
  }
  return {
    receivers: [
      {
        path: '/api/v1/events/cloudevents',
        summary: 'CloudEvents 1.0 in binary, structured or batched mode.',
        handle,
        credential: webhookCredential,
      },
    ],
    readers: {},
  }
}

/** Names after the OpenTelemetry semantic conventions for CloudEvents; the type alone makes the stream, since sources may be many. */
function recordOf({ attributes, data }: CloudEvent, receivedMs: number, textMax: number): StoredLog {
  const { id = '', source = '', specversion = '', type = '', subject, time, ...extensions } = attributes
  const timeMs = time === undefined ? receivedMs : Date.parse(time)
  if (!Number.isFinite(timeMs))
    throw new Fault('VALIDATION_FAILED', `time: ${time?.slice(0, 64)} is no time.`)
  const text = typeof data === 'string' ? data : data === undefined ? '' : JSON.stringify(data)
  return {
    timeMs,
    severity: 'INFO',
    message: (text === '' ? `${type} ${subject ?? source}` : text).slice(0, textMax),
    labels: { 'cloudevents.event_type': type.slice(0, 256) },
    attributes: {
      'cloudevents.event_id': id,
      'cloudevents.event_source': source,
      'cloudevents.event_spec_version': specversion,
      ...(subject === undefined ? {} : { 'cloudevents.event_subject': subject }),
      ...Object.fromEntries(
        Object.entries(extensions).map(([name, value]) => [`cloudevents.${name}`, value]),
      ),
      ...(time === undefined ? { 'cloudevents.received_at': isoTime(receivedMs) } : {}),
    },
    traceId: '',
    spanId: '',
  }
}
