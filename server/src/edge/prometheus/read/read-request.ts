import type { Matcher } from '@aiops/contract/model/label'
import { uncompressSync } from 'snappy'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import { ProtobufReader } from '../../../pipeline/ingest/index.ts'

export type ReadQuery = { startMs: number; endMs: number; matchers: Matcher[] }
export type ReadRequest = { queries: ReadQuery[]; accepted: ('SAMPLES' | 'STREAMED_XOR_CHUNKS')[] }

/** A request names series and times: this is far more than any needs. */
const bytesMax = 1_048_576
const queriesMax = 100
const matchersMax = 1_000

const ops = ['=', '!=', '=~', '!~'] as const
const types = ['SAMPLES', 'STREAMED_XOR_CHUNKS'] as const

/** A ReadRequest (prometheus, `prompb/remote.proto`) in a snappy block. Throws INVALID_REQUEST, BODY_TOO_LARGE. */
export function readRequest(body: Buffer): ReadRequest {
  const reader = new ProtobufReader(plainOf(body))
  const request: ReadRequest = { queries: [], accepted: [] }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === 0x0a) {
      if (request.queries.length >= queriesMax)
        throw new Fault('INVALID_REQUEST', `A request may hold ${queriesMax} queries.`)
      const outer = reader.enter()
      request.queries.push(readQuery(reader))
      reader.leave(outer)
    } else if (tag === 0x10) accept(request, reader.uint32())
    else if (tag === 0x12) {
      const outer = reader.enter()
      while (reader.pos < reader.end) accept(request, reader.uint32())
      reader.leave(outer)
    } else reader.skip(tag)
  }
  return request
}

function accept(request: ReadRequest, number: number): void {
  const type = types[number]
  if (type && !request.accepted.includes(type)) request.accepted.push(type)
}

/** A snappy block says first how long it is: that is looked at before anything is made. */
function plainOf(body: Buffer): Buffer {
  let length = 0
  let at = 0
  for (; at < 5 && at < body.length; at += 1) {
    length += (body[at]! & 0x7f) * 2 ** (7 * at)
    if (body[at]! < 0x80) break
  }
  if (length > bytesMax)
    throw new Fault('BODY_TOO_LARGE', `The body may have ${bytesMax} bytes after decompression.`)
  try {
    const plain = uncompressSync(body, { asBuffer: true })
    return Buffer.isBuffer(plain) ? plain : Buffer.from(plain)
  } catch (error) {
    throw new Fault('INVALID_REQUEST', `The body is not a snappy block: ${messageOf(error)}.`)
  }
}

function readQuery(reader: ProtobufReader): ReadQuery {
  const query: ReadQuery = { startMs: 0, endMs: 0, matchers: [] }
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === 0x08) query.startMs = reader.int64()
    else if (tag === 0x10) query.endMs = reader.int64()
    else if (tag === 0x1a) {
      if (query.matchers.length >= matchersMax)
        throw new Fault('INVALID_REQUEST', `A query may hold ${matchersMax} matchers.`)
      const outer = reader.enter()
      query.matchers.push(readMatcher(reader))
      reader.leave(outer)
    } else reader.skip(tag)
  }
  if (query.endMs < query.startMs) throw new Fault('INVALID_REQUEST', 'A query ends before it starts.')
  return query
}

function readMatcher(reader: ProtobufReader): Matcher {
  let [op, name, value]: [Matcher['op'], string, string] = ['=', '', '']
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === 0x08) {
      const found = ops[reader.uint32()]
      if (!found) throw new Fault('INVALID_REQUEST', 'invalid matcher type')
      op = found
    } else if (tag === 0x12) name = reader.text()
    else if (tag === 0x1a) value = reader.text()
    else reader.skip(tag)
  }
  return { name, op, value }
}
