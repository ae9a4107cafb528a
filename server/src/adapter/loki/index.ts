/** Grafana Loki: log records by push, read back by LogQL. */
export { LokiConfig } from './config.ts'
export { type LokiOptions, openLokiLogStore } from './log-store.ts'
