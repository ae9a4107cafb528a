import type { Gazetteer } from './gazetteer.ts'
import { isCompound } from './link.ts'
import { normalise } from './normalise.ts'
import { type Names, readNames } from './read-names.ts'
import { findTime, type SpokenTime } from './time-expression.ts'
import { type Token, tokenise, tokensMax, wordsOf } from './token.ts'

/** What a text is made of, before anybody asks what it means. */
export type Words = Names & {
  /** The text, cleaned. */
  text: string
  tokens: Token[]
  spoken: SpokenTime | undefined
}

export function readWords(text: string, things: Gazetteer, nowMs: number): Words {
  const clean = normalise(text)
  const tokens = tokenise(clean)
    .flatMap((token) => (isCompound(token, things) ? wordsOf(token) : [token]))
    .slice(0, tokensMax)
  const spoken = findTime(tokens, nowMs)
  return { ...readNames(tokens, spoken, things), text: clean, tokens, spoken }
}
