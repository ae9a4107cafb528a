import type { Labels } from '@aiops/contract/model/label'
import { z } from 'zod'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault, isFault } from '../../../kernel/fault.ts'
import type { IngestReply, PlainAlert } from '../index.ts'
import type { ProtocolFactory, ProtocolHandler } from '../protocol.ts'
import { decompress, encodingOf, parseJson } from '../wire/body.ts'
import { fingerprintOf } from './fingerprint.ts'

/** https://developer.pagerduty.com/docs/send-alert-event ; limits are the specification's. */
const Event = z.object({
  routing_key: z.string().min(1).max(512),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: z.string().max(255).nullish(),
  payload: z.unknown().optional(),
  client: z.string().max(1_024).nullish(),
  client_url: z.string().max(8_192).nullish(),
  links: z
    .array(z.object({ href: z.string().max(8_192), text: z.string().max(1_024).nullish() }))
    .max(64)
    .nullish(),
})
type Event = z.infer<typeof Event>

const Payload = z.object({
  summary: z.string().min(1).max(1_024),
  source: z.string().min(1).max(1_024),
  severity: z.enum(['critical', 'error', 'warning', 'info']),
  timestamp: z.string().max(64).nullish(),
  component: z.string().max(1_024).nullish(),
  group: z.string().max(1_024).nullish(),
  class: z.string().max(1_024).nullish(),
  custom_details: z.unknown().optional(),
})

const json = { 'content-type': 'application/json' }
/** Shown of `custom_details`, each under its name. */
const detailsMax = 32

/** PagerDuty's Events API v2 as a receiver: any tool that pages, with one URL changed. `routing_key` may be an API key, which says the tenant. */
export const pagerduty: ProtocolFactory = ({ alerts, bodyLimits, clock, countAlerts, random }) => {
  const enqueue: ProtocolHandler = async ({ tenant, headers, body }) => {
    const encoding = encodingOf(headers, ['identity', 'gzip']) ?? 'identity'
    const event = eventOf(parseJson(decompress(body, encoding, 'json', bodyLimits)))
    const dedupKey = event.dedup_key || random.uuid(clock.now()).replaceAll('-', '')
    const fingerprint = fingerprintOf('pagerduty', { dedup_key: dedupKey })
    const alert =
      event.event_action === 'trigger'
        ? triggered(event, dedupKey, clock.now())
        : changed(event, await alerts.firing(tenant, fingerprint), clock.now())
    // What is not firing cannot be acknowledged or resolved: as at PagerDuty, that changes nothing.
    if (alert) {
      const stored = await alerts.accept(tenant, 'pagerduty', [{ ...alert, fingerprint, joins: true }])
      countAlerts(tenant, stored.length)
    }
    const answer = { status: 'success', message: 'Event processed', dedup_key: dedupKey }
    return { status: 202, headers: json, body: JSON.stringify(answer) }
  }
  return {
    receivers: [
      {
        path: '/v2/enqueue',
        summary: 'PagerDuty Events API v2.',
        handle: enqueue,
        refuse: refusal,
        credential: ({ body }) => routingKeyOf(body),
      },
    ],
    readers: {},
  }
}

/** 400 in the protocol's form for what the sender did wrong; the status of anything else, in the same form. */
function refusal(fault: Fault): IngestReply {
  const wrong = fault.status === 422 || fault.status === 400
  const errors =
    fault.details.length > 0 ? fault.details.map((d) => `${d.path} ${d.message}`) : [fault.message]
  const answer = wrong
    ? { status: 'invalid event', message: 'Event object is invalid', errors }
    : { status: fault.code.toLowerCase(), message: fault.message, errors }
  return { status: wrong ? 400 : fault.status, headers: json, body: JSON.stringify(answer) }
}

/** The gateway asks before anything else of the body is looked at. */
function routingKeyOf(body: Buffer): string | undefined {
  try {
    const { routing_key: key } = parseJson(body) as { routing_key?: unknown }
    return typeof key === 'string' ? key : undefined
  } catch (error) {
    if (isFault(error) || error instanceof TypeError) return undefined
    throw error
  }
}

function eventOf(body: unknown): Event {
  const event = parsed(Event, body)
  if (event.event_action !== 'trigger' && !event.dedup_key)
    throw invalid([{ path: 'dedup_key', message: `is required to ${event.event_action}` }])
  return event
}

function triggered(event: Event, dedupKey: string, nowMs: number): PlainAlert {
  const payload = parsed(Payload, event.payload, 'payload.')
  const name = payload.class || payload.summary.slice(0, 128)
  const labels: Labels = Object.create(null)
  const put = (label: string, value: string | null | undefined): void => {
    if (value) labels[label] = value
  }
  put('alertname', name)
  put('severity', payload.severity)
  put('source', payload.source)
  put('service', payload.component)
  put('group', payload.group)
  put('class', payload.class)
  put('host.name', payload.component ? undefined : payload.source)
  const annotations: Labels = Object.create(null)
  for (const [key, value] of detailsOf(payload.custom_details)) annotations[key] = value
  annotations.summary = payload.summary
  annotations.dedup_key = dedupKey
  if (event.client) annotations.client = event.client
  const ms = Date.parse(payload.timestamp ?? '')
  return {
    name,
    severity: payload.severity,
    status: 'FIRING',
    message: payload.summary,
    labels,
    annotations,
    starts_at: isoTime(Number.isFinite(ms) && ms <= nowMs && ms > 0 ? ms : nowMs),
    generator_url: event.client_url ?? event.links?.[0]?.href,
  }
}

function changed(event: Event, firing: (PlainAlert & { ends_at: string | null }) | undefined, nowMs: number) {
  if (!firing) return undefined
  if (event.event_action === 'resolve')
    return { ...firing, status: 'RESOLVED' as const, ends_at: isoTime(nowMs) }
  return { ...firing, annotations: { ...firing.annotations, acknowledged_at: isoTime(nowMs) } }
}

function detailsOf(details: unknown): [string, string][] {
  if (typeof details === 'string') return [['details', details.slice(0, 65_536)]]
  if (details === null || typeof details !== 'object') return []
  return Object.entries(details)
    .slice(0, detailsMax)
    .filter(([name]) => name !== '' && name.length <= 256)
    .map(([name, value]) => [
      name,
      (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 4_096),
    ])
}

function parsed<T extends z.ZodType>(schema: T, value: unknown, prefix = ''): z.infer<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalid(
    result.error.issues
      .slice(0, 20)
      .map(({ path, message }) => ({ path: `${prefix}${path.join('.')}` || 'event', message })),
  )
}

const invalid = (details: { path: string; message: string }[]): Fault =>
  new Fault('VALIDATION_FAILED', `Event object is invalid: ${details[0]?.path} ${details[0]?.message}.`, {
    details,
  })
