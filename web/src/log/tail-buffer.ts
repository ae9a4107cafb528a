import type { LogEntry } from './log-entry.ts'

/** Lines of a tail that are kept, newest first; older ones leave. */
export const tailKept = 1_000

export type TailBuffer = {
  entries: readonly LogEntry[]
  /** Lines that came, those that have left again among them. */
  received: number
  /** Lines that the server had to leave out because they came faster than they could be sent. */
  dropped: number
}

export const emptyTail: TailBuffer = { entries: [], received: 0, dropped: 0 }

/** Adds lines, oldest first, to a tail. */
export function addLines(buffer: TailBuffer, added: readonly LogEntry[], dropped: number): TailBuffer {
  if (added.length === 0 && dropped === 0) return buffer
  return {
    entries: [...added.toReversed(), ...buffer.entries].slice(0, tailKept),
    received: buffer.received + added.length,
    dropped: buffer.dropped + dropped,
  }
}
