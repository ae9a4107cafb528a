import type { FindingEvidence, FindingRule, ObjectRef } from '@aiops/contract/model/finding'
import type { Severity } from '@aiops/contract/model/severity'
import type { ClusterInventory, Reading } from '../index.ts'

/** What a signature saw in one thing. */
export type Sighting = {
  object: ObjectRef
  /** One sentence, with the figure that speaks. */
  title: string
  severity?: Severity
  sinceMs: number | undefined
  evidence: FindingEvidence[]
  remediation: { text: string; command: string | null }[]
  /** 0 to 1: how specific this is. Of several sightings of one thing the most specific is named first, the others become its symptoms. */
  specificity: number
  discriminator?: string
}

/** The past of one cluster's exporters, as far as signatures need it: counters are read as increases over a window, resets understood. */
export interface ReadingHistory {
  readonly now: Reading
  readonly inventory: ClusterInventory
  /** Samples of a metric now. */
  samples(name: string): readonly { labels: Readonly<Record<string, string>>; value: number }[]
  /** Increase of the same series within the window up to now; undefined where it was not there for at least half of the window. */
  increase(sample: { labels: Readonly<Record<string, string>> }, windowMs: number): number | undefined
  /** For how long the series' values have satisfied a condition without a break, up to now, in ms; 0 where it does not hold now. */
  heldMs(sample: { labels: Readonly<Record<string, string>> }, holds: (value: number) => boolean): number
  /** Series of this metric that were there within the window and are gone now. */
  vanished(
    name: string,
    windowMs: number,
  ): readonly { labels: Readonly<Record<string, string>>; lastMs: number; value: number }[]
}

/** A fault of a GPU or a network function, told by its exporters. Pure: the same history gives the same sightings. */
export type Signature = FindingRule & { check(history: ReadingHistory): Iterable<Sighting> }
