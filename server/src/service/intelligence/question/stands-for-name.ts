import { isKnownForm, isPhraseWord, lemma } from './lemma.ts'
import type { Unlinked } from './linked.ts'
import { isBuiltWord } from './name-shape.ts'
import { businessWords } from './ordinary-word.ts'
import type { Token } from './token.ts'

const changeWords = new Set(
  'flag flags feature configmap config configuration setting settings toggle secret image tag version label'.split(
    ' ',
  ),
)

/** "the new-checkout flag", "the change of search-settings": what was changed is in no list of things, and is looked for among the changes. */
export function isOfChange(tokens: readonly Token[], { from, to }: Unlinked): boolean {
  if (tokens[from]!.type !== 'NAME') return false
  if (/(?:settings?|config|configmap|flag|secret)$/.test(tokens[from]!.lower)) return true
  const after = tokens.slice(to, to + 5).map((token) => token.lower)
  // "new-checkout: on since when", "dark-mode got enabled by whom"
  const isSwitched = after.some((word) =>
    ['on', 'off', 'enabled', 'disabled', 'live', 'flipped'].includes(word),
  )
  if (isSwitched && tokens.some(({ lower }) => ['since', 'by', 'when', 'who'].includes(lower))) return true
  // "who turned on new-checkout"
  const [verb, particle] = tokens.slice(Math.max(0, from - 2), from)
  if (['on', 'off'].includes(particle?.lower ?? '') && ['turn', 'switch', 'flip'].includes(verb?.lemma ?? ''))
    return true
  const around = [tokens[to], tokens[from - 1], tokens[from - 2]]
  return around.some(
    (token) =>
      token !== undefined &&
      (changeWords.has(token.lower) || (token.lemma === 'change' && token !== tokens[to])),
  )
}

const beforeName = new Set(
  'is are was of for about does did has why with from the and are on in at to status state health'.split(' '),
)
const beforeArticle = new Set('of for about with in on'.split(' '))
const complaints = new Set(
  'customers customer users user people clients support complain complaining say saying'.split(' '),
)

const objects = new Set('the a an all it this that these those my our me us every each any'.split(' '))

/** A word of no language, where a name is expected: "how is warehouse doing". What customers call a thing is theirs. */
export function standsForName(tokens: readonly Token[], at: number): boolean {
  const { lower } = tokens[at]!
  if (lower.length < 4 || !/^[a-z]+$/.test(lower) || isPhraseWord(lower)) return false
  if (isKnownForm(lemma(lower)) || isBuiltWord(lower) || businessWords.has(lower)) return false
  if (tokens.some((token) => complaints.has(token.lower))) return false
  const next = tokens[at + 1]?.lemma ?? ''
  if (isPredicate(tokens, at) || modified.has(next) || speaks.has(next)) return false
  const after = tokens[at + 1]
  // "reconstruct the last hour": what opens and has an object is a verb.
  if (at === 0) return after === undefined || !objects.has(after.lower)
  const before = tokens[at - 1]!.lower
  if (before !== 'the') return beforeName.has(before)
  // "is the warehouse down", not "give me the headlines".
  const lead = tokens[at - 2]
  return lead !== undefined && lead.lower !== 'the' && (lead.lemma === 'be' || beforeArticle.has(lead.lower))
}

/** "the refunds outage", "the frobnicate thing": a word that says which one, and names nothing by itself. */
const modified = new Set(
  'outage slowness problem issue trouble incident mess disaster drama crash failure hiccup glitch thing stuff flow journey page button step'.split(
    ' ',
  ),
)

/** Who does so is a person. */
const speaks = new Set('say tell report claim think complain ask want mention shout write'.split(' '))

const subjects = new Set(
  'what who which anything something everything nothing all it this that things they we'.split(' '),
)

/** "what is zonked", "is anything zonked": what is said of a thing, and no name of one. */
export function isPredicate(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]
  if (before === undefined) return false
  if (subjects.has(before.lower)) return tokens[at - 2]?.lemma === 'be' || at === tokens.length - 1
  return before.lemma === 'be' && subjects.has(tokens[at - 2]?.lower ?? '') && at >= tokens.length - 2
}
