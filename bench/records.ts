import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecretFolder } from '../server/src/adapter/folder/secret-folder.ts'
import { openRecords } from '../server/src/app/storage/records.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import type { RecordStore } from '../server/src/port/record-store.ts'

/**
 * Records of a bench: a file in a new folder, or what `--records URL` names, as `adapters.records` has it (its secret from
 * `AIOPS_SECRET_NAME`). The schema must be an empty one. CPU that a server elsewhere takes is not in the figures of this process.
 */
export async function openBenchRecords(
  url = 'sqlite:',
): Promise<{ records: RecordStore; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-records-'))
  const records = await openRecords(url, {
    ...{ folder, secrets: createSecretFolder(folder), clock: systemClock, log: silentLog },
  })
  return {
    records,
    async close() {
      await records.close()
      rmSync(folder, { recursive: true })
    },
  }
}
