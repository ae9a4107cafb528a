import type { EntityRef, Intent, Understanding } from '@aiops/contract/model/answer'
import { findAction } from './action-request.ts'
import { type Chosen, chooseEntity, refOf, type Scope } from './choose-entity.ts'
import { type Taken, takeFrom } from './follow-up.ts'
import type { Gazetteer } from './gazetteer.ts'
import { type IntentReading, scoreIntents } from './intent.ts'
import { isKnownForm, isPhraseWord, lemma } from './lemma.ts'
import { choicesMax, isCompound, type Link, linkNames, type Unlinked } from './link.ts'
import { isBuiltWord, looksLikeName } from './name-shape.ts'
import { normalise } from './normalise.ts'
import type { Question, QuestionTime } from './question.ts'
import { readSlots } from './slot.ts'
import { correctWord, makeTerms, type Term } from './term.ts'
import { findTime, placeTime, type SpokenTime } from './time-expression.ts'
import { type Token, tokenise, tokensMax, wordsOf } from './token.ts'

export type ReadOptions = {
  things: Gazetteer
  nowMs: number
  /** How far back telemetry is kept. */
  keptMs: number
  /** How the questions before were read, oldest first. */
  before: readonly Understanding[]
  /** Ids of the clusters that the conversation is about; empty for all. */
  clusterContext: readonly string[]
}

/** Reads a question. Pure and total: any string gives a reading, at worst UNKNOWN. */
export function readQuestion(text: string, options: ReadOptions): Question {
  const clean = normalise(text)
  const cut = tokenise(clean).flatMap((token) =>
    isCompound(token, options.things) ? wordsOf(token) : [token],
  )
  const tokens = cut.slice(0, tokensMax)
  const spoken = findTime(tokens, options.nowMs)
  const { links, unlinked, terms, changed } = readNames(tokens, spoken, options.things)
  const reading = readIntent(tokens, terms)
  const own = chooseEntities(links, reading.intent, options)
  const metric = readSlots({ tokens, terms, links, intent: reading.intent, isBefore: false }).metric
  const hasName = own.entities.length + own.ambiguous.length > 0 || unlinked.length > 0
  const said = {
    tokens,
    terms,
    ...reading,
    entities: own.entities,
    hasName,
    hasTime: spoken !== undefined,
    metric,
  }
  const taken = takeFrom(said, options.before.at(-1))
  const intent = taken?.intent ?? reading.intent
  // Another intent can mean another layer of the same name.
  const { entities, ambiguous } = intent === reading.intent ? own : chooseEntities(links, intent, options)
  const slots = readSlots({ tokens, terms, links, intent, isBefore: spoken?.isBefore ?? false })
  if (slots.metric === undefined && taken?.metric !== undefined) slots.metric = taken.metric
  if (slots.named === undefined && changed !== undefined) slots.named = changed
  if (intent === 'ACT') slots.action = findAction(tokens) ?? 'fix'
  const isTalk = intent === 'REFUSED' || intent === 'GREETING' || intent === 'HELP'
  return {
    text: clean,
    intent,
    score: taken?.intent === undefined ? reading.score : Math.max(reading.score, 0.6),
    others: reading.others,
    isUnsure: reading.isUnsure && taken?.intent === undefined,
    entities: isTalk ? [] : (taken?.entities ?? entities),
    ambiguous: isTalk ? [] : ambiguous,
    unknown: isTalk
      ? []
      : [...unlinked, ...quotedNames(tokens, links, intent)].map(({ text: name, nearest }) => ({
          text: name,
          nearest: nearest.map(refOf),
        })),
    time: timeOf(clean, tokens, intent === 'ACT' ? aheadOf(spoken) : spoken, taken, options),
    slots,
    isFollowUp: taken !== undefined,
  }
}

type Names = {
  links: readonly Link[]
  unlinked: readonly Unlinked[]
  terms: readonly Term[]
  /** A flag, a configuration: what can have changed and is no thing. */
  changed?: string
}

/** Links names; words that are a slip away from a word of the language are put right, and are no unknown names. `tokens` is changed in place. */
function readNames(tokens: Token[], spoken: SpokenTime | undefined, things: Gazetteer): Names {
  const taken = tokens.map((_, at) => spoken !== undefined && at >= spoken.from && at < spoken.to)
  const { links, unlinked } = linkNames(tokens, taken, things)
  const time = spoken === undefined ? {} : { time: { from: spoken.from, to: spoken.to } }
  const kept: Unlinked[] = []
  let changed: string | undefined
  for (const one of unlinked) {
    const token = tokens[one.from]!
    const corrected =
      token.type === 'WORD' && one.to === one.from + 1 && !looksLikeName(token, false)
        ? correctWord(token.lower)
        : undefined
    if (corrected !== undefined) tokens[one.from] = { ...token, lemma: lemma(corrected) }
    else if (isOfChange(tokens, one)) changed ??= one.text
    else if (one.isSure || (links.length === 0 && standsForName(tokens, one.from))) kept.push(one)
  }
  const terms = makeTerms(tokens, { links, unlinked: kept, ...time })
  return { links, unlinked: kept, terms, ...(changed === undefined ? {} : { changed }) }
}

const changeWords = new Set(
  'flag flags feature configmap config configuration setting settings toggle secret image tag version label'.split(
    ' ',
  ),
)

/** "the new-checkout flag", "the change of search-settings": what was changed is in no list of things, and is looked for among the changes. */
function isOfChange(tokens: readonly Token[], { from, to }: Unlinked): boolean {
  if (tokens[from]!.type !== 'NAME') return false
  if (/(?:settings?|config|configmap|flag|secret)$/.test(tokens[from]!.lower)) return true
  const around = [tokens[to], tokens[from - 1], tokens[from - 2]]
  return around.some(
    (token) =>
      token !== undefined &&
      (changeWords.has(token.lower) || (token.lemma === 'change' && token !== tokens[to])),
  )
}

const beforeName = new Set(
  'is are was of for about does did has why with from the and are on in at to'.split(' '),
)
const complaints = new Set(
  'customers customer users user people clients support complain complaining say saying'.split(' '),
)

/** A word of no language, where a name is expected: "how is warehouse doing". What customers call a thing is theirs. */
function standsForName(tokens: readonly Token[], at: number): boolean {
  const { lower } = tokens[at]!
  if (lower.length < 4 || !/^[a-z]+$/.test(lower) || isPhraseWord(lower)) return false
  if (isKnownForm(lemma(lower)) || isBuiltWord(lower)) return false
  if (tokens.some((token) => complaints.has(token.lower))) return false
  return at === 0 || beforeName.has(tokens[at - 1]!.lower)
}

function readIntent(tokens: readonly Token[], terms: readonly Term[]): IntentReading {
  const reading = scoreIntents(terms)
  if (reading.intent === 'REFUSED' || findAction(tokens) === undefined) {
    const isNameAlone = reading.intent === 'UNKNOWN' && terms.some((term) => term.features.has('<E>'))
    return isNameAlone ? { ...reading, intent: 'HEALTH', score: 0.35, isUnsure: false } : reading
  }
  const { intent, score, others } = reading
  return {
    intent: 'ACT',
    score: 0.9,
    others: intent === 'UNKNOWN' ? others : [{ intent, score }, ...others],
    isUnsure: false,
  }
}

type Entities = { entities: readonly EntityRef[]; ambiguous: Question['ambiguous'] }

function chooseEntities(links: readonly Link[], intent: Intent, options: ReadOptions): Entities {
  const scope = scopeOf(links, options.clusterContext)
  const entities: EntityRef[] = []
  const ambiguous: { text: string; choices: readonly EntityRef[] }[] = []
  for (const link of links) {
    if (link.isGroup || link.things[0]?.kind === 'METRIC') continue
    const chosen: Chosen = chooseEntity(link, intent, scope)
    if ('choices' in chosen) ambiguous.push({ text: link.text, choices: chosen.choices.slice(0, choicesMax) })
    else if (!entities.some((one) => one.id === chosen.ref.id && one.kind === chosen.ref.kind))
      entities.push(chosen.ref)
  }
  return { entities, ambiguous }
}

/** Clusters and namespaces that the question names narrow what its other names mean. */
function scopeOf(links: readonly Link[], clusterContext: readonly string[]): Scope {
  const clusters = new Set<string>()
  const namespaces = new Set<string>()
  for (const { things, isGroup } of links) {
    if (isGroup) continue
    for (const { kind, id, name } of things) {
      if (kind === 'CLUSTER') clusters.add(id)
      if (kind === 'NAMESPACE') namespaces.add(name)
    }
  }
  return { clusterIds: clusters.size > 0 ? clusters : new Set(clusterContext), namespaces }
}

/** One word in quotes that is nobody's name; in a question for logs it is what to look for. */
function quotedNames(tokens: readonly Token[], links: readonly Link[], intent: Intent): Unlinked[] {
  if (intent === 'SHOW_LOGS' || intent === 'LOG_PATTERNS' || intent === 'TRACES') return []
  return tokens.flatMap((token, at) => {
    const isOpen =
      token.type === 'QUOTED' && /^[\w./:-]{2,100}$/.test(token.text) && !isKnownForm(token.lower)
    if (!isOpen || links.some((link) => link.from <= at && at < link.to)) return []
    return [{ from: at, to: at + 1, text: token.text, nearest: [], isSure: true, said: [] }]
  })
}

/** "Silence it for an hour": what is to be done lasts from now on. */
function aheadOf(spoken: SpokenTime | undefined): SpokenTime | undefined {
  if (spoken?.range === undefined || spoken.isMoment) return spoken
  const { startMs, endMs } = spoken.range
  return spoken.isFor === true
    ? { ...spoken, range: { startMs: endMs, endMs: endMs + (endMs - startMs) } }
    : spoken
}

function timeOf(
  clean: string,
  tokens: readonly Token[],
  spoken: SpokenTime | undefined,
  taken: Taken | undefined,
  { nowMs, keptMs }: ReadOptions,
): QuestionTime {
  if (spoken !== undefined) {
    const text = clean.slice(tokens[spoken.from]!.start, tokens[spoken.to - 1]!.end)
    return placeTime(spoken, text, { nowMs, keptMs })
  }
  const last = taken?.time
  const startMs = last === undefined ? Number.NaN : Date.parse(last.start)
  const endMs = last === undefined ? Number.NaN : Date.parse(last.end)
  if (last === undefined || !(startMs <= endMs)) return placeTime(undefined, '', { nowMs, keptMs })
  const range = { startMs, endMs }
  return placeTime({ range, isMoment: startMs === endMs, isBefore: false, from: 0, to: 0 }, last.text, {
    nowMs,
    keptMs,
  })
}
