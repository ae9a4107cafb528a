/** SQLite: the embedded telemetry store, one file in the data folder. */
export { type BackupResult, writeBackup } from './telemetry/backup/backup.ts'
export { restoreBackup } from './telemetry/backup/restore.ts'
export { type CheckReport, checkData } from './telemetry/check/check-data.ts'
export { TelemetryStoreConfig } from './telemetry/config.ts'
export { lockFolder } from './telemetry/folder-lock.ts'
export { openTelemetryStore, type TelemetryStore } from './telemetry/open-telemetry-store.ts'
export { newestPosition } from './telemetry/write-session.ts'
