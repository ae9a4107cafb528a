import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPositionFile } from './position-file.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-positions-'))
  path = join(folder, 'positions.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a position file', () => {
  test('keeps the position of each store over a restart', async () => {
    const file = openPositionFile(path)
    expect(file.read('metrics')).toBe(0)
    await Promise.all([file.save('metrics', 5), file.save('logs', 7), file.save('metrics', 9)])
    const again = openPositionFile(path)
    expect([again.read('metrics'), again.read('logs'), again.read('traces')]).toEqual([9, 7, 0])
  })
  test('counts as none when it is damaged', () => {
    for (const text of ['{', '[]', 'null', '{"metrics":"x"}']) {
      writeFileSync(path, text)
      expect(openPositionFile(path).read('metrics')).toBe(0)
    }
  })
})
