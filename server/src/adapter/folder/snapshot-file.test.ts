import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { snapshotStoreConformance } from '../../port/snapshot-store.suite.ts'
import { openSnapshotFile } from './snapshot-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'aiops-snapshot-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let count = 0
let path = ''
beforeEach(() => {
  count += 1
  path = join(folder, `made-${count}`, 'state.snapshot')
})

snapshotStoreConformance(
  async () => openSnapshotFile(path),
  async (at) => {
    const bytes = readFileSync(path)
    const place = at === 'START' ? 9 : at === 'MIDDLE' ? bytes.length >> 1 : bytes.length - 1
    bytes[place] = (bytes[place] as number) ^ 1
    writeFileSync(path, bytes)
  },
)

it('refuses what was cut short, of another form, or none of ours, and says why', async () => {
  const store = openSnapshotFile(path)
  await store.write([new Uint8Array(100)])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const whole = readFileSync(path)
  const reasonOf = async (bytes: Uint8Array) => {
    writeFileSync(path, bytes)
    const found = await store.read()
    return found.kind === 'REFUSED' ? found.reason : found.kind
  }
  expect(await reasonOf(whole.subarray(0, 50))).toContain('bytes, not')
  expect(await reasonOf(whole.subarray(0, 5))).toContain('no snapshot')
  expect(await reasonOf(Buffer.from('something else that is longer'))).toContain('no snapshot')
  const newer = Buffer.from(whole)
  newer.writeUInt32LE(7, 8)
  expect(await reasonOf(newer)).toContain('of form 7')
})
