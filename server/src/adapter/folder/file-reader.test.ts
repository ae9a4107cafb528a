import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createDocumentFiles } from './document-files.ts'
import { createFileReader } from './file-reader.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-files-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const reader = createFileReader()

it('lists by pattern in order, reads, and names what cannot be read', async () => {
  for (const name of ['b.json', 'a.json', 'c.txt']) writeFileSync(join(folder, name), name)
  expect(await reader.list(join(folder, '*.json'))).toEqual([join(folder, 'a.json'), join(folder, 'b.json')])
  expect(await reader.list(join(folder, 'none', '*.json'))).toEqual([])
  expect(await reader.read(join(folder, 'a.json'))).toBe('a.json')
  await expect(reader.read(join(folder, 'missing'))).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    message: expect.stringContaining('missing'),
  })
  writeFileSync(join(folder, 'large'), Buffer.alloc(8 * 1_048_576 + 1))
  await expect(reader.read(join(folder, 'large'))).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
})

it('gives single files and those of a folder under their whole paths, and says which cannot be read', async () => {
  writeFileSync(join(folder, 'p.yaml'), 'x')
  const source = createDocumentFiles(
    { files: [join(folder, 'c.txt'), join(folder, 'gone.yml')], folder },
    reader,
  )
  expect(await source.load()).toEqual([
    { file: join(folder, 'c.txt'), text: 'c.txt' },
    { file: join(folder, 'gone.yml'), text: '', problem: expect.stringContaining('gone.yml') },
    { file: join(folder, 'p.yaml'), text: 'x', modifiedMs: expect.any(Number) },
  ])
})
