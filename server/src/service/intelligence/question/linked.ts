import type { EntityKind } from './kind-word.ts'
import type { NamedThing } from './question.ts'

/** A stretch of a question that names something. */
export type Link = {
  /** Tokens, end exclusive. */
  from: number
  to: number
  text: string
  /** Of one name, or of several that the text could mean. */
  things: readonly NamedThing[]
  how: 'EXACT' | 'TYPO' | 'PREFIX'
  /** What a word beside it says of its kind. */
  said: readonly EntityKind[]
  /** The plural of what several names begin with: all of them are meant. */
  isGroup: boolean
}

/** What looks like a name and is known to nobody. */
export type Unlinked = {
  from: number
  to: number
  text: string
  nearest: readonly NamedThing[]
  /** By its form or a kind word beside it; else only by where it stands. */
  isSure: boolean
  said: readonly EntityKind[]
}
