import { join } from 'node:path'
import { type AuditReader, auditReaderOf, openAuditReader } from '../../adapter/kysely/audit-reader.ts'
import { openRecordStore, openSqliteRecordStore } from '../../adapter/kysely/record-store.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import { postgresDatabaseOf } from './adapter-address.ts'
import { schemeOf } from './adapters.ts'
import { patiently } from './telemetry-ports.ts'

type Deps = { folder: string; secrets: SecretSource; log: Log }

/** So long records alone may hold the event loop. */
const recordSliceMs = 5

/** Records behind `adapters.records`: a file of the data folder, or PostgreSQL, which may begin a little later than this program. */
export function openRecords(value: string, deps: Deps & { clock: Clock }): Promise<RecordStore> {
  return schemeOf(value) === 'postgres'
    ? patiently(deps, async () => openRecordStore(await dialectOf(value, deps)))
    : openSqliteRecordStore(fileIn(deps.folder), recordSliceMs)
}

/** The audit log alone, whether or not a server has it open. Nothing is written. */
export async function openAuditRecords(value: string, deps: Deps): Promise<AuditReader> {
  return schemeOf(value) === 'postgres'
    ? auditReaderOf(await dialectOf(value, deps, true))
    : openAuditReader(fileIn(deps.folder))
}

const fileIn = (folder: string): string => join(folder, 'records.db')

async function dialectOf(value: string, { secrets, log }: Deps, readOnly = false) {
  const { PostgresConfig, postgresDialect } = await import('../../adapter/postgres/index.ts')
  const { config, ...place } = postgresDatabaseOf(value, PostgresConfig)
  const password = config.secret === '' ? {} : { password: () => secrets.read(config.secret) }
  return postgresDialect({ ...place, ...password, config, log, readOnly })
}
