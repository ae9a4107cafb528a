import type { FindingCause, FindingEvidence, FindingRule, ObjectRef } from '@aiops/contract/model/finding'
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
  /** The thing that it belongs to, such as the node of a GPU. */
  parent?: ObjectRef
  /** Further things whose more specific sightings explain this one, such as the node of a GPU. */
  within?: readonly ObjectRef[]
  causes?: FindingCause[]
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
  /** What the same series was within the window up to now: its oldest value there, least and greatest, this one among them; undefined where it was not there for at least half of the window. */
  range(
    sample: { labels: Readonly<Record<string, string>> },
    windowMs: number,
  ): { first: number; min: number; max: number } | undefined
  /** Series of this metric that were there within the window and are gone now. */
  vanished(
    name: string,
    windowMs: number,
  ): readonly { labels: Readonly<Record<string, string>>; lastMs: number; value: number }[]
  /**
   * When the series took the value it has now, and which it had before; undefined where it has had it ever since it was first seen.
   * Goes back beyond the window.
   */
  changed(sample: {
    labels: Readonly<Record<string, string>>
  }): { atMs: number; from: number | undefined } | undefined
  /** Its changes of value within the window, oldest first; its first value is one where it came later than the readings began. */
  changes(
    sample: { labels: Readonly<Record<string, string>> },
    windowMs: number,
  ): readonly { atMs: number; from: number | undefined; to: number }[]
  /** Label sets that the series has had, oldest first, at most 16: exporters tell by labels to which pod a thing is given. */
  owners(sample: {
    labels: Readonly<Record<string, string>>
  }): readonly { labels: Readonly<Record<string, string>>; fromMs: number }[]
  /** Since when readings of this cluster are kept. */
  readonly fromMs: number
}

/** A fault of a GPU or a network function, told by its exporters. Pure: the same history gives the same sightings. */
export type Signature = FindingRule & {
  /** How long it must be seen without a break before it is a finding; where left out, at once. */
  openAfterMs?: number
  /** How long it must be gone before the finding is closed; where left out, two minutes. */
  closeAfterMs?: number
  /**
   * Rules of more specific sightings at the same thing (or `within`) of which this is a mere consequence. Where left out, it is one of
   * every more specific sighting of its area there; empty: of none.
   */
  consequenceOf?: readonly string[]
  check(history: ReadingHistory): Iterable<Sighting>
}
