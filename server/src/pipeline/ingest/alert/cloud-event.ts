import { isUtf8 } from 'node:buffer'
import type { Labels } from '@aiops/contract/model/label'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { IngestRequest } from '../index.ts'
import { mediaTypeOf, parseJson } from '../wire/body.ts'

/** CloudEvents 1.0.2: its context attributes as texts, extensions among them, and its data. */
export type CloudEvent = { attributes: Labels; data: unknown }

const structured = 'application/cloudevents+json'
const batch = 'application/cloudevents-batch+json'
const required = ['id', 'source', 'specversion', 'type'] as const
const attributesMax = 64

/**
 * The events of a request in binary, structured or batched content mode (CloudEvents HTTP protocol binding §3; JSON format §2–4).
 * `body` is decompressed. Throws INVALID_REQUEST or VALIDATION_FAILED; one bad event of a batch refuses it whole.
 */
export function readCloudEvents(
  headers: IngestRequest['headers'],
  body: Buffer,
  eventsMax: number,
): CloudEvent[] {
  const mediaType = mediaTypeOf(headers)
  if (mediaType === structured) return [fromJson(parseJson(body), 'event')]
  if (mediaType === batch) {
    const list = parseJson(body)
    if (!Array.isArray(list)) throw new Fault('INVALID_REQUEST', 'A batch of CloudEvents is a JSON array.')
    if (list.length > eventsMax)
      throw new Fault(
        'VALIDATION_FAILED',
        `One batch may hold ${eventsMax} events; this one holds ${list.length}.`,
      )
    return list.map((event, at) => fromJson(event, `event ${at}`))
  }
  if (mediaType.startsWith('application/cloudevents'))
    throw new Fault(
      'UNSUPPORTED_MEDIA_TYPE',
      `Send ${structured}, ${batch}, or binary mode with ce- headers.`,
    )
  return [fromHeaders(headers, body, mediaType)]
}

function fromJson(value: unknown, what: string): CloudEvent {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Fault('VALIDATION_FAILED', `${what} is no JSON object.`)
  const attributes: Labels = Object.create(null)
  let data: unknown
  for (const [name, given] of Object.entries(value)) {
    if (name === 'data') data = given
    else if (name === 'data_base64') data = decoded(given, what)
    else if (given !== null) attributes[name] = attributeOf(name, given, what)
  }
  return checked({ attributes, data }, what)
}

function fromHeaders(headers: IngestRequest['headers'], body: Buffer, mediaType: string): CloudEvent {
  const attributes: Labels = Object.create(null)
  for (const [name, value] of Object.entries(headers))
    if (name.startsWith('ce-') && value !== undefined) attributes[name.slice(3)] = percentDecoded(value)
  if (Object.keys(attributes).length === 0)
    throw new Fault(
      'INVALID_REQUEST',
      `This is no CloudEvent: neither ce- headers nor content type ${structured}.`,
    )
  const contentType = headers['content-type']
  if (contentType) attributes.datacontenttype = contentType
  const isJson = mediaType === 'application/json' || mediaType.endsWith('+json')
  const data = body.length === 0 ? undefined : isJson ? parseJson(body) : textOrBase64(body)
  return checked({ attributes, data }, 'event')
}

function checked(event: CloudEvent, what: string): CloudEvent {
  const { attributes } = event
  const details = required
    .filter((name) => !attributes[name])
    .map((path) => ({ path, message: 'is required and not empty' }))
  const { specversion, time } = attributes
  if (specversion && specversion !== '1.0')
    details.push({ path: 'specversion' as 'id', message: 'must be 1.0' })
  if (time !== undefined && !/^\d{4}-\d\d-\d\d[Tt]/.test(time))
    details.push({ path: 'time' as 'id', message: 'must be an RFC 3339 time' })
  // §3.1: names are lower-case letters and digits.
  const strange = Object.keys(attributes).find((name) => !/^[a-z0-9]{1,64}$/.test(name))
  if (strange !== undefined)
    details.push({ path: strange.slice(0, 64) as 'id', message: 'is no name of an attribute' })
  if (Object.keys(attributes).length > attributesMax)
    details.push({ path: 'id', message: `there are more than ${attributesMax} attributes` })
  const [first] = details
  if (first)
    throw new Fault('VALIDATION_FAILED', `${what} is no CloudEvent: ${first.path} ${first.message}.`, {
      details,
    })
  return event
}

function attributeOf(name: string, value: unknown, what: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Fault(
    'VALIDATION_FAILED',
    `${what}: attribute ${JSON.stringify(name.slice(0, 64))} is no simple value.`,
  )
}

function decoded(value: unknown, what: string): string {
  if (typeof value === 'string') return textOrBase64(Buffer.from(value, 'base64'))
  throw new Fault('VALIDATION_FAILED', `${what}: data_base64 is no text.`)
}

/** HTTP binding §3.1.3.2. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    throw new Fault('INVALID_REQUEST', `A ce- header is not validly percent-encoded: ${messageOf(error)}.`)
  }
}

const textOrBase64 = (body: Buffer): string =>
  isUtf8(body) ? body.toString('utf8') : body.toString('base64')
