import { join } from 'node:path'
import { createCheckpointFile } from '../../server/src/adapter/folder/checkpoint-file.ts'
import { openSigningKeyFile } from '../../server/src/adapter/folder/signing-key-file.ts'
import { openAuditReader } from '../../server/src/adapter/kysely/audit-reader.ts'
import { openSqliteRecordStore } from '../../server/src/adapter/kysely/record-store.ts'
import { ManualClock, systemClock } from '../../server/src/kernel/clock.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import type { AuditRecord } from '../../server/src/port/record-store.ts'
import { createAudit } from '../../server/src/service/identity/audit/audit.ts'
import { publicKeysOf } from '../../server/src/service/identity/audit/checkpoint.ts'
import { verifyAudit } from '../../server/src/service/identity/audit/verify.ts'

export const recordOf = (n: number): AuditRecord => ({
  ...{ at: new Date(1_700_000_000_000 + n * 1_000).toISOString(), tenant: n % 5 === 4 ? 'shop' : 'default' },
  ...{ actor: `user-${n % 7}`, action: 'createReport', resource: `/api/v1/reports/${n}` },
  ...{ outcome: n % 11 === 0 ? 'DENIED' : 'SUCCESS', details: n % 3 === 0 ? { n, why: 'ünï' } : {} },
})

/** A real database and a real checkpoint file in the folder, signed every `every` entries. */
export async function openRig(folder: string, every = 10, copy?: string) {
  const records = await openSqliteRecordStore(join(folder, 'records.db'))
  const key = await openSigningKeyFile(join(folder, 'key.pem'))
  const clock = new ManualClock()
  const logs = [createCheckpointFile(join(folder, 'checkpoints.jsonl'))] as const
  const audit = createAudit(
    {
      ...{ chain: records.audit, key, publicKeys: key.publicKey, clock, log: silentLog },
      ...{ metrics: createMetrics(), readable: logs },
      logs: copy === undefined ? logs : [...logs, createCheckpointFile(copy)],
    },
    { every, intervalMs: 600_000, verifyMs: 60_000 },
  )
  return { records, key, clock, audit }
}

/** As the command line verifies what lies in a folder. */
export async function verifyFolder(folder: string, publicKey: string, strict = false) {
  const reader = openAuditReader(join(folder, 'records.db'))
  try {
    return await verifyAudit({
      ...{ chain: reader, keys: publicKeysOf(publicKey), strict, clock: systemClock },
      checkpoints: [createCheckpointFile(join(folder, 'checkpoints.jsonl'))],
    })
  } finally {
    await reader.close()
  }
}
