import type { Intent } from '@aiops/contract/model/answer'
import type { Question } from '../question/question.ts'
import type { Draft } from './answerer.ts'
import { DraftWriter } from './draft.ts'

/** Intents whose words may hold names that need not exist. */
const freeOfNames: ReadonlySet<Intent> = new Set<Intent>([
  ...([
    'REFUSED',
    'HELP',
    'GREETING',
    'UNKNOWN',
    'SHOW_TRACE',
    'FIND_METRICS',
    'SHOW_LOGS',
    'COST',
    'SLO',
    // Their answers say which name is unknown; ids of changes are none.
    'PLACEMENT',
    'DEPLOYMENTS',
    'PRICES',
    'POLICY',
    'DRIFT',
    'AUDIT',
  ] as const),
])
const choicesMax = 8
const nearestMax = 5

/**
 * What cannot be answered as it was asked: a name that means several things, or nothing here; a time of which nothing is kept. `reading` is
 * the call that read the question.
 */
export function askedBack(question: Question, reading: string): Draft | undefined {
  const writer = new DraftWriter()
  const [ambiguous] = question.ambiguous
  if (ambiguous) {
    writer.headline(`"${ambiguous.text}" can mean several things here. Which one?`, reading)
    for (const { kind, name, id } of ambiguous.choices.slice(0, choicesMax)) {
      const meant = `${kind.toLowerCase()} ${name}`
      const text = id === name || id.endsWith(`/${name}`) ? meant : `${meant} (${id})`
      writer.choice(text, replaced(question, ambiguous.text, name))
    }
    return writer.draft
  }
  const [unknown] = question.unknown
  if (
    unknown &&
    question.entities.length === 0 &&
    (!freeOfNames.has(question.intent) || isOwner(question, unknown.text))
  ) {
    writer.outcome('UNANSWERABLE').headline(`I know nothing called "${unknown.text}".`, reading)
    const nearest = unknown.nearest.slice(0, nearestMax)
    if (nearest.length > 0)
      writer.say(`The nearest names are ${nearest.map(({ name }) => name).join(', ')}.`, reading)
    for (const { name } of nearest.slice(0, 3)) writer.suggest(replaced(question, unknown.text, name))
    return writer.suggest('What is broken?').draft
  }
  if (!question.time.outOfRange) return undefined
  const { text, notice } = question.time
  return writer.outcome('UNANSWERABLE').headline(notice ?? `Nothing is kept of "${text}".`, reading).draft
}

const ofThing: ReadonlySet<Intent> = new Set<Intent>(['SHOW_LOGS', 'SLO'])
/** "logs of X", where nothing is called X: not a text to look for, as in "logs with X". */
const isOwner = ({ intent, text, slots }: Question, name: string): boolean =>
  ofThing.has(intent) &&
  slots.logText === undefined &&
  new RegExp(
    `\\b(?:of|from|for|on)\\s+(?:the\\s+)?${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`,
    'i',
  ).test(text)

const replaced = (question: Question, from: string, to: string): string =>
  question.text.replace(from, () => to)
