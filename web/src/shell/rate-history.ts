import type { PipelineStats } from '@aiops/contract/event'

export type RateHistory = {
  add(stats: PipelineStats): void
  list(): readonly PipelineStats[]
  subscribe(listener: () => void): () => void
}

/** The last `length` readings. Kept for the whole page, so that coming back to the overview shows a course at once. */
export function createRateHistory(length: number): RateHistory {
  const listeners = new Set<() => void>()
  let kept: readonly PipelineStats[] = []
  return {
    add(stats) {
      kept = [...kept, stats].slice(-length)
      for (const listener of listeners) listener()
    },
    list: () => kept,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
