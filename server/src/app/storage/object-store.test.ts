import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openObjectStore } from './object-store.ts'

const secrets = { read: async () => 'secret' }

test('a folder may be named with or without its scheme', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-objects-'))
  const store = await openObjectStore(folder, secrets)
  await store.put('k', Uint8Array.of(1))
  for (const url of [`folder:${folder}`, `folder://${folder}`])
    expect(await (await openObjectStore(url, secrets)).get('k')).toHaveLength(1)
  rmSync(folder, { recursive: true })
})
test.for([
  ['ftp://host/path', /folder:\/path or s3:/],
  ['folder:', /names no folder/],
  ['s3:///prefix', /no bucket/],
  ['s3://bucket/prefix?colour=red', /colour/],
  ['s3://bucket/prefix?timeout_ms=1', /timeout_ms/],
] as const)('%s is refused, saying why', async ([url, sentence]) => {
  await expect(openObjectStore(url, secrets)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(sentence),
  })
})
test('a bucket is opened without being asked', async () => {
  const store = await openObjectStore('s3://bucket/some/where?endpoint=http://127.0.0.1:9', secrets)
  await store.close()
})
