import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { eventBusConformance } from '../../port/event-bus.suite.ts'
import { createMemoryBus } from './event-bus.ts'

eventBusConformance(() => createMemoryBus({ log: silentLog, metrics: createMetrics(), telemetryMax: 8 }))
