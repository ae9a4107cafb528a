import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sourceOf, textOf } from './text-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-text-'))

it('says why a file cannot be read, in words', async () => {
  const missing = join(folder, 'missing.yaml')
  const sentence = `${missing} cannot be read (no such file or directory): check the path.`
  expect(() => textOf(missing)).toThrow(sentence)
  await expect(sourceOf(missing)).rejects.toThrow(sentence)
  expect(() => textOf(folder)).toThrow(`${folder} cannot be read (illegal operation on a directory)`)
})

it('takes text, an empty file too, and nothing binary', () => {
  const file = join(folder, 'a.md')
  for (const text of ['', 'Ünïcode\n']) {
    writeFileSync(file, text)
    expect(textOf(file)).toBe(text)
  }
  writeFileSync(file, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]))
  expect(() => textOf(file)).toThrow(`${file} is no text file.`)
})
