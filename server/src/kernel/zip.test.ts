import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ZipEntry, zipOf } from './zip.ts'

const timeMs = Date.UTC(2026, 0, 2, 3, 4, 6)

/** By the central directory, as readers do. */
function read(archive: Uint8Array): Map<string, Buffer> {
  const bytes = Buffer.from(archive)
  const end = bytes.length - 22
  expect(bytes.readUInt32LE(end)).toBe(0x06054b50)
  let at = bytes.readUInt32LE(end + 16)
  const files = new Map<string, Buffer>()
  for (let i = 0; i < bytes.readUInt16LE(end + 10); i++) {
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50)
    const [method, crc] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 16)]
    const [packed, size] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24)]
    const nameLength = bytes.readUInt16LE(at + 28)
    const name = bytes.subarray(at + 46, at + 46 + nameLength).toString()
    const local = bytes.readUInt32LE(at + 42)
    expect(bytes.readUInt32LE(local)).toBe(0x04034b50)
    expect(bytes.subarray(local + 30, local + 30 + nameLength).toString()).toBe(name)
    const body = bytes.subarray(local + 30 + nameLength, local + 30 + nameLength + packed)
    const content = method === 8 ? inflateRawSync(body) : body
    expect([content.length, crc32(content)]).toEqual([size, crc])
    files.set(name, content)
    at += 46 + nameLength
  }
  expect(at).toBe(end)
  return files
}

describe('a zip archive', () => {
  test('gives back what was put into it', async () => {
    const path = fc.stringMatching(/^[a-zé0-9]{1,8}(\/[a-z0-9 .]{0,7}[a-z]){0,3}$/)
    const entry = fc.record({ path, content: fc.oneof(fc.string(), fc.uint8Array({ maxLength: 5_000 })) })
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(entry, { selector: (one) => one.path }),
        async (entries: ZipEntry[]) => {
          const files = read(await zipOf(entries, timeMs))
          expect([...files.keys()]).toEqual(entries.map((one) => one.path))
          for (const one of entries) expect(files.get(one.path)).toEqual(Buffer.from(one.content as string))
        },
      ),
      { numRuns: 100 },
    )
  })

  test('is the same for the same entries and time, and packs what packs', async () => {
    const entries = [{ path: 'a/b.txt', content: 'again and '.repeat(1_000) }]
    const archive = await zipOf(entries, timeMs)
    expect(archive).toEqual(await zipOf(entries, timeMs))
    expect(archive.length).toBeLessThan(400)
  })

  test.each(['../x', '/etc/passwd', 'a//b', 'a/./b', 'C:x', 'a\\b', 'a\0', ''])(
    'refuses the path %j',
    async (path) => {
      await expect(zipOf([{ path, content: '' }], timeMs)).rejects.toThrow('no path')
    },
  )

  const readers = [
    { program: 'python3', list: ['-m', 'zipfile', '-l'], check: ['-m', 'zipfile', '-t'] },
    { program: 'unzip', list: ['-l'], check: ['-t'] },
  ]
  test.each(readers)('is read by $program', async ({ program, list, check }) => {
    if (spawnSync(program, ['--help']).error) return expect(program).not.toBe('')
    const folder = mkdtempSync(join(tmpdir(), 'zip-'))
    try {
      const file = join(folder, 'x.zip')
      writeFileSync(
        file,
        await zipOf(
          [
            { path: 'logs/shop/web.log', content: 'line\n'.repeat(500) },
            { path: 'é.json', content: '{}' },
            { path: 'empty', content: '' },
          ],
          timeMs,
        ),
      )
      expect(readFileSync(file).length).toBeGreaterThan(100)
      execFileSync(program, [...check, file])
      expect(execFileSync(program, [...list, file]).toString()).toMatch(
        /logs\/shop\/web\.log|2026-01-02 03:04/,
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
