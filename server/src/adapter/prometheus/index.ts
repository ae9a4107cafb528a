/** Prometheus: asks whatever answers its HTTP API (Prometheus, Thanos, VictoriaMetrics, Mimir) for metrics, and an Alertmanager for alerts. */
export { createAlertmanagerBackend } from './alertmanager-backend.ts'
export { createPrometheusBackend } from './metric-backend.ts'
