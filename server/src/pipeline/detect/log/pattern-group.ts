/** What is known of one pattern of one source. */
export type PatternGroup = {
  /** Place among the source's patterns, and in the counts of intervals. */
  readonly place: number
  /** Of its template; both may still change while the source is learned. */
  id: string
  template: string
  /** Its words, the first 64. */
  words: readonly string[]
  /** A line of it as it came, cut; secrets are taken out when it is told. */
  readonly example: string
  /** The severest level seen of it. */
  level: number
  /** Id the miner gave one of its lines; −1 since it began anew. */
  minedId: number
  count: number
  /** By the lines' times. */
  firstMs: number
  lastMs: number
  /** Lines since it was a candidate, while it is one. */
  candidate: Candidate | undefined
}

/** A pattern that was not there before and may be worth telling. */
export type Candidate = { sinceMs: number; count: number }

export const exampleCharsMax = 512
