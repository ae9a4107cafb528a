import type { Slots } from './question.ts'
import type { Token } from './token.ts'

const limitMax = 100

const sums = new Set('total sum altogether combined overall'.split(' '))
const means = new Set('average mean avg'.split(' '))

/** "average CPU over all nodes", "total requests of all services"; "total" alone counts what stands beside it. */
export function aggregateOf(tokens: readonly Token[]): Slots['aggregate'] {
  const said = (words: ReadonlySet<string>) => tokens.some(({ lower }) => words.has(lower))
  const isOfAll = tokens.some(({ lower }) =>
    ['all', 'every', 'across', 'together', 'altogether', 'fleet', 'overall', 'combined', 'whole'].includes(
      lower,
    ),
  )
  const isApart = tokens.some(
    ({ lower }, at) =>
      ['top', 'most', 'highest', 'each', 'by'].includes(lower) ||
      (lower === 'per' && !['second', 'sec', 'minute', 'min', 'hour'].includes(tokens[at + 1]?.lower ?? '')),
  )
  if (!isOfAll || isApart) return undefined
  return said(means) ? 'MEAN' : said(sums) ? 'SUM' : undefined
}

const smallNumbers = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ')
const tens = new Map([
  ['fifteen', 15],
  ['dozen', 12],
  ['twenty', 20],
  ['thirty', 30],
  ['forty', 40],
  ['fifty', 50],
  ['hundred', 100],
])

const countOf = (token: Token | undefined): number | undefined => {
  if (token === undefined) return undefined
  if (token.type === 'NUMBER' && /^\d{1,4}$/.test(token.text)) return Number(token.text)
  const index = token.type === 'WORD' ? (tens.get(token.lower) ?? smallNumbers.indexOf(token.lower)) : -1
  return index > 0 ? index : undefined
}

/** What makes a number before it a length of time. */
export const unitsAfter = new Set(
  'm min mins minute minutes h hour hours hr hrs day days week weeks second seconds s month months'.split(
    ' ',
  ),
)
const listed = new Set(
  'slowest fastest worst busiest biggest largest highest most hottest noisiest latest newest last log logs line lines event events trace traces span spans error errors message messages alert alerts pod pods service services'.split(
    ' ',
  ),
)

/** "top 5", "the last 20 lines", "3 slowest": never a time, never the number in a name. */
export function limitOf(tokens: readonly Token[]): number | undefined {
  for (let at = 0; at < tokens.length; at++) {
    const value = countOf(tokens[at])
    if (value === undefined || value < 1 || unitsAfter.has(tokens[at + 1]?.lower ?? '')) continue
    const before = tokens[at - 1]?.lower ?? ''
    const leads = ['top', 'first', 'last', 'latest', 'newest', 'worst', 'limit', 'bottom'].includes(before)
    const counts = listed.has(tokens[at + 1]?.lower ?? '') && !['than', 'are', 'is'].includes(before)
    if (leads || counts) return Math.min(value, limitMax)
  }
  // "the latest incident" is one.
  const one = tokens.findIndex((token) => ['latest', 'newest', 'last', 'worst'].includes(token.lower))
  const after = one < 0 ? [] : tokens.slice(one + 1, one + 3)
  return after.some((token) =>
    ['incident', 'alert', 'event', 'change', 'deployment', 'trace', 'anomaly'].includes(token.lower),
  )
    ? 1
    : undefined
}

export function thresholdOf(tokens: readonly Token[]): Slots['threshold'] {
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!
    const isLevel = tokens
      .slice(Math.max(0, at - 3), at)
      .some((one) =>
        ['reach', 'hit', 'cross', 'exceed', 'above', 'over', 'below', 'under', 'than', 'at'].includes(
          one.lemma,
        ),
      )
    const measure = /^(\d+(?:[.,]\d+)?)(%|[a-z]{1,5}(?:\/s)?)$/.exec(token.lower)
    if (
      measure !== null &&
      (isLevel || measure[2] === '%') &&
      !['h', 'd', 'w', 'pm', 'am', 'xx'].includes(measure[2]!)
    ) {
      return { value: Number(measure[1]!.replace(',', '.')), unit: measure[2]! }
    }
    const unit = tokens[at + 1]?.lower ?? ''
    const value = token.type === 'NUMBER' ? Number(token.text.replace(',', '.')) : Number.NaN
    if (
      Number.isFinite(value) &&
      /^(?:percent|%|gib|gb|mib|mb|ms|milliseconds|seconds|degrees|celsius|rps)$/.test(unit) &&
      isLevel
    ) {
      return { value, unit: unit === 'percent' ? '%' : unit }
    }
  }
  return undefined
}
