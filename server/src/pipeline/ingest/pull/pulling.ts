import type { Clock } from '../../../kernel/clock.ts'
import type { Lifecycle } from '../../../kernel/lifecycle.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { Random } from '../../../kernel/random.ts'
import type { TargetMemories } from '../exposition/target-memory.ts'
import type { Delivery, PullingDeps, Pulls, ScrapeTargets } from '../index.ts'
import type { PullConfig, ScrapeConfig } from '../scrape/config.ts'
import { ScrapeKeeper } from '../scrape/scrape-keeper.ts'
import { PullKeeper } from './pull-keeper.ts'

export type Pulling = Lifecycle & { targets(tenant: string): ScrapeTargets; pulls(tenant: string): Pulls }

/** Everything that is fetched rather than sent; idle where nothing to fetch with was handed in. */
export function createPulling(
  deps: {
    pulling: PullingDeps | undefined
    memories: TargetMemories
    deliver(protocol: 'scrape' | 'pull', delivery: Delivery): Promise<unknown>
    clock: Clock
    random: Random
    metrics: Metrics
    log: Log
  },
  config: { scrape: ScrapeConfig; pull: PullConfig },
): Pulling {
  const { pulling, deliver } = deps
  if (!pulling)
    return {
      start: async () => undefined,
      stop: async () => undefined,
      targets: () => ({ targets: [], dropped: 0, problems: [], notes: [] }),
      pulls: () => ({ pulls: [], problems: [] }),
    }
  const scrape = new ScrapeKeeper(
    { ...deps, ...pulling, source: pulling.scrapeSource, deliver: (delivery) => deliver('scrape', delivery) },
    config.scrape,
  )
  const pull = new PullKeeper(
    { ...deps, ...pulling, source: pulling.pullSource, deliver: (delivery) => deliver('pull', delivery) },
    config.pull,
  )
  return {
    async start() {
      await scrape.start()
      await pull.start()
    },
    async stop() {
      await pull.stop()
      await scrape.stop()
    },
    targets: (tenant) => scrape.state(tenant),
    pulls: (tenant) => pull.state(tenant),
  }
}
