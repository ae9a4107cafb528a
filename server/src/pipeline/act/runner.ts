import type { TenantId } from '@aiops/contract/model/tenant'
import { messageOf } from '../../kernel/fault.ts'
import { type RunDeps, runRemediation } from './run.ts'

/** Time for what is in flight to end by itself when the platform stops. */
const graceMs = 5_000
/** After a failing store; doubled each time up to `retryMsMax`. */
const retryMs = 5_000
const retryMsMax = 300_000

type Entry = { tenant: TenantId; id: string; failures: number }

/** Runs remediations side by side, a limited number at once, each by one loop only. What waits is on disk as well. */
export class Runner {
  readonly #run: Omit<RunDeps, 'signals'>
  readonly #soft = new AbortController()
  readonly #hard = new AbortController()
  readonly #active = new Map<string, Promise<void>>()
  readonly #waiting = new Map<string, Entry>()
  readonly #onEnd: (tenant: TenantId, id: string) => void
  constructor(run: Omit<RunDeps, 'signals'>, onEnd: (tenant: TenantId, id: string) => void) {
    this.#run = run
    this.#onEnd = onEnd
  }
  get active(): number {
    return this.#active.size
  }
  get waiting(): number {
    return this.#waiting.size
  }
  /** Whether one more may be approved. */
  get hasRoom(): boolean {
    return this.#waiting.size < this.#run.config.waiting_runs_max
  }

  /** Takes it as far as it goes. One that runs already goes on and looks again. */
  enqueue(tenant: TenantId, id: string, failures = 0): void {
    this.#waiting.set(id, { tenant, id, failures })
    this.#pump()
  }

  async stop(): Promise<void> {
    this.#soft.abort(new Error('the platform stops'))
    this.#waiting.clear()
    const all = Promise.all(this.#active.values())
    const grace = new AbortController()
    await Promise.race([all, this.#run.deps.clock.sleep(graceMs, grace.signal).catch(() => undefined)])
    grace.abort()
    this.#hard.abort(new Error('the platform stops'))
    await all
  }

  #pump(): void {
    for (const entry of this.#waiting.values()) {
      if (this.#soft.signal.aborted || this.#active.size >= this.#run.config.concurrent_runs_max) return
      if (this.#active.has(entry.id)) continue
      this.#waiting.delete(entry.id)
      const running = this.#one(entry).finally(() => {
        this.#active.delete(entry.id)
        this.#pump()
      })
      this.#active.set(entry.id, running)
    }
  }

  async #one({ tenant, id, failures }: Entry): Promise<void> {
    const { clock, log } = this.#run.deps
    try {
      await runRemediation(
        { ...this.#run, signals: { soft: this.#soft.signal, hard: this.#hard.signal } },
        tenant,
        id,
      )
      this.#onEnd(tenant, id)
    } catch (error) {
      if (this.#soft.signal.aborted) return
      const delayMs = Math.min(retryMs * 2 ** failures, retryMsMax)
      log.error(
        { remediation: id, error: messageOf(error), retry_ms: delayMs },
        'a run was interrupted and will be taken up again',
      )
      clock.after(delayMs, () => {
        if (!this.#soft.signal.aborted) this.enqueue(tenant, id, failures + 1)
      })
    }
  }
}
