import { type Concept, conceptTable } from './concept-table.ts'
import { editDistance } from './edit-distance.ts'
import { conceptOfKind } from './kind-word.ts'
import { isKnownForm, isPhraseWord, lemma } from './lemma.ts'
import type { Link, Unlinked } from './linked.ts'
import { metricWords } from './metric-word.ts'
import { isTerm } from './name-shape.ts'
import type { MetricChoice } from './question.ts'
import type { Token } from './token.ts'

/** What patterns look at: a word, a name, or a time, with everything that is true of it. */
export type Term = {
  /** Words folded, `@CONCEPT`, `#ASPECT`, `<KIND>`, `<E>`, `<TIME>`; of each, how many terms it takes from here on: a phrase begins at its first. */
  features: ReadonlyMap<string, number>
  /** Tokens, end exclusive. */
  from: number
  to: number
  text: string
}

export type Aspect = Exclude<MetricChoice['aspect'], 'NAMED'>

/** Terms of one question that patterns see; the rest is chatter. */
export const termsMax = 120

const asksFirst = new Set('what which who how why where show list give'.split(' '))
const asking = new Set(['@WHICH', '@WHO', '@WHEN', '@HOW', '@SHOW'])

type Phrase = { words: readonly string[]; features: string[] }

const phrasesByFirst = indexPhrases()
const wordPhrases = new Map(
  [...phrasesByFirst].flatMap(([first, phrases]) =>
    phrases.filter((phrase) => phrase.words.length === 1).map((phrase) => [first, phrase.features] as const),
  ),
)
/** Single words of the tables, by length. */
const vocabulary = new Map<number, string[]>()
for (const phrase of [...phrasesByFirst.values()].flat()) {
  const [word] = phrase.words
  if (phrase.words.length === 1 && word!.length > 3) {
    vocabulary.set(word!.length, [...(vocabulary.get(word!.length) ?? []), word!])
  }
}

/** Scopes rather than things: a question may be about everything in them. */
const scopeKinds = new Set(['CLUSTER', 'NAMESPACE', 'PERSON', 'PROVIDER'])

export function makeTerms(
  tokens: readonly Token[],
  {
    links,
    unlinked,
    time,
    changes,
    topics,
    without = [],
  }: {
    links: readonly Link[]
    unlinked: readonly Unlinked[]
    time?: { from: number; to: number }
    /** Where tokens stand that name what was changed: a flag, a configuration. */
    changes?: ReadonlySet<number>
    /** Names that are left out of the question. */
    without?: readonly Link[]
    /** Where tokens stand that mean something of the business: they say nothing of what is asked. */
    topics?: ReadonlySet<number>
  },
): Term[] {
  const named = new Map<number, Link | Unlinked>([...links, ...unlinked].map((one) => [one.from, one]))
  const kindWords = wordsBeside(tokens, [...links, ...unlinked])
  const terms: Term[] = []
  let at = 0
  while (at < tokens.length && terms.length < termsMax) {
    if (time !== undefined && at === time.from) {
      terms.push({ features: timeFeatures(tokens, time), from: at, to: time.to, text: '' })
      at = time.to
      continue
    }
    const left = without.find(({ from }) => from === at)
    if (left !== undefined) {
      terms.push({ features: single(['<EXCEPT>']), from: at, to: left.to, text: left.text })
      at = left.to
      continue
    }
    const name = named.get(at)
    if (name !== undefined) {
      terms.push({ features: nameFeatures(name), from: at, to: name.to, text: name.text })
      at = name.to
      continue
    }
    const token = tokens[at]!
    if (kindWords.has(at)) {
      at += 1
      continue
    }
    if (changes?.has(at) === true) {
      terms.push({ features: single(['<CHANGE>', token.lower]), from: at, to: at + 1, text: token.text })
      at += 1
      continue
    }
    if (topics?.has(at) === true) {
      terms.push({ features: single(['<TOPIC>']), from: at, to: at + 1, text: token.text })
      at += 1
      continue
    }
    const end = nextTaken(tokens, at, named, time)
    const phrase = phraseAt(tokens, at, end)
    const length = phrase?.words.length ?? 1
    terms.push({ features: wordFeatures(token, phrase), from: at, to: at + 1, text: token.text })
    // Inside a phrase, words are no more than words: the "error" of an error budget is no error.
    for (const word of tokens.slice(at + 1, at + length)) {
      terms.push({ features: wordFeatures(word, undefined), from: at + 1, to: at + 2, text: word.text })
      at += 1
    }
    at += 1
  }
  return terms
}

const single = (features: Iterable<string>): ReadonlyMap<string, number> =>
  new Map([...features].map((feature) => [feature, 1]))

function timeFeatures(
  tokens: readonly Token[],
  time: { from: number; to: number },
): ReadonlyMap<string, number> {
  const features = new Set(['<TIME>'])
  // "before the rollout" still says BEFORE, "when it started" START.
  for (const token of tokens.slice(time.from, time.to)) {
    if (token.lower === 'before' || token.lower === 'ago' || token.lower === 'yesterday')
      features.add('@BEFORE')
    if (token.lower === 'since') features.add('since')
    // "vpn cert, when it started to complain" asks when, "what was it when it started" does not.
    if (token.lower === 'when' && !tokens.slice(0, time.from).some((one) => asksFirst.has(one.lower)))
      features.add('@WHEN').add('@START')
    if (token.lower === 'than') features.add('than').add('@COMPARE')
    if (token.lower === 'now' || token.lower === 'currently') features.add('now')
    if (['over', 'during', 'throughout', 'across'].includes(token.lower)) features.add('over')
    if (['until', 'till'].includes(token.lower)) features.add('until')
  }
  // "latency, last 2 hours"
  if (['last', 'past'].includes(tokens[time.from]!.lower)) features.add('over')
  return single(features)
}

function nameFeatures(name: Link | Unlinked): ReadonlyMap<string, number> {
  const features = new Set<string>()
  if (!('things' in name)) {
    for (const kind of name.said.slice(0, 1)) features.add(`<${kind}>`)
    return single([...features, '<E>', '<THING>', '<UNKNOWN>'])
  }
  if (name.isGroup) {
    const concept = conceptOfKind[name.things[0]!.kind]
    return single(concept === undefined ? [] : [`@${concept}`, 'many'])
  }
  for (const { kind } of name.things) {
    features.add(`<${kind}>`)
    if (kind === 'METRIC' || kind === 'PERSON') continue
    features.add('<E>')
    if (!scopeKinds.has(kind)) features.add('<THING>')
  }
  return single(features)
}

/** "the billing service", "node worker-3": the kind word is part of the name. In the plural it stays: "billing pods". */
function wordsBeside(tokens: readonly Token[], links: readonly (Link | Unlinked)[]): ReadonlySet<number> {
  const dropped = new Set<number>()
  const part = new Set(
    'node host machine server box site thing cluster service svc microservice app application namespace ns deployment statefulset daemonset sts component'.split(
      ' ',
    ),
  )
  for (const link of links) {
    if ('isGroup' in link && link.isGroup) continue
    if (part.has(tokens[link.to]?.lower ?? '')) dropped.add(link.to)
    else if (part.has(tokens[link.from - 1]?.lower ?? '')) dropped.add(link.from - 1)
  }
  return dropped
}

function nextTaken(
  tokens: readonly Token[],
  at: number,
  named: ReadonlyMap<number, unknown>,
  time: { from: number } | undefined,
): number {
  let end = at + 1
  while (end < tokens.length && end < at + 8 && !named.has(end) && end !== time?.from) end += 1
  return end
}

function phraseAt(tokens: readonly Token[], at: number, end: number): Phrase | undefined {
  for (const phrase of phrasesByFirst.get(tokens[at]!.lemma) ?? []) {
    if (at + phrase.words.length > end) continue
    if (phrase.words.every((word, index) => tokens[at + index]!.lemma === word)) return phrase
  }
  return undefined
}

function wordFeatures(token: Token, phrase: Phrase | undefined): ReadonlyMap<string, number> {
  const features = new Map<string, number>()
  if (token.type === 'MARK') features.set(token.text === '?' ? '?' : ',', 1)
  else features.set(token.lemma, 1).set(token.lower, 1)
  if (token.type === 'NUMBER' || token.type === 'MEASURE') features.set('<NUMBER>', 1)
  if (token.type === 'TRACE_ID') features.set('<TRACE_ID>', 1)
  if (token.type === 'QUOTED') features.set('<QUOTED>', 1)
  // Whatever phrase it opens, a word that asks still asks.
  for (const feature of wordPhrases.get(token.lemma) ?? []) if (asking.has(feature)) features.set(feature, 1)
  for (const feature of phrase?.features ?? []) features.set(feature, phrase!.words.length)
  const base = phrase === undefined ? superlativeOf(token.lower) : undefined
  if (base !== undefined) {
    features.set('@MOST', 1)
    for (const feature of wordPhrases.get(lemma(base)) ?? []) features.set(feature, 1)
  }
  return features
}

/** `sickest` is the most of `sick`: the word that it is made of, where that is a word. */
export function superlativeOf(lower: string): string | undefined {
  const stem = /^([a-z]{3,})est$/.exec(lower)?.[1]
  if (stem === undefined) return undefined
  const bases = [stem, stem.replace(/i$/, 'y'), `${stem}e`, stem.replace(/(.)\1$/, '$1')]
  return bases.find((base) => base.length > 2 && isKnownForm(base))
}

const corrected = new Map<string, string | null>()
/** Words come from people: what was looked up is kept, up to here. */
const correctedMax = 5_000

/** The word of the questions' language that a word is a slip away from; undefined where it is none or known already. */
export function correctWord(lower: string): string | undefined {
  if (lower.length < 5 || lower.length > 20) return undefined
  const before = corrected.get(lower)
  if (before !== undefined) return before ?? undefined
  const isKnown = isKnownForm(lower) || isPhraseWord(lower) || isTerm(lower) || isKnownForm(lemma(lower))
  const found = isKnown ? undefined : nearestWord(lower)
  if (corrected.size >= correctedMax) corrected.clear()
  corrected.set(lower, found ?? null)
  return found
}

function nearestWord(lower: string): string | undefined {
  const max = lower.length > 8 ? 2 : 1
  let best: string | undefined
  let least = max + 1
  for (const form of lower.endsWith('s') ? [lower, lower.slice(0, -1)] : [lower]) {
    for (let length = form.length - max; length <= form.length + max; length++) {
      for (const word of vocabulary.get(length) ?? []) {
        const distance = editDistance(form, word, least - 1)
        if (distance >= least) continue
        least = distance
        best = word
      }
    }
    if (least === 1) break
  }
  return best
}

function indexPhrases(): Map<string, Phrase[]> {
  const byWords = new Map<string, Phrase>()
  const put = (list: string, feature: string) => {
    for (const entry of list.split(',')) {
      const words = wordsOfEntry(entry)
      const held = byWords.get(words.join(' '))
      if (held === undefined) byWords.set(words.join(' '), { words, features: [feature] })
      else if (!held.features.includes(feature)) held.features.push(feature)
    }
  }
  for (const concept of Object.keys(conceptTable) as Concept[]) put(conceptTable[concept], `@${concept}`)
  for (const [aspect, list] of Object.entries(metricWords)) put(list, `#${aspect}`)
  for (const phrase of byWords.values()) {
    if (phrase.words.length > 1) phrase.features.push(phrase.words.join('_'))
    if (phrase.features.some((feature) => feature.startsWith('#'))) phrase.features.push('#ANY')
  }
  const byFirst = new Map<string, Phrase[]>()
  for (const phrase of byWords.values()) {
    const first = phrase.words[0]!
    byFirst.set(first, [...(byFirst.get(first) ?? []), phrase])
  }
  for (const phrases of byFirst.values()) phrases.sort((a, b) => b.words.length - a.words.length)
  return byFirst
}

function wordsOfEntry(entry: string): string[] {
  const words = entry
    .trim()
    .toLowerCase()
    .split(/[\s-]+/)
  return words.map((word) => lemma(word))
}
