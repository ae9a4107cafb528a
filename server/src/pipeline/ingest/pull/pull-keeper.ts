import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { Lifecycle } from '../../../kernel/lifecycle.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import { Semaphore } from '../../../kernel/semaphore.ts'
import type { DocumentSource } from '../../../port/document-source.ts'
import type { HttpClient } from '../../../port/http-client.ts'
import type { SecretSource } from '../../../port/secret-source.ts'
import type { Delivery, Pulls } from '../index.ts'
import type { PullConfig } from '../scrape/config.ts'
import { type PullJob, parsePulls } from './pull-document.ts'
import { PullLoop, type PullLoopDeps } from './pull-loop.ts'

export type PullKeeperDeps = {
  source: DocumentSource
  http: HttpClient
  secrets: SecretSource
  /** Tenants that there are; the first is that of a pull that names none. */
  tenants: readonly string[]
  deliver(delivery: Delivery): Promise<unknown>
  clock: Clock
  metrics: Metrics
  log: Log
}

/** Keeps the pulls as their documents are, and a loop for each. */
export class PullKeeper implements Lifecycle {
  readonly #deps: PullKeeperDeps
  readonly #reloadMs: number
  readonly #loopDeps: PullLoopDeps
  #good = new Map<string, PullJob[]>()
  #problems: { file: string; message: string }[] = []
  #seen = ''
  readonly #loops = new Map<string, PullLoop>()
  #cancel: (() => void) | undefined
  #reloading: Promise<void> | undefined

  constructor(deps: PullKeeperDeps, config: PullConfig) {
    this.#deps = deps
    this.#reloadMs = durationMs(config.reload_interval)
    const { metrics } = deps
    this.#loopDeps = {
      ...deps,
      gate: new Semaphore(config.at_once_max),
      bytesMax: config.response_bytes_max,
      knownPointsMax: config.known_points_max,
      done: (job, points, failed) => {
        const pull = job.name
        metrics
          .counter('aiops_pulls_total', 'Pulls by name and whether they were taken.', ['pull', 'result'])
          .inc({ pull, result: failed ? 'failed' : 'ok' })
        metrics
          .counter('aiops_pull_points_total', 'New points that pulls wrote.', ['pull'])
          .inc({ pull }, points)
      },
    }
  }

  async start(): Promise<void> {
    await this.#tryReload()
    this.#cancel = this.#deps.clock.every(this.#reloadMs, () => {
      this.#reloading ??= this.#tryReload().finally(() => {
        this.#reloading = undefined
      })
    })
  }

  async stop(): Promise<void> {
    this.#cancel?.()
    await this.#reloading
    await Promise.all([...this.#loops.values()].map((loop) => loop.stop()))
  }

  /** Of one tenant. */
  state(tenant: string): Pulls {
    const own = [...this.#loops.values()].filter((loop) => loop.tenant === tenant)
    return {
      pulls: own.map(({ job, state }) => ({
        name: job.name,
        health: state.health,
        last_error: state.lastError,
        last_pull: state.lastPullMs === null ? null : isoTime(state.lastPullMs),
        points_written: state.points,
        entries_skipped: state.skipped,
      })),
      problems: this.#problems,
    }
  }

  /** Documents that cannot be read now leave everything as it is. */
  async #tryReload(): Promise<void> {
    try {
      await this.#reload()
    } catch (error) {
      this.#deps.log.warn({ reason: messageOf(error) }, 'pull documents cannot be read for now')
    }
  }

  async #reload(): Promise<void> {
    const files = await this.#deps.source.load()
    const seen = JSON.stringify(files)
    if (seen === this.#seen) return
    this.#seen = seen
    this.#problems = []
    const next = new Map<string, PullJob[]>()
    for (const { file, text, problem } of files) {
      const parsed = problem ? { pulls: [], problems: [problem] } : parsePulls(text)
      const problems = [...parsed.problems, ...parsed.pulls.flatMap((job) => this.#unfit(job))]
      this.#problems.push(...problems.map((message) => ({ file, message })))
      const used = problems.length === 0 ? parsed.pulls : this.#good.get(file)
      if (used) next.set(file, used)
    }
    this.#good = next
    for (const { file, message } of this.#problems)
      this.#deps.log.warn(
        { file, reason: message },
        'a pull document cannot be used; its last good state stays',
      )
    await this.#use([...next.values()].flat())
  }

  #unfit({ name, tenant }: PullJob): string[] {
    if (tenant === undefined || this.#deps.tenants.includes(tenant)) return []
    return [`pull ${JSON.stringify(name)}: the tenant ${JSON.stringify(tenant)} does not exist`]
  }

  /** A pull that stays as it was keeps what it knows. */
  async #use(jobs: readonly PullJob[]): Promise<void> {
    const wanted = new Map(jobs.map((job) => [JSON.stringify(job), job]))
    for (const [key, loop] of this.#loops)
      if (!wanted.has(key)) {
        this.#loops.delete(key)
        await loop.stop()
      }
    for (const [key, job] of wanted) {
      if (this.#loops.has(key)) continue
      const loop = new PullLoop(job, job.tenant ?? this.#deps.tenants[0] ?? 'default', this.#loopDeps)
      this.#loops.set(key, loop)
      loop.start()
    }
  }
}
