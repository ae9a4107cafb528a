import { Partition } from './partition.ts'
import { cover, keyOf, type Pattern, type PatternBook } from './pattern-book.ts'
import type { Rule } from './rule.ts'
import { value } from './scan.ts'
import { mergeGap, render } from './template.ts'

/** Patterns of one statement as one template. */
export type Statement = { template: string; count: number; patternIds: number[] }

type Item = { words: readonly number[]; gaps: string[]; count: number; ids: number[]; seen: Set<string> }

/** Words that must stay when one is taken for a value, so that short lines are not folded into each other. */
const standWordsMin = 4

/** What is known now, most frequent first; templates that read the same are one. */
export function statementsOf(book: PatternBook, without: ReadonlySet<Rule> = new Set()): Statement[] {
  const items = [...book.patterns()].map(itemOf)
  const rows = without.has('stand') ? items : foldStanding(items)
  const partition = new Partition()
  const found = new Map<string, Statement>()
  for (const bucket of bucketsOf(rows))
    for (const part of without.has('vary') ? bucket.map((row) => [row]) : partition.of(bucket)) {
      const template = templateOf(part, book) || value
      const statement = found.get(template) ?? { template, count: 0, patternIds: [] }
      found.set(template, statement)
      for (const { count, ids } of part) {
        statement.count += count
        for (const id of ids) statement.patternIds.push(id)
      }
    }
  return [...found.values()].sort((a, b) => b.count - a.count || (a.template < b.template ? -1 : 1))
}

const itemOf = ({ id, words, gaps, count }: Pattern): Item => ({
  ...{ words, gaps: [...gaps], count, ids: [id] },
  seen: new Set(),
})

/** Widest first, so that a line with two such words is folded twice. */
function foldStanding(items: readonly Item[]): Item[] {
  const byWords = new Map(items.map((item) => [keyOf(item.words), item]))
  const kept: Item[] = []
  for (const item of [...items].sort((a, b) => b.words.length - a.words.length)) {
    const host = hostOf(item, byWords)
    if (!host) {
      kept.push(item)
      continue
    }
    host.item.count += item.count
    for (const id of item.ids) host.item.ids.push(id)
    cover(host.item, host.gaps)
  }
  return kept
}

/** A pattern of one word less that has a value where this has the word, and is equal elsewhere. */
function hostOf(
  { words, gaps }: Item,
  byWords: ReadonlyMap<number, Item>,
): { item: Item; gaps: string[] } | undefined {
  if (words.length <= standWordsMin) return undefined
  for (let at = 0; at < words.length; at++) {
    const item = byWords.get(keyOf(words, at))
    if (!item || !isWithout(item.words, words, at)) continue
    const gap = joined(gaps[at]!, gaps[at + 1]!)
    if (item.gaps[at] === gap) return { item, gaps: [...gaps.slice(0, at), gap, ...gaps.slice(at + 2)] }
  }
  return undefined
}

const isWithout = (less: readonly number[], words: readonly number[], at: number): boolean =>
  less.length === words.length - 1 && less.every((word, i) => word === words[i < at ? i : i + 1])

/** As the scanner would have written a value between these. */
const joined = (before: string, after: string): string =>
  (before.endsWith(value) ? before : `${before}${value}`) + (after.startsWith(value) ? after.slice(3) : after)

function bucketsOf(items: readonly Item[]): Item[][] {
  const buckets = new Map<string, Item[]>()
  for (const item of items) {
    const key = `${item.words.length},${item.words[0] ?? 0}`
    const bucket = buckets.get(key)
    if (bucket) bucket.push(item)
    else buckets.set(key, [item])
  }
  return [...buckets.values()]
}

function templateOf(part: readonly Item[], book: PatternBook): string {
  const first = part[0]!
  if (part.length === 1)
    return render(
      first.words.map((word) => book.wordOf(word)),
      first.gaps,
    )
  const words = first.words.map((word, at) =>
    part.every((item) => item.words[at] === word) ? book.wordOf(word) : null,
  )
  const gaps = first.gaps.map((gap, at) =>
    part.reduce((merged, item) => mergeGap(merged, item.gaps[at]!), gap),
  )
  return render(words, gaps)
}
