import { type Answerer, planned, type Situation } from '../answerer.ts'
import { isUnanswered, rangeOf } from '../cost/reading.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { plainText } from '../log/message-text.ts'
import { callId } from '../subject.ts'
import { counted, momentText } from '../words.ts'

const askedOf = (situation: Situation) => {
  const { text, entities, unknown } = situation.question
  // Whoever never changed or silenced anything is no known name, and may stand in the log.
  const person = entities.find(({ kind }) => kind === 'PERSON')?.name ?? unknown[0]?.text
  const other = entities.find(({ kind }) => kind !== 'PERSON' && kind !== 'METRIC')?.name
  const verb = /\b(approv|login|log in|delet|creat|propos|revert|silenc|kill.?switch|polic|budget)/i.exec(
    text,
  )?.[1]
  return {
    ...(person ? { actor: person } : {}),
    ...(other ? { text: other } : verb ? { text: verb.toLowerCase() } : {}),
    ...(/\bdenied|\brefused|\bnot allowed|\bforbidden/i.test(text) ? { outcome: 'DENIED' as const } : {}),
    ...rangeOf(situation),
  }
}

/** AUDIT: who did what, from the audit log. */
export const auditLog: Answerer = {
  intent: 'AUDIT',
  plan: (situation) => [planned('list_audit', { ...askedOf(situation), limit: 50 })],
  compose(situation, found) {
    const writer = new DraftWriter()
    if (isUnanswered(writer, found, 'list_audit', 'who did what')) return writer.draft
    const { entries, more } = found.output('list_audit')!
    const call = callId(found, 'list_audit')
    const [first] = entries
    if (!first) {
      const { actor } = askedOf(situation)
      return writer.headline(
        `The audit log has nothing${actor ? ` of ${plainText(actor)}` : ''} that fits, in the time that was looked at.`,
        call,
      ).draft
    }
    const textOf = ({ actor, action, resource, outcome, at }: typeof first): string =>
      `${momentText(at, situation.nowMs)}: ${plainText(actor)}, ${plainText(action)} ${plainText(resource)}, ${outcome}`
    writer.headline(
      `${more ? 'More than ' : ''}${counted(entries.length, 'entry', 'entries')}; the newest: ${textOf(first)}.`,
      [call, found.record('list_audit', 0)],
    )
    for (const [i, entry] of entries.slice(1, rowsOf(situation.persona.depth)).entries())
      writer.say(`${textOf(entry)}.`, found.record('list_audit', i + 1))
    return writer.suggest('What changed through Git?').draft
  },
}
