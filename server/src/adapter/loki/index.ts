/** Grafana Loki: log records by push, read back by LogQL. */
export { LokiConfig } from './config.ts'
export { createLokiBackend } from './log-backend.ts'
export { type LokiOptions, openLokiLogStore } from './log-store.ts'
