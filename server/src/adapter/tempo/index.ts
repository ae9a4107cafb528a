/** Grafana Tempo: spans by OTLP, read back by trace id and TraceQL. */
export { TempoConfig } from './config.ts'
export { createTempoBackend } from './trace-backend.ts'
export { openTempoTraceStore, type TempoOptions } from './trace-store.ts'
