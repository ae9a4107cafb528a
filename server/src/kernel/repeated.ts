import type { Clock } from './clock.ts'
import type { Lifecycle } from './lifecycle.ts'

export interface Repeated extends Lifecycle {
  /** Runs it now; where it is running, once more when it is done. */
  now(): void
}

/** A task that runs every `periodMs` and never twice at once. What it throws goes to `failed`; `stop` waits for a run that goes on. */
export function createRepeated(
  clock: Pick<Clock, 'every'>,
  periodMs: number,
  task: () => Promise<void>,
  failed: (error: unknown) => void,
): Repeated {
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  let cancel = (): void => {}
  const run = (): void => {
    running ??= task()
      .catch(failed)
      .finally(() => {
        running = undefined
        if (!again || stopped) return
        again = false
        run()
      })
  }
  return {
    now() {
      if (running) again = true
      else if (!stopped) run()
    },
    async start() {
      cancel = clock.every(periodMs, run)
    },
    async stop() {
      stopped = true
      cancel()
      await running
    },
  }
}
