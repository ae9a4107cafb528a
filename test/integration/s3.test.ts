import { afterAll, beforeAll, expect, test } from 'vitest'
import { createS3ObjectStore, S3Config } from '../../server/src/adapter/s3/index.ts'
import { createSignedFetch } from '../../server/src/adapter/s3/signed-fetch.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { systemRandom } from '../../server/src/kernel/random.ts'
import { objectStoreConformance } from '../../server/src/port/object-store.suite.ts'
import type { ObjectStore } from '../../server/src/port/object-store.ts'
import { integration, type RealServer, startServer } from './real-server.ts'

let buckets = 0

integration('a real MinIO', ['minio'], () => {
  let server: RealServer
  beforeAll(async () => {
    server = await startServer({
      program: 'minio',
      readyPath: '/minio/health/live',
      env: { MINIO_ROOT_USER: 'someone', MINIO_ROOT_PASSWORD: 'some-secret-key', MINIO_BROWSER: 'off' },
      args: (port, folder) => ['server', '--address', `127.0.0.1:${port}`, '--quiet', `${folder}/data`],
    })
  })
  afterAll(() => server?.stop())

  const optionsOf = (bucket: string, config: Record<string, string> = {}) => ({
    bucket,
    prefix: 'aiops',
    config: S3Config.parse({ endpoint: server.origin, ...config }),
    secrets: { read: async (name: string) => (name === 'S3_ACCESS_KEY' ? 'someone' : 'some-secret-key') },
    clock: systemClock,
    random: systemRandom,
  })
  const newBucket = async (): Promise<string> => {
    const bucket = `bucket-${++buckets}`
    await createSignedFetch(optionsOf(bucket))({ method: 'PUT', key: '' }, [200])
    return bucket
  }

  objectStoreConformance('S3', async () => {
    const bucket = await newBucket()
    const open = async (): Promise<ObjectStore> => createS3ObjectStore(optionsOf(bucket))
    return { store: await open(), restart: open, close: async () => {} }
  })
  test('an object larger than a part is put in parts and read as one, and in part', async () => {
    const store = createS3ObjectStore(optionsOf(await newBucket(), { part_bytes: String(5 * 1_048_576) }))
    const body = Uint8Array.from({ length: 13 * 1_048_576 }, (_, i) => i % 251)
    await store.put('large', body)
    expect(Buffer.from(await store.get('large')).equals(body)).toBe(true)
    const start = 5 * 1_048_576 - 3
    expect([...(await store.get('large', { start, end: start + 6 }))]).toEqual([
      ...body.subarray(start, start + 6),
    ])
  })
  test('a list goes over pages of a thousand', async () => {
    const store = createS3ObjectStore(optionsOf(await newBucket()))
    const names = Array.from({ length: 1_005 }, (_, i) => `k/${String(i).padStart(4, '0')}`)
    for (let at = 0; at < names.length; at += 50)
      await Promise.all(names.slice(at, at + 50).map((name) => store.put(name, new Uint8Array(1))))
    const found = []
    for await (const { key } of store.list('k/')) found.push(key)
    expect(found).toEqual(names)
  })
  test('a wrong key and a missing bucket are told', async () => {
    const wrong = { ...optionsOf('any'), secrets: { read: async () => 'wrong' } }
    await expect(createS3ObjectStore(wrong).get('k')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringContaining('InvalidAccessKeyId'),
    })
    await expect(createS3ObjectStore(optionsOf('missing')).get('k')).rejects.toMatchObject({
      message: expect.stringContaining('no bucket missing'),
    })
  })
})
