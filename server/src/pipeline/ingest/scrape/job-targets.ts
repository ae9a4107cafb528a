import { messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import { type Discovery, discoveriesOf } from './discovery/discovery.ts'
import type { DiscoveryDeps, Following, FollowTold } from './discovery/target-group.ts'
import type { ScrapeJob } from './scrape-document.ts'
import { type Target, type TargetGroup, targetsOf } from './target.ts'

export type JobTargetsDeps = DiscoveryDeps & { log: Log; tenants: readonly string[] }

type Find = () => Promise<TargetGroup[]>

/** The targets of one job, looked for again and again. What a discovery found last stays where it fails. */
export class JobTargets {
  readonly job: ScrapeJob
  targets: readonly Target[] = []
  dropped = 0
  readonly #deps: JobTargetsDeps
  readonly #told: { changed(): void; failed(): void }
  readonly #discoveries: readonly Discovery[]
  readonly #groups: TargetGroup[][]
  readonly #failures: string[]
  #unfit: readonly string[] = []
  readonly #cancels: (() => void)[] = []
  readonly #running = new Set<Promise<void>>()
  readonly #following: Following[] = []

  constructor(job: ScrapeJob, deps: JobTargetsDeps, told: { changed(): void; failed(): void }) {
    this.job = job
    this.#deps = deps
    this.#told = told
    this.#discoveries = discoveriesOf(job, deps)
    this.#groups = this.#discoveries.map(() => [])
    this.#failures = this.#discoveries.map(() => '')
  }

  get problems(): string[] {
    return [...this.#failures.filter((failure) => failure !== ''), ...this.#unfit].map(
      (problem) => `job ${JSON.stringify(this.job.job_name)}: ${problem}`,
    )
  }

  /** Resolves once targets from the configuration itself are known; the others come when they are found. */
  async start(): Promise<void> {
    for (const [at, discovery] of this.#discoveries.entries()) {
      if ('follow' in discovery) this.#following.push(this.#follow(at, discovery.follow))
      else if (discovery.refreshMs === Number.POSITIVE_INFINITY) await this.#look(at, discovery.find)
      else {
        const { find, refreshMs } = discovery
        this.#begin(at, find)
        this.#cancels.push(this.#deps.clock.every(refreshMs, () => this.#begin(at, find)))
      }
    }
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels) cancel()
    await Promise.allSettled([...this.#running, ...this.#following.map((one) => one.stop())])
  }

  #follow(at: number, follow: (told: FollowTold) => Following): Following {
    return follow({
      found: (groups) => {
        this.#found(at, groups)
        this.#told.changed()
      },
      failed: (error) => this.#failed(at, error),
      recovered: () => {
        this.#failures[at] = ''
      },
    })
  }

  #begin(at: number, find: Find): void {
    if (this.#running.size >= this.#discoveries.length) return
    const running = this.#look(at, find).then(() => this.#told.changed())
    this.#running.add(running)
    void running.finally(() => this.#running.delete(running))
  }

  async #look(at: number, find: Find): Promise<void> {
    try {
      this.#found(at, await find())
      this.#failures[at] = ''
    } catch (error) {
      this.#failed(at, error)
    }
  }

  #failed(at: number, error: unknown): void {
    if (this.#failures[at] === '')
      this.#deps.log.warn(
        { job: this.job.job_name, discovery: this.#discoveries[at]!.name, reason: messageOf(error) },
        'targets cannot be looked for; those found last stay',
      )
    this.#failures[at] = messageOf(error)
    this.#told.failed()
  }

  #found(at: number, groups: TargetGroup[]): void {
    this.#groups[at] = groups
    const { tenants } = this.#deps
    const found = targetsOf(this.job, this.#groups.flat(), tenants[0] ?? 'default')
    const known = found.targets.filter(({ tenant }) => tenants.includes(tenant))
    this.targets = known
    this.dropped = found.dropped
    this.#unfit =
      known.length === found.targets.length
        ? found.problems
        : [...found.problems, '__tenant__ names a tenant that does not exist']
  }
}
