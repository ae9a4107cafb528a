import { isUtf8 } from 'node:buffer'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { uncompressSync } from 'snappy'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import type { SnappyBlocks } from './snappy.ts'

export type BodyLimits = { bodyBytesMax: number; decompressedBytesMax: number; jsonBytesMax: number }
type Headers = Readonly<Record<string, string | undefined>>
type Encoding = Entry['encoding']

/** The media type without parameters, lower case; empty when none is named. */
export const mediaTypeOf = (headers: Headers): string =>
  (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()

/** How an OTLP or JSON body is written. */
export function formatOf(headers: Headers, accepted: readonly Entry['format'][]): Entry['format'] {
  const mediaType = mediaTypeOf(headers)
  const format =
    mediaType === 'application/x-protobuf' || mediaType === 'application/protobuf'
      ? 'protobuf'
      : mediaType === 'application/json'
        ? 'json'
        : undefined
  if (format && accepted.includes(format)) return format
  const wanted = accepted
    .map((name) => (name === 'json' ? 'application/json' : 'application/x-protobuf'))
    .join(' or ')
  throw new Fault(
    'UNSUPPORTED_MEDIA_TYPE',
    `Send content type ${wanted}, not ${mediaType === '' ? 'none' : JSON.stringify(mediaType.slice(0, 80))}.`,
  )
}

/** The content encoding named, if it is one of `accepted`; undefined when the header is absent. */
export function encodingOf(headers: Headers, accepted: readonly Encoding[]): Encoding | undefined {
  const named = (headers['content-encoding'] ?? '').trim().toLowerCase()
  if (named === '') return undefined
  const encoding = named === 'none' ? 'identity' : named === 'x-gzip' ? 'gzip' : named
  const found = accepted.find((name) => name === encoding)
  if (found) return found
  throw new Fault(
    'UNSUPPORTED_MEDIA_TYPE',
    `Send content encoding ${accepted.join(', ')}, not ${JSON.stringify(named.slice(0, 80))}.`,
  )
}

/**
 * The body without its compression. Throws BODY_TOO_LARGE before more than the limit is allocated. With `blocks` a snappy body comes
 * in memory that is used again, for readers that keep none of it.
 */
export function decompress(
  body: Buffer,
  encoding: Encoding,
  format: Entry['format'],
  limits: BodyLimits,
  blocks?: SnappyBlocks,
): Buffer {
  if (body.length > limits.bodyBytesMax) throw tooLarge('The body', limits.bodyBytesMax)
  const bytesMax =
    format === 'json'
      ? Math.min(limits.jsonBytesMax, limits.decompressedBytesMax)
      : limits.decompressedBytesMax
  const plain = expand(body, encoding, bytesMax, blocks)
  if (plain.length > bytesMax) throw tooLarge('The decompressed body', bytesMax)
  return plain
}

/** JSON of a body; throws INVALID_REQUEST when it is none. */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw new Fault('INVALID_REQUEST', 'The body is not UTF-8.')
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw new Fault('INVALID_REQUEST', `The body is not JSON: ${messageOf(error).slice(0, 200)}.`)
  }
}

/**
 * The uncompressed length that a snappy block claims in its first bytes, or -1 when there is no such number.
 * Source: google/snappy, format_description.txt, section 1.
 */
export function snappyLength(body: Buffer): number {
  let length = 0
  for (let at = 0; at < 5; at += 1) {
    const byte = body[at]
    if (byte === undefined) return -1
    length += (byte & 0x7f) * 2 ** (7 * at)
    if (byte < 0x80) return length < 4_294_967_296 ? length : -1
  }
  return -1
}

function expand(body: Buffer, encoding: Encoding, bytesMax: number, blocks?: SnappyBlocks): Buffer {
  switch (encoding) {
    case 'identity':
      return body
    case 'snappy':
      return unsnap(body, bytesMax, blocks)
    case 'gzip':
      return unzip('gzip', bytesMax, () => gunzipSync(body, { maxOutputLength: bytesMax }))
    case 'zstd':
      return unzip('zstd', bytesMax, () => zstdDecompressSync(body, { maxOutputLength: bytesMax }))
  }
}

/** A copy element of 3 bytes gives at most 64: no honest block expands more than this. */
const SNAPPY_RATIO_MAX = 22

function unsnap(body: Buffer, bytesMax: number, blocks?: SnappyBlocks): Buffer {
  const length = snappyLength(body)
  if (length < 0)
    throw new Fault('INVALID_REQUEST', 'The body is not a snappy block: it does not begin with a length.')
  if (length > bytesMax) throw tooLarge('The decompressed body', bytesMax)
  if (length > body.length * SNAPPY_RATIO_MAX + 64) {
    throw new Fault(
      'INVALID_REQUEST',
      `The body is not a snappy block: ${body.length} bytes cannot hold the ${length} it claims.`,
    )
  }
  if (blocks) return blocks.uncompress(body, length)
  try {
    return uncompressSync(body) as Buffer
  } catch (error) {
    throw new Fault('INVALID_REQUEST', `The body is not a snappy block: ${messageOf(error).slice(0, 200)}.`)
  }
}

function unzip(name: string, bytesMax: number, run: () => Buffer): Buffer {
  try {
    return run()
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge('The decompressed body', bytesMax)
    throw new Fault('INVALID_REQUEST', `The body is not ${name}: ${messageOf(error).slice(0, 200)}.`)
  }
}

const tooLarge = (what: string, bytesMax: number): Fault =>
  new Fault('BODY_TOO_LARGE', `${what} is larger than ${bytesMax} bytes. Send smaller requests.`)
