import { conceptTable } from './concept-table.ts'
import { kindsOfWord } from './kind-word.ts'
import { isKnownForm, isTableWord, lemma } from './lemma.ts'
import type { Unlinked } from './linked.ts'
import { metricWords } from './metric-word.ts'
import { businessWords, functionWords } from './ordinary-word.ts'
import type { Token } from './token.ts'

/**
 * Where a name stands. FIRM: only something that runs can stand there ("why is X failing", "the logs of X"), so that even a word which
 * questions are made of is one. LOOSE: a name can stand there ("is X down"), which is enough for a word that names something known.
 */
export type NameSlot = 'FIRM' | 'LOOSE'

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/))

/** What only a running thing is or does: nobody says it of a price, a report, or a number. */
const runs = setOf(
  `failing failed fail fails crashing crashed crash crashes broken slow slower sluggish laggy unhealthy healthy unreachable reachable
unavailable unresponsive responding respond responsive restarting restart restarted erroring dead alive hanging hung hang stuck flapping
crashlooping degraded misbehaving starting start booting loading load dying die died timing throwing returning running run working work
overloaded killed oomkilled`,
)
/** What is said of running things and of numbers alike. */
const mayRun = setOf(
  'down up ok okay fine good bad doing affected involved ready online offline green red normal',
)
const between = setOf(
  'so not still always again constantly very that too really suddenly currently being getting been become becoming',
)
const auxiliaries = setOf('is was does did has had isnt can could will would')
const manyAuxiliaries = setOf('are were do have')
const verbsAfter = setOf('is was keeps kept seems looks has isnt')
const articles = setOf('the our my your')
/** What things have, and notions do not. */
const possessions = setOf('log pod owner health replica dependency container image restart')
const prepositions = setOf('of on for about with from in behind at by to')
const endings = setOf('and or now today right currently please since when after before again or vs versus')

const isEnd = (token: Token | undefined): boolean =>
  token === undefined || token.type === 'MARK' || endings.has(token.lower)

/** How firmly the stretch stands for a name, by the words around it; undefined where nothing says so. */
export function nameSlotOf(tokens: readonly Token[], from: number, to: number): NameSlot | undefined {
  return subjectSlot(tokens, from, to) ?? objectSlot(tokens, from, to) ?? openingSlot(tokens, from, to)
}

/** "why is X so slow", "when did X start failing", "is X down". */
function subjectSlot(tokens: readonly Token[], from: number, to: number): NameSlot | undefined {
  let at = from - 1
  if (tokens[at]?.lower === 'not') at -= 1
  const before = tokens[at]?.lower ?? ''
  const isMany = manyAuxiliaries.has(before)
  if (!isMany && !auxiliaries.has(before)) return undefined
  const said = predicateOf(tokens, to)
  return said === 'FIRM' && isMany ? 'LOOSE' : said
}

function predicateOf(tokens: readonly Token[], to: number): NameSlot | undefined {
  let at = to
  while (at < to + 3 && between.has(tokens[at]?.lower ?? '')) at += 1
  const word = tokens[at]?.lower ?? ''
  if (runs.has(word)) return 'FIRM'
  return mayRun.has(word) ? 'LOOSE' : undefined
}

/** "the logs of X", "what depends on X", "who owns X", "if X dies". */
function objectSlot(tokens: readonly Token[], from: number, to: number): NameSlot | undefined {
  const before = tokens[from - 1]
  if (before === undefined || before.type === 'MARK') return undefined
  if (before.lower === 'if' || before.lower === 'when')
    return ['goes', 'dies', 'fails', 'crashes', 'breaks', 'stops'].includes(tokens[to]?.lower ?? '')
      ? 'FIRM'
      : undefined
  const isLast = isEnd(tokens[to]) || ['in', 'over', 'during'].includes(tokens[to]?.lower ?? '')
  if (!isLast) return undefined
  if (prepositions.has(before.lower)) return possessions.has(tokens[from - 2]?.lemma ?? '') ? 'FIRM' : 'LOOSE'
  const isAct = ['restart', 'scale', 'drain', 'own', 'owns', 'redeploy'].includes(before.lower)
  return isAct && (from > 1 || tokens[to] === undefined) ? 'LOOSE' : undefined
}

/** "X is failing", "X keeps crashing". */
function openingSlot(tokens: readonly Token[], from: number, to: number): NameSlot | undefined {
  const before = tokens[from - 1]
  const opens =
    before === undefined || before.type === 'MARK' || ['and', 'but', 'because', 'why'].includes(before.lower)
  if (!opens || !verbsAfter.has(tokens[to]?.lower ?? '')) return undefined
  return predicateOf(tokens, to + 1)
}

/** Things of the platform, processes and people: "is production slow", "why is scheduling stuck" name no service. */
const nameless: ReadonlySet<string> = new Set(
  [
    ...([
      'EVERYTHING',
      'CUSTOMER',
      'CHANGE',
      'PENDING',
      'RESTART',
      'IMAGE_PULL',
      'OOM',
      'CLUSTER',
      'NODE',
      'POD',
      'WORKLOAD',
      'SERVICE',
      'NAMESPACE',
      'EVENT',
      'GPU',
      'CNF',
      'PTP',
      'CLOCK_SYNC',
      'ALERT',
      'INCIDENT',
      'RUNBOOK',
      'DEPEND',
      'BROKEN',
      'SLOW',
      'FINE',
      'HEALTH',
      'MOST',
      'WHICH',
      'WHO',
    ] as const),
  ].flatMap((concept) => conceptTable[concept].split(', ')),
)
/** A word for the platform, for what it is made of, or for what happens in it. */
export const isNameless = (lower: string): boolean => nameless.has(lower) || nameless.has(lemma(lower))

const measured: ReadonlySet<string> = new Set(Object.values(metricWords).flatMap((list) => list.split(', ')))

/** A word that questions are made of, where only a name can stand: it is taken for one, though nothing is called so. */
export function isNameByPlace(tokens: readonly Token[], at: number): boolean {
  const { type, lower } = tokens[at]!
  if (type !== 'WORD' || lower.length < 3 || lower.endsWith('s') || businessWords.has(lower)) return false
  if (functionWords.has(lower) || kindsOfWord(lower) !== undefined) return false
  if (isNameless(lower) || measured.has(lower) || measured.has(lemma(lower))) return false
  const isOfQuestions = isTableWord(lower) || (isKnownForm(lower) && isTableWord(lemma(lower)))
  return isOfQuestions && nameSlotOf(tokens, at, at + 1) === 'FIRM'
}

/** "why is the billing failing", where nothing is called so: what customers call a thing is theirs, and says nothing of what is asked. */
export function isTopicByPlace(tokens: readonly Token[], at: number): boolean {
  const { type, lower } = tokens[at]!
  if (type !== 'WORD' || !businessWords.has(lower) || measured.has(lower) || nameless.has(lower)) return false
  const start = articles.has(tokens[at - 1]?.lower ?? '') ? at - 1 : at
  const slot = nameSlotOf(tokens, start, at + 1)
  if (slot === 'FIRM' || (slot === 'LOOSE' && subjectSlot(tokens, start, at + 1) !== undefined)) return true
  if (slot !== 'LOOSE' || start !== at) return false
  return (
    hasMeasureBefore(tokens, at) || (ofThing.has(tokens[at - 1]?.lower ?? '') && isTableWord(lemma(lower)))
  )
}

const ofThing = setOf('of on for about with behind from')

/** "error rate of X", "p95 latency for X". */
function hasMeasureBefore(tokens: readonly Token[], at: number): boolean {
  if (!['of', 'for'].includes(tokens[at - 1]?.lower ?? '')) return false
  return tokens
    .slice(Math.max(0, at - 3), at - 1)
    .some(({ lower }) => measured.has(lower) || lower === 'rate')
}

/** The words of a question that stand for something of the business and name nothing here. */
export const topicsOf = (
  tokens: readonly Token[],
  named: readonly { from: number; to: number }[],
): Unlinked[] =>
  tokens.flatMap((token, at) =>
    named.some(({ from, to }) => from <= at && at < to) || !isTopicByPlace(tokens, at)
      ? []
      : [{ from: at, to: at + 1, text: token.text, nearest: [], isSure: false, said: [] }],
  )
