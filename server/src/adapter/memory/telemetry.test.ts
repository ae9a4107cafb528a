import { logStoreConformance } from '../../port/log-store.suite.ts'
import { metricStoreConformance } from '../../port/metric-store.suite.ts'
import { telemetryLogConformance } from '../../port/telemetry-log.suite.ts'
import { traceStoreConformance } from '../../port/trace-store.suite.ts'
import { MemoryLogStore, MemoryMetricStore, MemoryTelemetryLog, MemoryTraceStore } from './telemetry.ts'

// Restarts are skipped: memory keeps nothing.
const close = async (): Promise<void> => {}
const restart = (): Promise<never> => Promise.reject(new Error('memory keeps nothing over a restart'))

telemetryLogConformance(
  'memory',
  async () => ({ log: new MemoryTelemetryLog(100_000), restart, close }),
  false,
)
metricStoreConformance(
  'memory',
  async () => ({ store: new MemoryMetricStore({ seriesMax: 50 }), restart, close }),
  false,
)
logStoreConformance('memory', async () => ({ store: new MemoryLogStore(), restart, close }), false)
traceStoreConformance('memory', async () => ({ store: new MemoryTraceStore(), restart, close }), false)
