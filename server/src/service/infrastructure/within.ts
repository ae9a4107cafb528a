import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'

/** Work with a time limit, also where it heeds no signal: then it is left behind. Rejects with TIMEOUT, or with the reason of `stop`. */
export async function within<T>(
  clock: Pick<Clock, 'after'>,
  limitMs: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController()
  const cancel = clock.after(limitMs, () =>
    deadline.abort(new Fault('TIMEOUT', 'The cluster did not answer in time.')),
  )
  const signal = AbortSignal.any([deadline.signal, stop])
  try {
    return await orAborted(work(signal), signal)
  } finally {
    cancel()
  }
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
