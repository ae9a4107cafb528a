import type { EvidenceRecord } from '@aiops/contract/model/answer'
import type { ToolName } from '../../tool/index.ts'
import type { Found, Situation } from '../answerer.ts'
import type { DraftWriter } from '../draft.ts'
import { plainText } from '../log/message-text.ts'
import { durationText } from '../words.ts'

/** Things that a provider can run: what a question calls a service may be known as a workload or a database too. */
const served: ReadonlySet<string> = new Set(['SERVICE', 'WORKLOAD', 'DATABASE', 'QUEUE', 'FUNCTION'])
export const servicesOf = ({ question }: Situation): string[] =>
  question.entities.filter(({ kind }) => served.has(kind)).map(({ name }) => name)
export const providersOf = ({ question }: Situation): string[] =>
  question.entities.filter(({ kind }) => kind === 'PROVIDER').map(({ name }) => name)

/** Records of one call that are about one thing: `TOTAL`, `OPTION`, …; see the tools. */
export const recordsOf = (found: Found, tool: ToolName, about: string, as?: string): EvidenceRecord[] =>
  (found.of(tool, as)?.records ?? []).filter(({ fields }) => fields.about === about)

export const callOf = (found: Found, tool: ToolName, as?: string): string | undefined =>
  found.of(tool, as)?.call.id

/** True, and said, where the call failed: then nothing is known, and nothing is 0. */
export function isUnanswered(
  writer: DraftWriter,
  found: Found,
  tool: ToolName,
  what: string,
  as?: string,
): boolean {
  const outcome = found.of(tool, as)
  if (!outcome || outcome.output !== undefined) return false
  writer
    .outcome('UNANSWERABLE')
    .headline(`I cannot say ${what}: ${outcome.call.sentence}`, outcome.call.id)
    .couldNot(what, outcome.call.sentence)
  return true
}

/** A name that the question holds and nobody knows, where it names nothing else. */
export function isOfUnknown(writer: DraftWriter, situation: Situation, found: Found): boolean {
  const { question } = situation
  const [unknown] = question.unknown
  if (!unknown || question.entities.length > 0 || isId(unknown.text)) return false
  const cite = found.calls[0]?.id
  writer.outcome('UNANSWERABLE').headline(`I know nothing called ${plainText(unknown.text)}.`, cite)
  for (const { name } of unknown.nearest.slice(0, 3))
    writer.suggest(question.text.replace(unknown.text, () => name))
  return true
}

/** Ids are named in questions about single changes and decisions, and are no names of things. */
export const idIn = (text: string): string | undefined =>
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{9,}\b/i.exec(text)?.[0].toLowerCase() ??
  /\b(?:deployment|change|merge request|pull request|request|mr|pr|proposal)s?\s*(?:number|no\.?|nr\.?)?\s*[!#]?(\d{1,9})\b/i.exec(
    text,
  )?.[1] ??
  /(?:^|\s)[!#](\d{1,9})\b/.exec(text)?.[1]
const isId = (text: string): boolean => /^[!#]?\d+$|^[0-9a-f-]{8,}$/i.test(text)

/** `12 s old`. */
export const ageText = (seconds: number | null | undefined): string =>
  seconds === null || seconds === undefined ? 'of unknown age' : `${durationText(seconds * 1_000)} old`

/** The time that a question says, as input of a tool; nothing where it says none. */
export const rangeOf = ({ question: { time } }: Situation): { since?: string; until?: string } =>
  time.text === ''
    ? {}
    : { since: new Date(time.startMs).toISOString(), until: new Date(time.endMs).toISOString() }

export const noTelemetry =
  'Nobody tells what providers cost here: a sender of provider telemetry, or a file or query that is read, would tell it.'
export const noPrices =
  'A price book would give the prices, or the metrics of an OpenCost exporter; the page Cost shows which are in use.'
