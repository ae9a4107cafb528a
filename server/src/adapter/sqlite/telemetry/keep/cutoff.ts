import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import type { TelemetryStoreConfig } from '../config.ts'

export type KeptSignal = 'metrics' | 'logs' | 'traces'
export const keptSignals: readonly KeptSignal[] = ['metrics', 'logs', 'traces']
/** As rows name them. */
export const signalOf = { metrics: 'metric', logs: 'log', traces: 'span' } as const

/** How long and how many bytes of a signal of a tenant are kept. */
export function keepOf(
  config: TelemetryStoreConfig['retention'],
  signal: KeptSignal,
  tenant: TenantId,
): { ageMs: number; bytes: number } {
  const own = Object.hasOwn(config.tenants, tenant) ? config.tenants[tenant]?.[signal] : undefined
  return {
    ageMs: durationMs(own?.age ?? config[signal].age),
    bytes: own?.bytes ?? config[signal].bytes,
  }
}

/** The moment before which reads show nothing, by signal and tenant: moves with the clock, and forward when bytes run out. */
export class Cutoffs {
  readonly #config: TelemetryStoreConfig['retention']
  readonly #now: () => number
  readonly #byBytes = new Map<string, number>()
  constructor(config: TelemetryStoreConfig['retention'], now: () => number) {
    this.#config = config
    this.#now = now
  }
  of(signal: KeptSignal, tenant: TenantId): number {
    const { ageMs } = keepOf(this.#config, signal, tenant)
    return Math.max(this.#now() - ageMs, this.#byBytes.get(`${signal}/${tenant}`) ?? Number.NEGATIVE_INFINITY)
  }
  /** What was dropped for its size stays out of sight, also where a piece that holds newer data still has some of it. */
  raise(signal: KeptSignal, tenant: TenantId, timeMs: number): void {
    const key = `${signal}/${tenant}`
    this.#byBytes.set(key, Math.max(timeMs, this.#byBytes.get(key) ?? timeMs))
  }
}
