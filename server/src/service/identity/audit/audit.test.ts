import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, it, vi } from 'vitest'
import { openRig, recordOf, verifyFolder } from '../../../../../test/audit/open-rig.ts'
import { createCheckpointFile } from '../../../adapter/folder/checkpoint-file.ts'
import { openSigningKeyFile } from '../../../adapter/folder/signing-key-file.ts'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { ManualClock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import type { CheckpointLog } from '../../../port/audit-checkpoint.ts'
import { publicKeysOf } from './checkpoint.ts'
import { Checkpointer } from './checkpointer.ts'
import { verifyAudit } from './verify.ts'

const root = mkdtempSync(join(tmpdir(), 'aiops-audit-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let made = 0
const folderOf = (): string => {
  made += 1
  const folder = join(root, String(made))
  mkdirSync(folder)
  return folder
}
const sequences = (folder: string, name = 'checkpoints.jsonl'): number[] =>
  readFileSync(join(folder, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).sequence)

it('signs at its start, after so many entries, after so long, and at its stop, and never the same twice', async () => {
  const folder = folderOf()
  const { audit, records, clock } = await openRig(folder, 10, join(folder, 'copy', 'checkpoints.jsonl'))
  // The copy is written once the first is on disk: before that, minutes of this clock would be a disk that hangs.
  const kept = (): number[] => sequences(folder, 'copy/checkpoints.jsonl')
  await audit.start()
  for (let n = 0; n < 9; n += 1) await records.audit.append(recordOf(n))
  await clock.advance(3_000)
  expect(sequences(folder)).toEqual([0])
  await records.audit.append(recordOf(9))
  await clock.advance(1_000)
  await expect.poll(kept).toEqual([0, 10])
  await records.audit.append(recordOf(10))
  await clock.advance(599_000)
  expect(sequences(folder)).toEqual([0, 10])
  await clock.advance(2_000)
  await expect.poll(kept).toEqual([0, 10, 11])
  await clock.advance(1_200_000)
  await records.audit.append(recordOf(11))
  await audit.stop()
  expect(sequences(folder)).toEqual([0, 10, 11, 12])
  expect(kept()).toEqual([0, 10, 11, 12])
  await records.close()
})

it('tells its readers the newest checkpoints, and a verification that many ask for runs once', async () => {
  const folder = folderOf()
  const { audit, records, clock, key } = await openRig(folder, 1)
  await audit.start()
  for (let n = 0; n < 5; n += 1) {
    await records.audit.append(recordOf(n))
    await clock.advance(1_000)
    await expect.poll(() => sequences(folder).at(-1)).toBe(n + 1)
  }
  expect((await audit.checkpoints(2)).map(({ sequence }) => sequence)).toEqual([5, 4])
  expect((await audit.checkpoints(1_000)).length).toBe(6)
  const [a, b] = await Promise.all([audit.verify(true), audit.verify(true)])
  expect(a).toBe(b)
  expect(a).toMatchObject({ status: 'WHOLE', entries: 5, good_to: 5, checkpoints: 6, not_sealed: 0 })
  expect(a.last_checkpoint?.key_id).toBe(key.keyId)
  expect(await audit.verify(false)).toBe(a)
  expect(await audit.verify(true)).not.toBe(a)
  await audit.stop()
  await records.close()
})

it('sees what is changed from outside before the next checkpoint, and leaves the proof of it', async () => {
  const folder = folderOf()
  const { audit, records, clock, key } = await openRig(folder, 100)
  await audit.start()
  for (let n = 0; n < 7; n += 1) await records.audit.append(recordOf(n))
  await clock.advance(1_000)
  const other = new DatabaseSync(join(folder, 'records.db'))
  other.exec('drop trigger audit_kept; delete from audit where sequence >= 6')
  other.close()
  await clock.advance(1_000)
  await expect.poll(() => sequences(folder)).toEqual([0, 7, 5])
  await clock.advance(60_000)
  await expect.poll(async () => (await audit.verify(false)).status).toBe('BROKEN')
  const found = await verifyFolder(folder, key.publicKey)
  expect(found).toMatchObject({ status: 'BROKEN', first_bad: 6, findings: [{ kind: 'TRUNCATED' }] })
  await audit.stop()
  await records.close()
})

it('goes on when a copy of the checkpoints cannot be written', async () => {
  const folder = folderOf()
  const { audit, records, key } = await openRig(folder, 10, join(folder, 'records.db', 'not-a-folder'))
  await audit.start()
  await records.audit.append(recordOf(1))
  await audit.stop()
  await records.close()
  expect(sequences(folder)).toEqual([0, 1])
  expect((await verifyFolder(folder, key.publicKey)).status).toBe('WHOLE')
})

it('is not taken for cut off by what is written and signed while it is verified', async () => {
  const folder = folderOf()
  const { audit, records, clock, key } = await openRig(folder, 1)
  await audit.start()
  for (let n = 0; n < 5; n += 1) await records.audit.append(recordOf(n))
  const file = createCheckpointFile(join(folder, 'checkpoints.jsonl'))
  const found = await verifyAudit({
    ...{ chain: records.audit, keys: publicKeysOf(key.publicKey), clock },
    checkpoints: [
      {
        ...file,
        async *lines() {
          for (let n = 5; n < 9; n += 1) await records.audit.append(recordOf(n))
          await audit.stop()
          expect(sequences(folder)).toContain(9)
          yield* file.lines()
        },
      },
    ],
  })
  expect(found).toMatchObject({ status: 'WHOLE', entries: 5, findings: [] })
  await records.close()
})

it('gives up a verification that is under way when the server stops', async () => {
  const folder = folderOf()
  const { audit, records } = await openRig(folder)
  await audit.start()
  await records.audit.append(recordOf(1))
  const asked = expect(audit.verify(true)).rejects.toMatchObject({ code: 'NOT_READY' })
  await audit.stop()
  await asked
  await records.close()
})

it('waits for no checkpoint log that hangs', async () => {
  const folder = folderOf()
  const records = await openSqliteRecordStore(join(folder, 'records.db'))
  const key = await openSigningKeyFile(join(folder, 'key.pem'))
  const clock = new ManualClock()
  const kept: string[] = []
  const log = { exists: async () => true, async *lines() {} }
  const checkpointer = new Checkpointer(
    {
      ...{ chain: records.audit, key, clock, log: silentLog, metrics: createMetrics() },
      logs: [
        { ...log, name: 'hanging', append: () => new Promise<void>(() => undefined) },
        { ...log, name: 'good', append: async (line) => void kept.push(line) },
      ],
    },
    { every: 1, intervalMs: 1_000 },
  )
  const started = checkpointer.start()
  await vi.waitFor(async () => {
    await clock.advance(10_000)
    expect(kept).toHaveLength(1)
  })
  await started
  await records.close()
})

it('is not called whole where a checkpoint log cannot be read to its end', async () => {
  const folder = folderOf()
  const { audit, records, clock, key } = await openRig(folder)
  await audit.start()
  await audit.stop()
  const file = createCheckpointFile(join(folder, 'checkpoints.jsonl'))
  const failing = {
    ...file,
    async *lines() {
      yield* file.lines()
      throw new Fault('STORAGE_UNAVAILABLE', 'The disk does not answer.')
    },
  }
  const keys = publicKeysOf(key.publicKey)
  const verify = (...checkpoints: CheckpointLog[]) =>
    verifyAudit({ chain: records.audit, keys, clock, checkpoints })
  expect((await verify(file)).status).toBe('WHOLE')
  expect(await verify(failing)).toMatchObject({ status: 'UNPROVEN', notices: ['The disk does not answer.'] })
  await records.close()
})
