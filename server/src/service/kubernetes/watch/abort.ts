import type { Clock } from '../../../kernel/clock.ts'

/** A part of longer work that can end on its own, and ends with it. */
export function partOf(whole: AbortSignal): { signal: AbortSignal; abort(): void; free(): void } {
  const own = new AbortController()
  // Without a reason each would be an error of its own with the stack it was made at.
  const stop = (): void => own.abort(ended)
  if (whole.aborted) stop()
  whole.addEventListener('abort', stop, { once: true })
  return { signal: own.signal, abort: stop, free: () => whole.removeEventListener('abort', stop) }
}

/** Says that work ended because it was told to. */
const ended = new DOMException('This operation was aborted', 'AbortError')

/** Sooner where the signal fires; never rejects. */
export async function pause(
  clock: Pick<Clock, 'after'>,
  delayMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(delayMs, done)
    signal.addEventListener('abort', done, { once: true })
  })
}
