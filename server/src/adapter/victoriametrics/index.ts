/** VictoriaMetrics (single-node): samples by remote write, read back by export. */
export { VictoriaMetricsConfig } from './config.ts'
export { openVictoriaMetricStore, type VictoriaMetricsOptions } from './metric-store.ts'
