import { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { Turn } from '../../kernel/turn.ts'
import type { ListPage, RawObject } from '../../port/cluster-api.ts'

const Envelope = z.object({
  metadata: z
    .object({ resourceVersion: z.string().catch(''), continue: z.string().catch('') })
    .catch({ resourceVersion: '', continue: '' }),
  items: z.array(z.unknown()).nullish(),
})

/** Parsed at once up to here, about 2 ms. */
const atOnceBytes = 262_144
/** What is not items: kind, versions, the place to go on from. */
const envelopeBytesMax = 262_144
/** Of a page; some API servers know no pages, metrics-server for one. */
const itemsMax = 200_000
/** Several pages are read at once. */
const sliceMs = 2
const objectBytesMax = 16 * 1_048_576

/**
 * A page of a list. A large one is cut into its items, which are parsed one by one, so that nothing holds the event loop for long: 500 pods
 * are some 5 MB, which `JSON.parse` takes 30 ms for.
 */
export async function readListPage(body: Buffer, clock: Pick<Clock, 'monotonic'>): Promise<ListPage> {
  if (body.length <= atOnceBytes) return pageOf(parseJson(body), undefined)
  const turn = new Turn(clock, sliceMs)
  const items: RawObject[] = []
  const envelope: Buffer[] = []
  let from = 0
  for (const place of itemPlaces(body)) {
    if (place !== undefined) {
      const [start, end] = place
      if (end - start > objectBytesMax)
        throw new Fault(
          'BODY_TOO_LARGE',
          `An object of the Kubernetes API is larger than ${objectBytesMax} bytes.`,
        )
      envelope.push(body.subarray(from, start))
      from = end
      const item = parseJson(body.subarray(start, end))
      if (isObject(item)) items.push(item)
      if (items.length > itemsMax)
        throw new Fault(
          'BODY_TOO_LARGE',
          `A page of a list of the Kubernetes API has more than ${itemsMax} objects.`,
        )
    }
    if (turn.due()) await turn.give()
  }
  envelope.push(body.subarray(from))
  // What is left of the array are commas: `[,,,]`.
  const rest = Buffer.concat(envelope)
  if (rest.length > envelopeBytesMax) throw noList()
  return pageOf(parseJson(Buffer.from(rest.toString().replace(/\[[\s,]*\]/g, '[]'))), items)
}

export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'))
  } catch {
    throw new Fault('UPSTREAM_FAILED', 'The API server answered with what is no JSON: is a proxy between?')
  }
}

export const isObject = (value: unknown): value is RawObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function pageOf(value: unknown, own: RawObject[] | undefined): ListPage {
  const parsed = Envelope.safeParse(value)
  if (!parsed.success) throw noList()
  const { metadata, items } = parsed.data
  return {
    items: own ?? (items ?? []).filter(isObject),
    resourceVersion: metadata.resourceVersion,
    continue: metadata.continue === '' ? undefined : metadata.continue,
  }
}

const noList = (): Fault => new Fault('UPSTREAM_FAILED', 'The API server answered with what is no list.')

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a]
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]
/** Bytes between two chances to give way, some 0.2 ms. */
const strideBytes = 131_072

/**
 * Where each element of the array `items` at the top of a document lies; undefined now and then, for others to run. Only brackets and
 * strings are looked at: whether it is JSON the parser says.
 */
function* itemPlaces(body: Buffer): Generator<[number, number] | undefined, void, void> {
  let depth = 0
  let inItems = false
  let start = -1
  let key = ''
  let stride = strideBytes
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at]!
    if (byte === quote) {
      const end = stringEnd(body, at)
      if (depth === 1 && !inItems && end - at <= 16) key = body.toString('latin1', at + 1, end)
      else if (depth === 1) key = ''
      at = end
    } else if (byte === openBrace || byte === openBracket) {
      if (depth === 1 && byte === openBracket && key === 'items') inItems = true
      else if (depth === 2 && inItems && start < 0) start = at
      depth += 1
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1
      if (inItems && depth === 2 && start >= 0) {
        yield [start, at + 1]
        start = -1
      } else if (inItems && depth === 1) {
        inItems = false
        key = ''
      }
    } else if (byte === comma && depth === 1) key = ''
    else if (byte === colon) continue
    if (at >= stride) {
      stride = at + strideBytes
      yield undefined
    }
  }
}

/** Of the closing quote, or the end. */
function stringEnd(body: Buffer, open: number): number {
  for (let at = open + 1; at < body.length; at += 1) {
    const byte = body[at]
    if (byte === quote) return at
    if (byte === backslash) at += 1
  }
  return body.length
}
