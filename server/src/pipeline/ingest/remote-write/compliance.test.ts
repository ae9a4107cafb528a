import { compressSync } from 'snappy'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import type { IngestReply } from '../index.ts'
import { now } from '../request.suite.ts'
import { Rig } from '../rig.suite.ts'
import { named, refusedCases, sample, takenCases, testJob, withExemplar } from './compliance.suite.ts'
import { encodeCases, type SeriesCase, type Version } from './series-case.suite.ts'

/** The cases of the Prometheus project's receiver suite for remote write 2.0 (prometheus/compliance, remotewrite/receiver). */
const TYPE_1 = 'application/x-protobuf'
const TYPE_2 = 'application/x-protobuf;proto=io.prometheus.write.v2.Request'

async function post(rig: Rig, body: Uint8Array, headers: Record<string, string>): Promise<IngestReply> {
  const receiver = rig.ingest.receivers.find(({ path }) => path === '/api/v1/write')
  try {
    return await rig.send('/api/v1/write', body, headers)
  } catch (error) {
    const refusal = isFault(error) ? receiver?.refuse?.(error, headers) : undefined
    if (!refusal) throw error
    return refusal
  }
}
const headersOf = (version: Version, more: Record<string, string> = {}): Record<string, string> => ({
  'content-type': version === 1 ? TYPE_1 : TYPE_2,
  'content-encoding': 'snappy',
  ...(version === 2 ? { 'x-prometheus-remote-write-version': '2.0.0' } : {}),
  ...more,
})
const bodyOf = (version: Version, series: readonly SeriesCase[]): Buffer =>
  compressSync(encodeCases(version, series)) as Buffer

/** Numbers the answer says were written, [samples, histograms, exemplars]; null where it does not say. */
const writtenIn = ({ headers = {} }: IngestReply): (number | null)[] =>
  ['samples', 'histograms', 'exemplars'].map((sort) => {
    const value = headers[`x-prometheus-remote-write-${sort}-written`]
    return value === undefined ? null : Number(value)
  })

describe('a receiver of remote write 2.0', () => {
  it.each(takenCases)(
    'takes %s with 204 and an empty body, and says how much was written',
    async (_, series, written) => {
      const rig = await Rig.started({ nowMs: now })
      const answer = await post(rig, bodyOf(2, series), headersOf(2))
      expect([answer.status, answer.body]).toEqual([204, undefined])
      expect(writtenIn(answer)).toEqual(written)
      expect(rig.stored.metrics).toHaveLength(written[0])
    },
  )

  it.each(refusedCases)(
    'refuses %s with 400 and a sentence, and says how much was written all the same',
    async (_, series, written) => {
      const rig = await Rig.started({ nowMs: now })
      const answer = await post(rig, bodyOf(2, series), headersOf(2))
      expect(answer.status).toBe(400)
      expect(writtenIn(answer)).toEqual(written)
      expect(answer.headers?.['content-type']).toMatch(/^text\/plain/)
      expect(String(answer.body)).toMatch(/^\w.{10,}\.\n$/)
      expect(rig.stored.metrics).toHaveLength(written[0])
    },
  )

  it('keeps the payload of a stale marker', async () => {
    const rig = await Rig.started({ nowMs: now })
    const body = encodeCases(2, [sample(testJob, 1.5)])
    Buffer.from('020000000000f07f', 'hex').copy(body, body.indexOf(Buffer.from('000000000000f83f', 'hex')))
    expect((await post(rig, compressSync(body) as Buffer, headersOf(2))).status).toBe(204)
    expect(rig.stored.metrics.map(({ bits }) => bits)).toEqual(['7ff0000000000002'])
  })

  it.each([
    ['application/json', { 'content-type': 'application/json' }],
    ['image/png', { 'content-type': 'image/png' }],
    ['an unknown message', { 'content-type': `${TYPE_1};proto=io.prometheus.write.v3.Request` }],
    ['a message named like a property of objects', { 'content-type': `${TYPE_1};proto=constructor` }],
    ['an empty message name', { 'content-type': `${TYPE_1};proto=` }],
    ['gzip', { 'content-encoding': 'gzip' }],
    ['deflate', { 'content-encoding': 'deflate' }],
    ['zstd', { 'content-encoding': 'zstd' }],
  ])('refuses %s with 415, whatever the body', async (_, headers) => {
    const rig = await Rig.started({ nowMs: now })
    for (const body of [bodyOf(2, [sample(testJob)]), Buffer.from('0nonsense')])
      expect((await post(rig, body, headersOf(2, headers))).status).toBe(415)
    expect(rig.disk.entries).toEqual([])
  })

  it.each([
    `${TYPE_1}; proto="io.prometheus.write.v2.Request"`,
    `${TYPE_1} ;charset=utf-8; Proto=io.prometheus.write.v2.Request`,
  ])('reads the content type %s as RFC 9110 writes parameters', async (type) => {
    const rig = await Rig.started({ nowMs: now })
    const answer = await post(rig, bodyOf(2, [sample(testJob)]), headersOf(2, { 'content-type': type }))
    expect([answer.status, writtenIn(answer)]).toEqual([204, [1, 0, 0]])
  })

  it('refuses a broken body with 400 and zeros', async () => {
    const rig = await Rig.started({ nowMs: now })
    const broken = bodyOf(2, [sample(named('up'))])
    broken[0] = 0x30
    const nonsense = compressSync(Buffer.from([0x2a, 0x05, 0xff])) as Buffer
    for (const body of [broken, nonsense, Buffer.alloc(0)]) {
      const answer = await post(rig, body, headersOf(2))
      expect([answer.status, writtenIn(answer)]).toEqual([400, [0, 0, 0]])
    }
    expect(rig.disk.entries).toEqual([])
  })

  it('takes 1.0 beside it and says nothing of what was written, as 1.0 does', async () => {
    const rig = await Rig.started({ nowMs: now })
    for (const type of [TYPE_1, `${TYPE_1};proto=prometheus.WriteRequest`]) {
      const body = bodyOf(1, [sample(testJob), sample(named('http_requests_total'), 100)])
      const answer = await post(rig, body, headersOf(1, { 'content-type': type }))
      expect([answer.status, writtenIn(answer)]).toEqual([204, [null, null, null]])
    }
    const broken = bodyOf(1, [sample(named('error_test'))])
    broken[0] = 0xff
    const answer = await post(rig, broken, headersOf(1))
    expect([answer.status, writtenIn(answer)]).toEqual([400, [null, null, null]])
  })

  it('finds nothing, and no error, in one message read as the other, since their fields are apart', async () => {
    const rig = await Rig.started({ nowMs: now })
    const answers = [
      await post(rig, bodyOf(1, [sample(testJob)]), headersOf(2)),
      await post(rig, bodyOf(2, [sample(testJob)]), headersOf(1)),
    ]
    expect(answers.map(({ status }) => status)).toEqual([204, 204])
    expect(rig.stored.metrics).toEqual([])
  })

  it('restores from the log what it took of 2.0', async () => {
    const rig = await Rig.started({ nowMs: now })
    await post(rig, bodyOf(2, [withExemplar(testJob, { trace_id: 'x' }), sample(named('b'))]), headersOf(2))
    const again = await rig.crash()
    expect(again.stored.metrics).toEqual(rig.stored.metrics)
    expect(again.stored.metrics).toHaveLength(2)
  })
})
