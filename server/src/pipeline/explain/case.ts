import type { ChangeKind } from '@aiops/contract/model/change'
import type { SeriesKind } from '@aiops/contract/model/series'
import type { Severity } from '@aiops/contract/model/severity'

/** One metric series of a case. Times in unix milliseconds, ascending; a missing value is NaN or left out. */
export type CaseSeries = {
  id: string
  entity: string
  metric: string
  unit?: string | undefined
  kind?: SeriesKind | undefined
  labels?: Readonly<Record<string, string>> | undefined
  /** The other end, for a metric about calls between two entities; `entity` is the one that measured. */
  peer?: { entity: string; is: 'CALLEE' | 'CALLER' } | undefined
  timesMs: Float64Array
  values: Float64Array
}

/** Something that was done, as it counts for one entity: in full where it is about it, in part where it is about what it stands on. */
export type CaseChange = {
  entity: string
  /** What it is about. */
  about: string
  share: number
  atMs: number
  kind: ChangeKind
  summary: string
  /** Who told of it: `cluster east`, `the API`. */
  source: string
  actor?: string | undefined
}

/** A condition that an analyzer found at something that belongs to the entity. */
export type CaseFinding = {
  entity: string
  rule: string
  severity: Severity
  title: string
  /** As a person would call it: `Pod shop/cart-1 of cluster east`. */
  object: string
  sinceMs: number
  /** It is at something that the incident is about. */
  isNoticed: boolean
  /** Entities where the analyzer sees the reason. */
  explainedBy: readonly string[]
}

/** What is to be explained. Entities are opaque: nothing depends on how one is called. */
export type ExplainCase = {
  series: readonly CaseSeries[]
  /** caller → callee; may be empty. */
  edges: readonly (readonly [string, string])[]
  /** What runs where: entity → machine. Machines share their resources among what runs on them; nobody calls them. */
  placements?: readonly (readonly [string, string])[] | undefined
  /** When somebody noticed, or the estimated beginning; may be late by a minute or more. */
  detectedAtMs: number
  startMs: number
  endMs: number
  /** Where the symptom was seen, and in which metric, where that is known. */
  symptoms?: readonly { entity: string; metric?: string | undefined }[] | undefined
  /** A version that an entity had not shown before. */
  changes?:
    | readonly { entity: string; version: string; previous?: string | undefined; atMs: number }[]
    | undefined
  /** What was done before, in the time that is looked back for it. */
  recorded?: readonly CaseChange[] | undefined
  recordedWindowMs?: number | undefined
  findings?: readonly CaseFinding[] | undefined
  /** Error records of an entity before and after `detectedAtMs`, per second, and a message that was new. */
  logs?:
    | readonly {
        entity: string
        perSecondBefore: number
        perSecondAfter: number
        newMessage?: string | undefined
      }[]
    | undefined
}
