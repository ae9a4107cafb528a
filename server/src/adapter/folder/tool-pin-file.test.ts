import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createToolPinFile } from './tool-pin-file.ts'

function pathOfNone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-pins-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'mcp-tools.json')
}

test('pins come back as they were kept, in a file that its owner alone can read', async () => {
  const path = pathOfNone()
  const pins = { docs__search: { sha256: 'a'.repeat(64), at: '2026-01-01T00:00:00.000Z' } }
  expect(await createToolPinFile(path).read()).toEqual({})
  await createToolPinFile(path).save(pins)
  expect(await createToolPinFile(path).read()).toEqual(pins)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'utf8')).toMatch(/\n$/)
})

test.each(['', '{"docs__search":', '{"docs__search":{"sha256":"short","at":""}}', '[]'])(
  'a file that cannot be read is said, and trusts nothing anew: %j',
  async (text) => {
    const path = pathOfNone()
    writeFileSync(path, text)
    await expect(createToolPinFile(path).read()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  },
)
