import type { Gazetteer, Near } from './gazetteer.ts'
import { keyOf } from './gazetteer.ts'
import { type EntityKind, kindsOfWord, spokenKinds } from './kind-word.ts'
import { isKnownForm, isPhrasePair } from './lemma.ts'
import type { Link, Unlinked } from './linked.ts'
import { alertByPart, soleOfKind } from './lone-name.ts'
import { isBuiltWord, isFixedWord, looksLikeName, stripsToWords } from './name-shape.ts'
import { isNameByPlace, isNameless, isTopicByPlace, nameSlotOf } from './name-slot.ts'
import { functionWords, ordinaryVerbs } from './ordinary-word.ts'
import { isOfPool, otherForms, textOf } from './other-form.ts'
import type { NamedThing } from './question.ts'
import type { Token } from './token.ts'

export type Linked = { links: readonly Link[]; unlinked: readonly Unlinked[] }

/** Characters of a name at most, as Kubernetes has it. */
const nameMax = 253
/** Words of one name at most. */
const wordsMax = 5
/** Names of one question, and looks at names that are near, that are followed. */
const linksMax = 24
const nearLooksMax = 48
export const choicesMax = 8

/** Finds names in a question, the longest first: exact or by alias, else with a slip, else by how they begin. */
export function linkNames(tokens: readonly Token[], taken: readonly boolean[], gazetteer: Gazetteer): Linked {
  const free = tokens.map((_, index) => taken[index] !== true)
  const links = exactLinks(tokens, free, gazetteer)
  const unlinked: Unlinked[] = unknownIncidents(tokens, free)
  let looks = 0
  for (let at = 0; at < tokens.length; at++) {
    if (free[at] !== true || !canBeName(tokens[at]!) || isOfPhrase(tokens, at)) continue
    const said = saidKinds(tokens, free, at, at + 1)
    // "the vpn certificate alert quiet": the kind word belongs to the name before it.
    const isTold = at > 1 && free[at - 2] === false && kindsOfWord(tokens[at - 1]!.lower) !== undefined
    const isNamed = said.length > 0 && canFollowKind(tokens[at]!) && !isTold
    const isWord = isWordOfLanguage(tokens[at]!)
    const isPlaced = isNameByPlace(tokens, at)
    if (isWord && !isNamed && !isPlaced && !isTopicByPlace(tokens, at)) continue
    if (++looks > nearLooksMax || links.length + unlinked.length >= linksMax) break
    const found = nearLink(tokens, free, at, said, gazetteer)
    if ('things' in found) links.push(found)
    else if (isPlaced) unlinked.push({ ...found, isSure: true })
    else if (isWord && !found.isSure) continue
    else unlinked.push(found)
    for (let index = found.from; index < found.to; index++) free[index] = false
  }
  links.push(...soleOfKind(tokens, free, gazetteer))
  if (links.length === 0) links.push(...alertByPart(tokens, free, gazetteer))
  links.sort((a, b) => a.from - b.from)
  return { links, unlinked }
}

function exactLinks(tokens: readonly Token[], free: boolean[], gazetteer: Gazetteer): Link[] {
  const links: Link[] = []
  for (let words = wordsMax; words >= 1; words--) {
    for (let from = 0; from + words <= tokens.length && links.length < linksMax; from++) {
      const to = from + words
      if (!isFree(tokens, free, from, to)) continue
      const text = textOf(tokens, from, to)
      if (text.length > 200 || isOfPool(tokens, from, to)) continue
      const said = saidKinds(tokens, free, from, to)
      const all = otherForms(tokens, from, to).flatMap((form) => gazetteer.exact(form))
      const things = all.filter((thing) => isMeant(tokens, from, to, thing, said))
      if (things.length === 0) continue
      links.push({ from, to, text, things, how: 'EXACT', said, isGroup: false })
      for (let index = from; index < to; index++) free[index] = false
    }
  }
  return links
}

const isFree = (tokens: readonly Token[], free: readonly boolean[], from: number, to: number): boolean => {
  for (let index = from; index < to; index++) {
    const token = tokens[index]!
    if (free[index] !== true || token.type === 'MARK' || token.type === 'CLOCK') return false
    // Two halves of one contraction are no words to join.
    if (index > from && token.start === tokens[index - 1]!.start) return false
  }
  return true
}

/** A name made of everyday words is meant only where nothing says that the words are. */
function isMeant(
  tokens: readonly Token[],
  from: number,
  to: number,
  thing: NamedThing,
  said: readonly EntityKind[],
): boolean {
  const token = tokens[from]!
  const isKindSaid = said.includes(thing.kind)
  if (to - from > 1) {
    const isAllWords = tokens
      .slice(from, to)
      .every((one) => functionWords.has(one.lower) || one.type === 'NUMBER')
    return !isAllWords && (!spokenKinds.has(thing.kind) || isKindSaid)
  }
  if (token.type === 'NUMBER' || token.type === 'MEASURE') return isKindSaid
  // "what ran there": after what asks for a subject stands its verb.
  const isVerbOf = ['what', 'who', 'which', 'that', 'it'].includes(tokens[from - 1]?.lower ?? '')
  if (isVerbOf && token.lemma !== token.lower && ordinaryVerbs.has(token.lemma)) return isKindSaid
  if (token.type !== 'WORD' || !isKnownForm(token.lower)) return true
  if (isKindSaid && !functionWords.has(token.lower)) return true
  if (functionWords.has(token.lower) || spokenKinds.has(thing.kind)) return false
  if (isFixedWord(token.lower)) return !isNameless(token.lower) && nameSlotOf(tokens, from, to) !== undefined
  return !isVerb(tokens, from)
}

const beforeVerb = new Set(
  'to please pls you and then let us me just can could should would will i we not now help'.split(' '),
)
const afterVerb = new Set(
  'the a an for in all through my me our us by every each this that these those it them only on to'.split(
    ' ',
  ),
)

/** "search the logs for …", "who should I notify": here an everyday word is the verb that it looks like. */
function isVerb(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]
  const after = tokens[at + 1]
  const opens = before === undefined || before.type === 'MARK' || beforeVerb.has(before.lower)
  if (!opens) return false
  const isSubject = before !== undefined && ['i', 'we', 'you'].includes(before.lower)
  if (after === undefined || after.type === 'MARK') return isSubject
  return (
    afterVerb.has(after.lower) ||
    (after.lemma === 'log' && tokens[at + 2]?.lower === 'for') ||
    after.type === 'QUOTED'
  )
}

/** Kinds that the words before or after a stretch say: "node X", "the X service". */
function saidKinds(
  tokens: readonly Token[],
  free: readonly boolean[],
  from: number,
  to: number,
): readonly EntityKind[] {
  const after = tokens[to]
  if (after?.type === 'WORD' && free[to] === true) {
    const kinds = kindsOfWord(after.lower)
    if (kinds !== undefined) return kinds
  }
  let at = from - 1
  while (at >= 0 && ['called', 'named', 'the', 'my', 'our', 'with', 'name'].includes(tokens[at]!.lower))
    at -= 1
  const isSkipped = at < from - 1
  const before = tokens[at]
  if (before?.type !== 'WORD' || free[at] !== true) return []
  // "which pods the billing …": an article alone does not bind.
  if (isSkipped && !['called', 'named', 'name'].includes(tokens[at + 1]!.lower)) return []
  const kinds = kindsOfWord(before.lower)
  const isPlural =
    before.lower.length > 3 && before.lower.endsWith('s') && before.lower !== 'k8s' && before.lower !== 'sts'
  return kinds === undefined || isPlural ? [] : kinds
}

const isOfPhrase = (tokens: readonly Token[], at: number): boolean =>
  (at > 0 && isPhrasePair(tokens[at - 1]!.lower, tokens[at]!.lower)) ||
  (at + 1 < tokens.length && isPhrasePair(tokens[at]!.lower, tokens[at + 1]!.lower))

/** A number of an incident that is not among the known ones: an old one perhaps, which can be looked up. */
function unknownIncidents(tokens: readonly Token[], free: boolean[]): Unlinked[] {
  return tokens.flatMap((token, at) => {
    if (token.type !== 'INCIDENT' || free[at] !== true) return []
    free[at] = false
    const text = `INC-${token.text.replace(/\D+/g, '')}`
    return [{ from: at, to: at + 1, text, nearest: [], isSure: true, said: ['INCIDENT'] as const }]
  })
}

const canBeName = (token: Token): boolean =>
  token.text.length <= nameMax &&
  (token.type === 'NAME' || token.type === 'ADDRESS' || (token.type === 'WORD' && token.lower.length >= 3))

/** Beside a kind word even an everyday noun can be a name, but no word that questions are built of. */
const canFollowKind = (token: Token): boolean =>
  token.type !== 'WORD' ||
  (!functionWords.has(token.lower) && !isFixedWord(token.lower) && kindsOfWord(token.lower) === undefined)

const isWordOfLanguage = (token: Token): boolean =>
  isKnownForm(token.lower) || isKnownForm(token.lemma) || kindsOfWord(token.lower) !== undefined

function nearLink(
  tokens: readonly Token[],
  free: readonly boolean[],
  at: number,
  said: readonly EntityKind[],
  gazetteer: Gazetteer,
): Link | Unlinked {
  const token = tokens[at]!
  const isSaid = said.length > 0
  const isWord = isWordOfLanguage(token)
  const one = { from: at, to: at + 1, text: token.text, said }
  if (!isWord) {
    const whole = gazetteer.similar(token.text)
    // "bilings": a slip in the plural of a name.
    const isPlural = whole.length === 0 && token.type === 'WORD' && token.lower.endsWith('s')
    const similar = narrowed(isPlural ? gazetteer.similar(token.lower.slice(0, -1)) : whole, said)
    if (similar.length === 1) return { ...one, things: similar[0]!.things, how: 'TYPO', isGroup: false }
    if (similar.length > 1) return { ...one, things: flat(similar), how: 'TYPO', isGroup: false }
  }
  const number = tokens[at + 1]
  if (token.type === 'WORD' && number?.type === 'NUMBER' && free[at + 1] === true) {
    const nearest = flat(narrowed(gazetteer.beginning(token.text), said))
    if (nearest.length > 0)
      return { from: at, to: at + 2, text: `${token.text} ${number.text}`, nearest, isSure: true, said }
  }
  if (token.type === 'WORD') {
    const single = token.lower.endsWith('s') ? token.lower.slice(0, -1) : undefined
    // "worker nodes": all of them.
    const isManySaid =
      isSaid && kindsOfWord(tokens[at + 1]?.lower ?? '') !== undefined && tokens[at + 1]!.lower.endsWith('s')
    let near = beginning(gazetteer, token.lower, said)
    const isGroup = near.length === 0 && single !== undefined
    if (isGroup) near = beginning(gazetteer, single, said)
    if (near.length > 0)
      return {
        ...one,
        things: flat(near),
        how: 'PREFIX',
        isGroup: (isGroup || isManySaid) && near.length > 1,
      }
  }
  const nearest = nearestOf(gazetteer, token, said)
  const isSure = looksLikeName(token, at === 0 || tokens[at - 1]?.type === 'MARK') || isSaid
  return {
    ...one,
    nearest,
    isSure:
      isSure && !isWord && !(token.type === 'WORD' && /^[a-z]+$/.test(token.text) && isBuiltWord(token.text)),
  }
}

/** Those that the word covers most of, so that `catalogue` is not asked back for `catalogue-canary`. */
function beginning(gazetteer: Gazetteer, lower: string, said: readonly EntityKind[]): readonly Near[] {
  const near = narrowed(gazetteer.beginning(lower, said.length > 0 ? 3 : 4), said)
  const covered = near.filter((one) => lower.length / one.key.length >= 0.6)
  return covered.length > 0 ? covered : near
}

function narrowed(near: readonly Near[], said: readonly EntityKind[]): readonly Near[] {
  const open = near.filter((one) =>
    one.things.some((thing) => !spokenKinds.has(thing.kind) || said.includes(thing.kind)),
  )
  const ofKind = open.filter((one) => one.things.some((thing) => said.includes(thing.kind)))
  return ofKind.length > 0 ? ofKind : open
}

const flat = (near: readonly Near[]): NamedThing[] => near.flatMap((one) => one.things)

/** What a person may have meant by an unknown name: a slip or two away, or alike in how it begins. */
function nearestOf(gazetteer: Gazetteer, token: Token, said: readonly EntityKind[]): readonly NamedThing[] {
  const head = token.lower.split(/[-_./:]/).find((part) => part.length >= 3) ?? token.lower
  const found = [
    ...gazetteer.similar(token.text),
    ...gazetteer.similar(head),
    ...gazetteer.beginning(head, 3),
  ]
  if (found.length === 0 && head.length > 4) found.push(...gazetteer.beginning(head.slice(0, 4)))
  const names = new Set<string>()
  const key = keyOf(token.text)
  return flat(narrowed(found, said))
    .sort((a, b) => Math.abs(a.name.length - key.length) - Math.abs(b.name.length - key.length))
    .filter((thing) => !names.has(thing.name) && names.add(thing.name))
    .slice(0, choicesMax)
}

/** `error-rate`, `and/or`: written as one, and no name. */
export const isCompound = (token: Token, gazetteer: Gazetteer): boolean =>
  token.type === 'NAME' &&
  token.text.length <= nameMax &&
  gazetteer.exact(token.text).length === 0 &&
  stripsToWords(token)
