import { exceptedOf } from './except.ts'
import type { Gazetteer } from './gazetteer.ts'
import { lemma } from './lemma.ts'
import { linkNames } from './link.ts'
import type { Link, Unlinked } from './linked.ts'
import { looksLikeName } from './name-shape.ts'
import { topicsOf } from './name-slot.ts'
import { isOfChange, standsForName } from './stands-for-name.ts'
import { correctWord, makeTerms, type Term } from './term.ts'
import type { SpokenTime } from './time-expression.ts'
import type { Token } from './token.ts'

export type Names = {
  links: readonly Link[]
  unlinked: readonly Unlinked[]
  /** Names that the question leaves out; patterns do not see them. */
  excepted: readonly Link[]
  /** Words of the business that name nothing here. */
  topics: readonly Unlinked[]
  terms: readonly Term[]
  /** A flag, a configuration: what can have changed and is no thing. */
  changed?: string
}

/** Links names; words that are a slip away from a word of the language are put right, and are no unknown names. `tokens` is changed in place. */
export function readNames(tokens: Token[], spoken: SpokenTime | undefined, things: Gazetteer): Names {
  const taken = tokens.map((_, at) => spoken !== undefined && at >= spoken.from && at < spoken.to)
  const { links: all, unlinked } = linkNames(tokens, taken, things)
  const excepted = exceptedOf(
    tokens,
    all.filter(({ isGroup }) => !isGroup),
  )
  const links = all.filter((link) => !excepted.includes(link))
  const time = spoken === undefined ? {} : { time: { from: spoken.from, to: spoken.to } }
  const kept: Unlinked[] = []
  let changed: string | undefined
  const changes = new Set<number>()
  for (const one of unlinked) {
    const token = tokens[one.from]!
    const corrected =
      token.type === 'WORD' && one.to === one.from + 1 && !looksLikeName(token, false)
        ? correctWord(token.lower)
        : undefined
    if (corrected !== undefined) tokens[one.from] = { ...token, lemma: lemma(corrected) }
    else if (isOfChange(tokens, one)) {
      changed ??= one.text
      changes.add(one.from)
    } else if (one.isSure || (links.length === 0 && standsForName(tokens, one.from))) kept.push(one)
  }
  const topics = topicsOf(tokens, [...all, ...kept, ...(spoken === undefined ? [] : [spoken])])
  const terms = makeTerms(tokens, {
    without: excepted,
    ...{ links, unlinked: kept, changes, topics: new Set(topics.map(({ from }) => from)), ...time },
  })
  return {
    ...{ links, excepted, unlinked: kept, topics, terms },
    ...(changed === undefined ? {} : { changed }),
  }
}
