import type { Answer, Claim, EvidenceType, Understanding } from '@aiops/contract/model/answer'
import type { Persona } from '@aiops/contract/model/persona'
import { isoTime } from '../../../kernel/clock.ts'
import { plainLine } from '../plain-line.ts'
import { intentMeaning } from '../question/intent-meaning.ts'
import type { Question } from '../question/question.ts'
import type { Outcome } from '../tool/tool-box.ts'
import type { Draft } from './answerer.ts'
import type { Investigation } from './investigation.ts'
import { ordered, textOf } from './text.ts'

const missingMax = 5
/** Characters of what is said of a reading. */
const sentenceMax = 2_000

/** The reading of the question is the first thing that can be cited. */
export const readingOf = ({ text, intent, entities, unknown }: Question, names: number): Outcome => ({
  call: {
    ...{ tool: 'read_question', arguments: { question: text }, status: 'OK', records: 0, ms: 0 },
    sentence: plainLine(
      `Read as ${intent.toLowerCase().replaceAll('_', ' ')}${
        entities.length === 0 ? '' : ` of ${entities.map(({ name }) => name).join(', ')}`
      }; ${names} names are known${unknown
        .filter(({ nearest }) => nearest.length > 0)
        .map(
          ({ text: said, nearest }) => `, nearest to "${said}" ${nearest.map(({ name }) => name).join(', ')}`,
        )
        .join('')}.`,
      sentenceMax,
    ),
  },
  ...{ output: undefined, drafts: [], missing: [] },
})

/** Claims in the order that the persona gives them, and the text that they make. */
export function said(
  draft: Draft,
  persona: Persona,
  { evidence }: Investigation,
): { claims: Claim[]; text: string } {
  const typeOf = new Map(evidence.map(({ id, type }) => [id, type]))
  const weight = (type: EvidenceType | undefined): number => (type && persona.evidence_weights[type]) ?? 1
  const claims = ordered(draft.claims, ({ cites }) => Math.max(...cites.map((id) => weight(typeOf.get(id)))))
  return { claims, text: textOf(claims, draft) }
}

export const understandingOf = (
  { intent, score, entities, time, slots }: Question,
  draft: Draft,
): Understanding => ({
  ...{ intent, score, entities: [...entities] },
  time: time.text === '' ? null : { start: isoTime(time.startMs), end: isoTime(time.endMs), text: time.text },
  metric: slots.metric ? (slots.metric.names[0] ?? slots.metric.aspect) : null,
  incident_id: draft.incidentId ?? null,
})

/** Calls that gave nothing because they could not. */
export const failures = ({ calls }: Investigation): Answer['not_checked'] =>
  calls
    .filter(({ status }) => status === 'FAILED' || status === 'DENIED' || status === 'TIMEOUT')
    .map(({ tool, sentence }) => ({ what: tool.replaceAll('_', ' '), reason: sentence }))

/** What could not be looked at, as the answer says it, and what it does not say of it. */
export function notChecked({ notChecked: own }: Draft, found: Investigation): Answer['not_checked'] {
  const said = new Set(own.map(({ reason }) => reason))
  return [...own, ...failures(found).filter(({ reason }) => !said.has(reason))]
}

/** Below this a reading is doubtful, where another is at least that likely. */
const [doubtMax, otherMin] = [0.5, 0.2]

/** What a reader should know of the answer as a whole. */
export function noticesOf(
  { intent, score, others, time, unknown, entities, topics = [], unread = [] }: Question,
  { missing }: Investigation,
): string[] {
  const notices = time.notice ? [time.notice] : []
  if (entities.length > 0)
    notices.push(
      ...unknown.map(
        ({ text }) => `I know nothing called "${plainLine(text, 200)}"; this answer is without it.`,
      ),
    )
  notices.push(
    ...topics.map(
      (text) => `Nothing here is called "${plainLine(text, 200)}"; this answer is of everything.`,
    ),
  )
  const other = others.find((one) => one.intent !== intent && one.score >= otherMin)
  if (unread.length === 0 && score < doubtMax && other)
    notices.push(
      `I read this as a question of ${intentMeaning[intent]}; it may be one of ${intentMeaning[other.intent]} too.`,
    )
  if (unread.length > 0)
    notices.push(
      `I read this as a question of ${intentMeaning[intent]}, and nothing in ${unread.map((word) => `"${plainLine(word, 40)}"`).join(', ')}; ask it otherwise if something else is meant.`,
    )
  for (const [cluster, reason] of [...missing].slice(0, missingMax))
    notices.push(`${cluster} is not in this answer: ${reason}`)
  if (missing.size > missingMax)
    notices.push(`${missing.size - missingMax} more clusters are not in this answer.`)
  return notices
}
