import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { ObjectStore } from '../../port/object-store.ts'
import { S3Config } from './config.ts'
import { createS3ObjectStore } from './object-store.ts'

type Answer = [status: number, body?: string, headers?: Record<string, string>]

let server: Server
let origin: string
let seen: { method: string; url: string; headers: IncomingMessage['headers'] }[]
let answers: (Answer | 'hang up' | 'silence')[]

beforeEach(async () => {
  seen = []
  answers = []
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume().on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers })
      const answer = answers.shift() ?? [200]
      if (answer === 'hang up') return request.socket.destroy()
      if (answer === 'silence') return
      response.writeHead(answer[0], answer[2]).end(answer[1] ?? '')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const storeOf = (config: Record<string, string> = {}): ObjectStore =>
  createS3ObjectStore({
    bucket: 'b',
    prefix: 'some/where',
    config: S3Config.parse({ endpoint: origin, attempts: '3', ...config }),
    secrets: { read: async (name) => `value of ${name}` },
    // Waits are skipped; how often is what counts.
    clock: { ...systemClock, sleep: async () => {} },
    random: seededRandom(1),
  })
const slowDown: Answer = [
  503,
  '<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>',
]

describe('an S3 object store', () => {
  test('signs every request, the body within, and puts the prefix before the key', async () => {
    await storeOf().put('k', new Uint8Array([1]))
    expect(seen[0]).toMatchObject({ method: 'PUT', url: '/b/some/where/k' })
    expect(seen[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=value of S3_ACCESS_KEY\/\d{8}\/us-east-1\/s3\/aws4_request, SignedHeaders=/,
    )
    expect(seen[0]?.headers['x-amz-content-sha256']).toBe(
      '4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a',
    )
  })
  test('tries again while the service is busy, hangs up or says nothing', async () => {
    answers = [slowDown, 'hang up', [204]]
    await storeOf().delete('k')
    expect(seen).toHaveLength(3)
    answers = ['silence', [200, 'x']]
    expect(await storeOf({ timeout_ms: '200' }).get('k')).toHaveLength(1)
  })
  test('gives up after its attempts and says why', async () => {
    answers = [slowDown, slowDown, slowDown, slowDown]
    await expect(storeOf().get('k')).rejects.toMatchObject({
      ...{ code: 'STORAGE_UNAVAILABLE', retry: true },
      message: expect.stringContaining('SlowDown, Reduce your request rate.'),
    })
    expect(seen).toHaveLength(3)
  })
  test('does not try again what it may not do', async () => {
    answers = [[403, '<Error><Code>SignatureDoesNotMatch</Code></Error>']]
    await expect(storeOf().put('k', new Uint8Array(1))).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringContaining('SignatureDoesNotMatch'),
    })
    expect(seen).toHaveLength(1)
  })
  test('tells a missing bucket from a missing object', async () => {
    answers = [
      [404, '<Error><Code>NoSuchKey</Code></Error>'],
      [404, '<Error><Code>NoSuchBucket</Code></Error>'],
    ]
    await expect(storeOf().get('k')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(storeOf().get('k')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })
  test('reads a list page after page', async () => {
    const page = (key: string, more: string): Answer => [
      200,
      `<R><IsTruncated>${more !== ''}</IsTruncated><NextContinuationToken>${more}</NextContinuationToken><Contents><Key>some/where/${key}</Key><Size>1</Size></Contents></R>`,
    ]
    answers = [page('a', 't/1='), page('b', '')]
    const found = []
    for await (const { key } of storeOf().list('p')) found.push(key)
    expect(found).toEqual(['a', 'b'])
    expect(seen[0]?.url).toContain('prefix=some%2Fwhere%2Fp')
    expect(seen[1]?.url).toContain('continuation-token=t%2F1%3D')
  })
  test('gives up an upload of which a part cannot be put, or that is not completed', async () => {
    const body = new Uint8Array(12 * 1_048_576)
    const store = storeOf({ part_bytes: String(5 * 1_048_576) })
    const started: Answer = [200, '<R><UploadId>u</UploadId></R>']
    const part: Answer = [200, '', { etag: '"e"' }]
    answers = [started, part, part, [403], [204]]
    await expect(store.put('k', body)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(seen.at(-1)).toMatchObject({ method: 'DELETE', url: '/b/some/where/k?uploadId=u' })
    answers = [started, part, part, part, [200, '<Error><Code>InternalError</Code></Error>'], [204]]
    await expect(store.put('k', body)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(seen.at(-1)?.method).toBe('DELETE')
  })
})
