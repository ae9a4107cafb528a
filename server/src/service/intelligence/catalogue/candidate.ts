import { type Aspect, namesOf } from './aspect.ts'
import { plainName } from './metric-fact.ts'
import { nameScore, wordsOf } from './name-match.ts'

/** What metrics are looked for: any of these is enough. */
export type CandidateWish = { names: readonly string[]; aspects: readonly Aspect[]; words: string }

/** Names looked at for one question. */
export const candidatesMax = 60

/** Names that fit, the best first; `described` gives the help of those that have one. */
export function candidatesOf(
  known: readonly string[],
  wish: CandidateWish,
  helpOf: (name: string) => string = () => '',
): string[] {
  const exact = new Set(wish.names)
  const words = wordsOf(wish.words)
  const patterns = wish.aspects.flatMap((aspect) => namesOf[aspect] ?? [])
  const scored: { name: string; score: number }[] = []
  for (const name of known) {
    const plain = plainName(name)
    let score = exact.has(name) || exact.has(plain) ? 3 : 0
    if (isStem(exact, name)) score = Math.max(score, 2.5)
    if (patterns.some((pattern) => pattern.test(plain))) score = Math.max(score, 1)
    if (words.length > 0) score = Math.max(score, nameScore(name, helpOf(name), words))
    if (wish.names.length + wish.aspects.length === 0 && words.length === 0) score = 0.5
    if (score > 0) scored.push({ name, score })
  }
  return scored
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .slice(0, candidatesMax)
    .map(({ name }) => name)
}

/** A histogram is known by the name that its parts share. */
const isStem = (exact: ReadonlySet<string>, name: string): boolean =>
  exact.has(name.replace(/[._](bucket|count|sum)$/, ''))
