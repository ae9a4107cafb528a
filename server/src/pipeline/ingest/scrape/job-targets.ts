import type { Clock } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import { type Discovery, discoveriesOf } from './discovery/discovery.ts'
import type { DiscoveryDeps } from './discovery/target-group.ts'
import type { ScrapeJob } from './scrape-document.ts'
import { type Target, type TargetGroup, targetsOf } from './target.ts'

export type JobTargetsDeps = DiscoveryDeps & { clock: Clock; log: Log; tenants: readonly string[] }

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
    for (const [at, { refreshMs }] of this.#discoveries.entries()) {
      if (refreshMs === Number.POSITIVE_INFINITY) await this.#look(at)
      else {
        this.#begin(at)
        this.#cancels.push(this.#deps.clock.every(refreshMs, () => this.#begin(at)))
      }
    }
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels) cancel()
    await Promise.allSettled(this.#running)
  }

  #begin(at: number): void {
    if (this.#running.size >= this.#discoveries.length) return
    const running = this.#look(at).then(() => this.#told.changed())
    this.#running.add(running)
    void running.finally(() => this.#running.delete(running))
  }

  async #look(at: number): Promise<void> {
    const { name, find } = this.#discoveries[at]!
    try {
      this.#groups[at] = await find()
      this.#failures[at] = ''
    } catch (error) {
      if (this.#failures[at] === '')
        this.#deps.log.warn(
          { job: this.job.job_name, discovery: name, reason: messageOf(error) },
          'targets cannot be looked for; those found last stay',
        )
      this.#failures[at] = messageOf(error)
      this.#told.failed()
    }
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
