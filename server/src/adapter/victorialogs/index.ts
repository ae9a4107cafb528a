/** VictoriaLogs: log records by JSON lines, read back by LogsQL. */
export { VictoriaLogsConfig } from './config.ts'
export { openVictoriaLogStore, type VictoriaLogsOptions } from './log-store.ts'
