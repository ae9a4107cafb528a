import type { Labels } from '@aiops/contract/model/label'
import { xxhash64 } from '../../../kernel/xxhash.ts'

/** One text for one set of labels, whatever their order. */
export const seriesKey = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))

const encoder = new TextEncoder()

/** A number in [0, 100) that a text keeps for ever: who is first in a roll-out, and which part a label is dealt into. */
export function placeOf(text: string): number {
  const { high, low } = xxhash64(encoder.encode(text))
  return ((high >>> 0) % 10_000) / 100 + ((low >>> 0) % 100) / 10_000
}
