import type { EntityRef, Intent, Understanding } from '@aiops/contract/model/answer'
import { findAction } from './action-request.ts'
import { type Chosen, chooseEntity, refOf, type Scope } from './choose-entity.ts'
import { type Taken, takeFrom } from './follow-up.ts'
import type { Gazetteer } from './gazetteer.ts'
import { isKnownForm, lemma } from './lemma.ts'
import { choicesMax } from './link.ts'
import type { Link, Unlinked } from './linked.ts'
import { functionWords } from './ordinary-word.ts'
import type { Question, QuestionTime } from './question.ts'
import { readIntent } from './read-intent.ts'
import { readWords } from './read-words.ts'
import { readSlots } from './slot.ts'
import type { Term } from './term.ts'
import { placeTime, type SpokenTime } from './time-expression.ts'
import type { Token } from './token.ts'

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
  const words = readWords(text, options.things, options.nowMs)
  const { text: clean, tokens, spoken, links, excepted, unlinked, topics, terms, changed } = words
  // A name is no order, whatever verb it looks like: "is notify down".
  const orders = tokens.map((token, at) =>
    isLinked(links, at) ? { ...token, type: 'NAME' as const } : token,
  )
  const reading = readIntent(orders, terms)
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
  if (intent === 'ACT') slots.action = findAction(orders) ?? 'fix'
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
    ...(isTalk || intent === 'UNKNOWN' || reading.score >= weakScore ? {} : unreadOf(terms)),
    ...(isTalk || excepted.length === 0
      ? {}
      : { except: chooseEntities(excepted, intent, options).entities }),
    ...(isTalk || topics.length === 0 ? {} : { topics: topics.map(({ text: topic }) => topic) }),
    time: timeOf(clean, tokens, placedFor(intent, spoken, options.nowMs), taken, {
      ...options,
      keptMs: recorded.has(intent) ? Math.max(options.keptMs, recordedMs) : options.keptMs,
    }),
    slots,
    isFollowUp: taken !== undefined,
  }
}

/** A reading below this may be of another question than the one that was asked. */
const weakScore = 0.5
const unreadMax = 5

/** Words of matter in which no rule found anything. */
function unreadOf(terms: readonly Term[]): { unread?: readonly string[] } {
  const words = terms
    .filter(({ features }) => [...features.keys()].every((feature) => !/^[@#<,?]/.test(feature)))
    .map(({ text }) => text.toLowerCase())
    .filter(
      (word) => /^[a-z][a-z-]{2,}$/.test(word) && !functionWords.has(word) && !functionWords.has(lemma(word)),
    )
  return words.length === 0 ? {} : { unread: [...new Set(words)].slice(0, unreadMax) }
}

const isLinked = (links: readonly Link[], at: number): boolean =>
  links.some(({ from, to }) => from <= at && at < to)

/** Cost, changes and the audit log are kept for longer than telemetry is looked at: 400 days. */
const recorded: ReadonlySet<Intent> = new Set([
  ...(['COST', 'SAVINGS', 'BUDGETS', 'PLACEMENT', 'DEPLOYMENTS', 'AUDIT'] as const),
])
const recordedMs = 400 * 86_400_000

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

/** "whom do I call at 3am": they are asked of no range of time. */
const timeless: ReadonlySet<Intent> = new Set(['OWNER', 'LIST_RUNBOOKS', 'POLICY'])

/** What is said of time, as this intent means it. */
function placedFor(intent: Intent, spoken: SpokenTime | undefined, nowMs: number): SpokenTime | undefined {
  if (intent === 'ACT') return aheadOf(spoken)
  if (timeless.has(intent)) return undefined
  // "survive the night": the one that comes. It tells no range to look at.
  const isPast = spoken?.range !== undefined && spoken.range.endMs < nowMs
  return intent === 'FORECAST' && isPast ? undefined : spoken
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
