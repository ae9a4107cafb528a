import type { Random } from '../../server/src/kernel/random.ts'

/** What the server does wrong, for as long as it is set. Chances are from 0 to 1. */
export type FaultSwitch = {
  /** How a watch learns that its version is too old: at once by HTTP 410, or by 200 and an ERROR event. Both are seen in the field. */
  gone: 'status' | 'stream' | 'either'
  /** That a request's connection ends without an answer. */
  dropChance: number
  /** That a watch's connection breaks after an event. */
  breakChance: number
  /** That an event is sent twice. */
  duplicateChance: number
  /** That a watch is not told of a deletion, now or later: only a new list shows it. */
  lostDeleteChance: number
  /** That a version number is left out before a change. */
  gapChance: number
  /** Streams come in pieces of one to this many bytes, cut within lines and characters; 0 for whole lines. */
  pieceBytesMax: number
  /** Plurals that nobody may read: 403. */
  forbidden: Set<string>
  /** Before each answer. */
  delayMs: number
  /** For so many requests, or for ever where `times` is Infinity. */
  refuse: { status: number; reason: string; retryAfterSeconds?: number; times: number } | undefined
  /** What it does not know, as an older server: then sendInitialEvents is invalid. */
  isWatchListMissing: boolean
  /** Sent nowhere, though asked for. */
  areBookmarksMissing: boolean
}

export const noFaults = (): FaultSwitch => ({
  gone: 'either',
  dropChance: 0,
  breakChance: 0,
  duplicateChance: 0,
  lostDeleteChance: 0,
  gapChance: 0,
  pieceBytesMax: 0,
  forbidden: new Set(),
  delayMs: 0,
  refuse: undefined,
  isWatchListMissing: false,
  areBookmarksMissing: false,
})

/** Cut at random, also within a line and within a character's bytes. */
export function pieces(text: string, bytesMax: number, random: Random): Uint8Array[] {
  const bytes = Buffer.from(text)
  if (bytesMax <= 0) return [bytes]
  const parts: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + Math.floor(random.next() * bytesMax)
    parts.push(bytes.subarray(at, end))
    at = end
  }
  return parts
}
