/** Longest the event loop is held by work that can wait, milliseconds. */
const sliceMs = 2

/** Call between pieces of long work: resolves at once while the slice lasts, else in the next turn. */
export function createPause(): () => Promise<void> {
  let end = performance.now() + sliceMs
  return async () => {
    if (performance.now() < end) return
    await nextTurn()
    end = performance.now() + sliceMs
  }
}

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
