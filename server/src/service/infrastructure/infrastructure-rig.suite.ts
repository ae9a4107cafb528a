import type { Event } from '@aiops/contract/event'
import { ManualClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import { createMetrics } from '../../kernel/metric.ts'
import { seededRandom } from '../../kernel/random.ts'
import type { Ask, MetricBackend } from '../../port/cluster-backend.ts'
import { InfrastructureConfig } from './config.ts'
import type { ObservedCluster } from './index.ts'
import { createInfrastructure } from './infrastructure.ts'
import { noInventory, readingOf } from './signature/exposition-reading.suite.ts'

const unused = (): never => {
  throw new Fault('UPSTREAM_FAILED', 'The test asks for nothing else.')
}

/** A backend that answers with what an exporter of that text would have told, by the first metric name that a query allows. */
export function backendOf(
  text: () => string | Promise<string>,
): MetricBackend & { queries: string[]; asks: Ask[] } {
  const queries: string[] = []
  const asks: Ask[] = []
  return {
    queries,
    asks,
    async instant(query, timeMs, ask) {
      queries.push(query)
      asks.push(ask)
      const { samples } = readingOf(await text(), timeMs)
      const pattern = /__name__=~"([^"]*)"/.exec(query)?.[1]
      const names = new RegExp(`^(?:${pattern?.replace(/\(\?i:/g, '(?:') ?? /^\w*/.exec(query)?.[0]})$`)
      const fitting = samples.filter(({ labels }) => names.test(labels.__name__ ?? ''))
      return {
        value: { type: 'vector', samples: fitting.map((sample) => ({ ...sample, timeMs })) },
        ...{ warnings: [], infos: [], partial: false },
      }
    },
    ...{ range: unused, series: unused, labelNames: unused, labelValues: unused, metadata: unused },
  }
}

export const clusterOf = (id: string, more: Partial<ObservedCluster> = {}): ObservedCluster => ({
  ...{ tenant: 'default', id, name: `${id}-name`, metrics: undefined, api: undefined },
  ...{ inventory: () => noInventory, ...more },
})

export function createInfrastructureRig(clusters: ObservedCluster[], settings: object = {}) {
  const clock = new ManualClock()
  const events: Event[] = []
  const warnings: string[] = []
  const note = (_: unknown, sentence: string): void => {
    warnings.push(sentence)
  }
  const log = { info() {}, debug() {}, warn: note, error: note } as unknown as Log
  const metrics = createMetrics()
  const infrastructure = createInfrastructure(
    {
      ...{ clock, random: seededRandom(1), metrics, log, clusters: async () => clusters },
      bus: { publish: (_, message) => void events.push(message as Event) },
    },
    InfrastructureConfig.parse(settings),
  )
  return { clock, events, warnings, metrics, infrastructure }
}
