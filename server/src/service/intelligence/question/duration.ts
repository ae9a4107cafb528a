import type { Token } from './token.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const unitMs = new Map<string, number>(
  (
    [
      [1000, 's sec secs second seconds'],
      [minuteMs, 'm min mins minute minutes mn'],
      [hourMs, 'h hr hrs hour hours hs'],
      [dayMs, 'd day days'],
      [7 * dayMs, 'w wk week weeks'],
      [30 * dayMs, 'month months'],
      [365 * dayMs, 'y yr year years'],
    ] as const
  ).flatMap(([ms, words]) => words.split(' ').map((word) => [word, ms] as const)),
)

/** A thousand years: nothing is kept of longer ago, and times beyond are no dates. */
const durationMaxMs = 365_000 * dayMs

const counts = new Map<string, number>(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'
    .split(' ')
    .map((word, index) => [word, index] as const),
)
for (const [word, value] of Object.entries({
  a: 1,
  an: 1,
  few: 3,
  several: 3,
  couple: 2,
  half: 0.5,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  ninety: 90,
  hundred: 100,
})) {
  counts.set(word, value)
}

/** A span that is written out, and the token after it. */
export type SpokenDuration = { ms: number; next: number }

/** `30m`, `2 hours`, `half an hour`, `an hour and a half`, `1h 30m`, `a couple of minutes`; undefined where there is none at `at`. */
export function durationAt(tokens: readonly Token[], at: number): SpokenDuration | undefined {
  const found = wholeDuration(tokens, at)
  return found && { ...found, ms: Math.min(found.ms, durationMaxMs) }
}

function wholeDuration(tokens: readonly Token[], at: number): SpokenDuration | undefined {
  const first = oneDuration(tokens, at)
  if (first === undefined) return undefined
  if (
    is(tokens[first.next], 'and') &&
    is(tokens[first.next + 1], 'a') &&
    is(tokens[first.next + 2], 'half')
  ) {
    return { ms: first.ms * 1.5, next: first.next + 3 }
  }
  const joined = is(tokens[first.next], 'and') ? first.next + 1 : first.next
  const second = oneDuration(tokens, joined)
  const isSum = second !== undefined && second.ms < first.ms && tokens[joined]?.type !== 'WORD'
  return isSum ? { ms: first.ms + second.ms, next: second.next } : first
}

function oneDuration(tokens: readonly Token[], at: number): SpokenDuration | undefined {
  const token = tokens[at]
  if (token === undefined) return undefined
  if (token.type === 'MEASURE') {
    const glued = /^(\d+(?:[.,]\d+)?)([a-z]+)$/.exec(token.lower)
    const ms = glued === null ? undefined : unitMs.get(glued[2]!)
    return ms === undefined ? undefined : { ms: numberOf(glued![1]!) * ms, next: at + 1 }
  }
  if (is(token, 'quarter') && is(tokens[at + 1], 'of'))
    return { ms: hourMs / 4, next: skipArticle(tokens, at + 2) + 1 }
  const count = countAt(tokens, at)
  if (count === undefined) return undefined
  const unit = tokens[count.next]
  const ms = unit?.type === 'WORD' ? unitMs.get(unit.lower) : undefined
  return ms === undefined ? undefined : { ms: count.value * ms, next: count.next + 1 }
}

function countAt(tokens: readonly Token[], at: number): { value: number; next: number } | undefined {
  const token = tokens[at]
  if (token?.type === 'NUMBER') return { value: numberOf(token.lower), next: at + 1 }
  const value = token?.type === 'WORD' ? counts.get(token.lower) : undefined
  if (value === undefined) return undefined
  const next = tokens[at + 1]
  // "a couple of", "half an", "a few"
  if ((token!.lower === 'a' || token!.lower === 'an') && next !== undefined && counts.has(next.lower)) {
    return countAt(tokens, at + 1)
  }
  if (token!.lower === 'half') return { value, next: skipArticle(tokens, at + 1) }
  return { value, next: is(next, 'of') ? at + 2 : at + 1 }
}

/** Length of the unit that this word names: "the last hour". */
export const unitOf = (token: Token | undefined): number | undefined =>
  token?.type === 'WORD' && token.lower.length > 1 ? unitMs.get(token.lower) : undefined

export const is = (token: Token | undefined, ...words: string[]): boolean =>
  token !== undefined && words.includes(token.lower)

const skipArticle = (tokens: readonly Token[], at: number): number =>
  is(tokens[at], 'a', 'an', 'the') ? at + 1 : at

const numberOf = (text: string): number => {
  const value = Number(text.replace(',', '.'))
  // A million of any unit is beyond what anybody means.
  return Number.isFinite(value) ? Math.min(value, 1e6) : 0
}
