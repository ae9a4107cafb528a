import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { objectStoreConformance } from '../../port/object-store.suite.ts'
import { openObjectFolder } from './object-folder.ts'

objectStoreConformance('a folder', async () => {
  const path = mkdtempSync(join(tmpdir(), 'aiops-objects-'))
  return {
    store: await openObjectFolder(path),
    restart: () => openObjectFolder(path),
    close: async () => rmSync(path, { recursive: true }),
  }
})

test('removes what a crash left half-written, and never shows it', async () => {
  const path = mkdtempSync(join(tmpdir(), 'aiops-objects-'))
  mkdirSync(join(path, 'a'))
  const store = await openObjectFolder(path)
  writeFileSync(join(path, 'a', 'k.0123.partial'), 'half')
  const seen: string[] = []
  for await (const { key } of store.list('')) seen.push(key)
  expect(seen).toEqual([])
  await openObjectFolder(path)
  expect(readdirSync(join(path, 'a'))).toEqual([])
  rmSync(path, { recursive: true })
})

test('a folder that cannot be written answers STORAGE_UNAVAILABLE', async () => {
  const path = mkdtempSync(join(tmpdir(), 'aiops-objects-'))
  const store = await openObjectFolder(path)
  writeFileSync(join(path, 'file'), '')
  await expect(store.put('file/below', new Uint8Array(1))).rejects.toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
    retry: true,
  })
  rmSync(path, { recursive: true })
})
