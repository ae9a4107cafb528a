import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { Lifecycle } from '../../../kernel/lifecycle.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import { Semaphore } from '../../../kernel/semaphore.ts'
import type { DocumentSource } from '../../../port/document-source.ts'
import type { TargetMemories } from '../exposition/target-memory.ts'
import type { Delivery, ScrapeTargets } from '../index.ts'
import type { ScrapeConfig } from './config.ts'
import type { DiscoveryDeps } from './discovery/target-group.ts'
import { JobTargets } from './job-targets.ts'
import { parseScrapeDocument, type ScrapeJob } from './scrape-document.ts'
import { ScrapeLoop, type ScrapeLoopDeps } from './scrape-loop.ts'
import { ScrapeMeter } from './scrape-meter.ts'
import type { Target } from './target.ts'

export type ScrapeKeeperDeps = DiscoveryDeps & {
  source: DocumentSource
  memories: TargetMemories
  /** Tenants that there are; the first is that of a job that names none. */
  tenants: readonly string[]
  deliver(delivery: Delivery): Promise<unknown>
  metrics: Metrics
  log: Log
}

/** How long after a target's next scrape would have been its series are ended, as a share of the interval. */
const END_AFTER_SHARE = 1.1

type GoodDocument = { jobs: ScrapeJob[]; notes: string[] }

/** Keeps the jobs as their documents are, and a loop for each of their targets. */
export class ScrapeKeeper implements Lifecycle {
  readonly #deps: ScrapeKeeperDeps
  readonly #config: ScrapeConfig
  readonly #meter: ScrapeMeter
  readonly #loopDeps: ScrapeLoopDeps
  /** The jobs of each document as it was when it was last right. */
  #good = new Map<string, GoodDocument>()
  #problems: { file: string; message: string }[] = []
  #seen = ''
  readonly #jobs = new Map<string, JobTargets>()
  readonly #loops = new Map<string, ScrapeLoop>()
  readonly #ending = new Map<string, () => void>()
  #leftOut = 0
  #cancel: (() => void) | undefined
  #reloading: Promise<void> | undefined
  #stopped = false

  constructor(deps: ScrapeKeeperDeps, config: ScrapeConfig) {
    this.#deps = deps
    this.#config = config
    this.#meter = new ScrapeMeter(deps.metrics, () => [...this.#loops.values()])
    this.#loopDeps = {
      ...deps,
      gate: new Semaphore(config.at_once_max),
      bytesMax: config.response_bytes_max,
      done: (target, health) => this.#meter.scraped(target, health),
      skipped: (target, count) => this.#meter.skipped(target, count),
      unreported: (target, error) => {
        this.#meter.unreported(target)
        deps.log.warn(
          { job: target.job.job_name, reason: messageOf(error) },
          'the report on a scrape could not be written',
        )
      },
    }
  }

  async start(): Promise<void> {
    await this.#tryReload()
    this.#cancel = this.#deps.clock.every(durationMs(this.#config.reload_interval), () => {
      this.#reloading ??= this.#tryReload().finally(() => {
        this.#reloading = undefined
      })
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel?.()
    await this.#reloading
    for (const cancel of this.#ending.values()) cancel()
    await Promise.all([...this.#jobs.values()].map((job) => job.stop()))
    await Promise.all([...this.#loops.values()].map((loop) => loop.stop()))
  }

  /** Of one tenant. */
  state(tenant: string): ScrapeTargets {
    const own = [...this.#loops.values()].filter(({ target }) => target.tenant === tenant)
    const jobs = [...this.#jobs.values()]
    const problems = [
      ...this.#problems,
      ...jobs.flatMap((job) => job.problems.map((message) => ({ file: job.job.document, message }))),
    ]
    if (this.#leftOut > 0)
      problems.push({
        file: '',
        message: `${this.#leftOut} targets are left out: ingest.scrape.targets_max is ${this.#config.targets_max}.`,
      })
    return {
      targets: own.map(({ target, state }) => ({
        job: target.job.job_name,
        url: target.url,
        labels: target.labels,
        discovered_labels: target.discovered,
        health: state.health,
        last_error: state.lastError,
        last_scrape: state.lastScrapeMs === null ? null : isoTime(state.lastScrapeMs),
        last_scrape_duration_seconds: state.durationSeconds,
        samples_scraped: state.samples,
        scrape_interval_seconds: target.intervalMs / 1_000,
      })),
      dropped: jobs.reduce((sum, job) => sum + job.dropped, 0),
      problems,
      notes: [...this.#good].flatMap(([file, { notes }]) => notes.map((message) => ({ file, message }))),
    }
  }

  /** Documents that cannot be read now leave everything as it is. */
  async #tryReload(): Promise<void> {
    try {
      await this.#reload()
    } catch (error) {
      this.#deps.log.warn({ reason: messageOf(error) }, 'scrape configurations cannot be read for now')
    }
  }

  async #reload(): Promise<void> {
    const { source, log } = this.#deps
    const files = await source.load()
    const seen = JSON.stringify(files)
    if (seen === this.#seen) return
    this.#seen = seen
    this.#problems = []
    const next = new Map<string, GoodDocument>()
    const names = new Set<string>()
    for (const { file, text, problem } of files) {
      const parsed = problem ? { jobs: [], notes: [], problems: [problem] } : parseScrapeDocument(file, text)
      const problems = [...parsed.problems, ...this.#unfit(parsed.jobs, names)]
      const used = problems.length === 0 ? { jobs: parsed.jobs, notes: parsed.notes } : this.#good.get(file)
      this.#problems.push(...problems.map((message) => ({ file, message })))
      if (!used) continue
      next.set(file, used)
      for (const { job_name } of used.jobs) names.add(job_name)
    }
    this.#good = next
    for (const { file, message } of this.#problems)
      log.warn({ file, reason: message }, 'a scrape configuration cannot be used; its last good state stays')
    await this.#use([...next.values()].flatMap(({ jobs }) => jobs))
  }

  #unfit(jobs: readonly ScrapeJob[], taken: ReadonlySet<string>): string[] {
    const { tenants } = this.#deps
    return jobs.flatMap(({ job_name, tenant }) => [
      ...(taken.has(job_name) ? [`the job_name ${JSON.stringify(job_name)} is used in another file`] : []),
      ...(tenant !== undefined && !tenants.includes(tenant)
        ? [`job ${JSON.stringify(job_name)}: the tenant ${JSON.stringify(tenant)} does not exist`]
        : []),
    ])
  }

  async #use(jobs: readonly ScrapeJob[]): Promise<void> {
    const wanted = new Map(jobs.map((job) => [JSON.stringify(job), job]))
    for (const [key, known] of this.#jobs)
      if (!wanted.has(key)) {
        this.#jobs.delete(key)
        await known.stop()
      }
    for (const [key, job] of wanted)
      if (!this.#jobs.has(key)) {
        const made = new JobTargets(job, this.#deps, {
          changed: () => this.#sync(),
          failed: () => this.#meter.discoveryFailed(job.job_name),
        })
        this.#jobs.set(key, made)
        await made.start()
      }
    this.#sync()
    if (jobs.length > 0)
      this.#deps.log.info({ jobs: jobs.length, targets: this.#loops.size }, 'scrape jobs are in force')
  }

  /** Loops for the targets there are: one that stays as it was is not touched. */
  #sync(): void {
    if (this.#stopped) return
    const found = [...this.#jobs.values()].flatMap(({ targets }) => targets)
    const wanted = new Map(found.slice(0, this.#config.targets_max).map((target) => [target.key, target]))
    this.#leftOut = Math.max(0, found.length - this.#config.targets_max)
    for (const [key, loop] of this.#loops)
      if (!wanted.has(key)) {
        this.#loops.delete(key)
        this.#end(loop)
      }
    for (const [key, target] of wanted) if (!this.#loops.has(key)) this.#begin(target)
    this.#deps.memories.retain(new Set([...this.#loops.keys(), ...this.#ending.keys()]))
  }

  #begin(target: Target): void {
    this.#ending.get(target.key)?.()
    this.#ending.delete(target.key)
    const loop = new ScrapeLoop(target, this.#loopDeps)
    this.#loops.set(target.key, loop)
    loop.start()
  }

  /** Series of a target that is gone end when its next sample would have been missed, not before: it may be back. */
  #end(loop: ScrapeLoop): void {
    const { key, intervalMs } = loop.target
    const stopped = loop.stop()
    const cancel = this.#deps.clock.after(intervalMs * END_AFTER_SHARE, () => {
      void stopped
        .then(() => loop.end())
        .finally(() => {
          this.#ending.delete(key)
        })
    })
    this.#ending.set(key, cancel)
  }
}
