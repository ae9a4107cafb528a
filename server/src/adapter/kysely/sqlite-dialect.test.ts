import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSqliteRecordStore } from './record-store.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-dialect-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** How often others had their turn while 50 statements followed one another. */
async function turnsWith(sliceMs: number | undefined): Promise<number> {
  const records = await openSqliteRecordStore(join(folder, 'records.db'), sliceMs)
  let turns = 0
  let isOver = false
  const turn = (): void => {
    turns += 1
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  for (let i = 0; i < 50; i += 1) await records.alerts.latest('default', 'x')
  isOver = true
  const found = turns
  await records.close()
  return found
}

it('lets others have their turn between statements that take too long together, and only then', async () => {
  expect(await turnsWith(0)).toBeGreaterThan(20)
  expect(await turnsWith(undefined)).toBe(0)
})
