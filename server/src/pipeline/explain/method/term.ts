import type { Cause } from '@aiops/contract/model/diagnosis'
import type { CaseChange, CaseFinding } from '../case.ts'
import type { Signal } from './sighting.ts'

/** One reason to hold an entity itself at fault. */
export type Term = {
  kind: Cause['category']
  /** What is left once what others explain is taken off. */
  value: number
  signal?: Signal | undefined
  /** 0..1, and by whom. */
  explained: number
  explainedBy?: string | undefined
  /** What it is a reason by, where that is no metric. */
  finding?: CaseFinding | undefined
  change?: CaseChange | undefined
}

export type Explanation = { share: number; by: string | undefined }

export function strongest(parts: Iterable<Explanation>): Explanation {
  let best: Explanation = { share: 0, by: undefined }
  for (const part of parts) if (part.share > best.share) best = part
  return best
}

/** Explained by a dependency as much as a log-strength can be; never wholly, since both may be at fault. */
const explainedMax = 0.92

export function termOf(
  kind: Cause['category'],
  base: number,
  signal: Signal | undefined,
  explanation: Explanation,
): Term {
  return {
    kind,
    value: base * (1 - explainedMax * explanation.share),
    signal,
    explained: explanation.share,
    explainedBy: explanation.by,
  }
}

/** The term with what one more neighbour explains taken off, where that is more than what was. */
export function explainFurther(term: Term, share: number, by: string): Term {
  if (share <= term.explained) return term
  return { ...term, value: baseOf(term) * (1 - explainedMax * share), explained: share, explainedBy: by }
}

/** Two measures of one thing, `share` of the first: told by the one that counts for more. */
export function blend(first: Term | undefined, second: Term | undefined, share: number): Term | undefined {
  const parts = [
    ...(first ? [{ term: first, weight: share }] : []),
    ...(second ? [{ term: second, weight: 1 - share }] : []),
  ]
  const value = parts.reduce((sum, { term, weight }) => sum + weight * term.value, 0)
  const base = parts.reduce((sum, { term, weight }) => sum + weight * baseOf(term), 0)
  if (base === 0) return undefined
  const [main] = parts.sort((a, b) => b.weight * baseOf(b.term) - a.weight * baseOf(a.term))
  return { ...main!.term, value, explained: (1 - value / base) / explainedMax }
}

const baseOf = ({ value, explained }: Term): number => value / (1 - explainedMax * explained)
