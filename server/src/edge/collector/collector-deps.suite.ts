import { systemClock } from '../../kernel/clock.ts'
import type { Fault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import type { Delivery } from '../../pipeline/ingest/index.ts'
import type { Identity } from '../../service/identity/index.ts'
import type { CollectorDeps } from './index.ts'

/** A collector's surroundings: what was delivered, and a fault to answer with while there is one. */
export function collectorDeps() {
  const delivered: Delivery[] = []
  const state: { fault: Fault | undefined; attempts: number } = { fault: undefined, attempts: 0 }
  const metrics = createMetrics()
  const deps: CollectorDeps = {
    ingest: {
      deliver: async (_, delivery) => {
        state.attempts += 1
        if (state.fault) throw state.fault
        delivered.push(delivery)
        return { accepted: 1, rejected: 0, reason: '' }
      },
    },
    identity: { required: false } as Identity,
    clock: systemClock,
    metrics,
    log: silentLog,
  }
  return {
    deps,
    delivered,
    state,
    /** The value of one metric's line, 0 where it is not there. */
    async metric(line: string): Promise<number> {
      const found = (await metrics.render()).split('\n').find((text) => text.startsWith(`${line} `))
      return Number(found?.slice(line.length + 1) ?? 0)
    },
  }
}
