import { matchersText } from '../../tool/silence.ts'
import { type Answerer, type Found, planned, type Situation } from '../answerer.ts'
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
  plan: (situation) => [
    planned('list_audit', { ...askedOf(situation), limit: 50 }),
    // What a person does is mostly not done in this platform: it is told of as changes and silences.
    ...(askedOf(situation).actor
      ? [planned('list_changes', { limit: 200 }), planned('list_silences', { limit: 100 })]
      : []),
  ],
  compose(situation, found) {
    const writer = new DraftWriter()
    const told = sayDeeds(writer, situation, found)
    const isSilent = (found.output('list_audit')?.entries.length ?? 0) === 0
    if (told > 0 && isSilent) {
      const call = found.of('list_audit')
      if (call && call.output === undefined) writer.couldNot('the audit log', call.call.sentence)
      return writer.suggest('What changed in the last two hours?', 'Which alerts are silenced?').draft
    }
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

/** Changes and silences of the person who is asked about; how many there are. */
function sayDeeds(writer: DraftWriter, situation: Situation, found: Found): number {
  const { actor } = askedOf(situation)
  if (!actor) return 0
  const { time } = situation.question
  const isIn = (at: string): boolean =>
    time.text === '' || (Date.parse(at) >= time.startMs && Date.parse(at) <= time.endMs)
  const changes = (found.output('list_changes')?.changes ?? [])
    .map((change, i) => ({ change, record: found.record('list_changes', i) }))
    .filter(({ change }) => change.actor === actor && isIn(change.at))
  const silences = (found.output('list_silences')?.silences ?? [])
    .map((silence, i) => ({ silence, record: found.record('list_silences', i) }))
    .filter(({ silence }) => silence.created_by === actor)
  const lines = [
    ...changes.map(({ change, record }) => ({
      text: `${plainText(change.summary)}, at ${momentText(change.at, situation.nowMs)}`,
      record,
    })),
    ...silences.map(({ silence, record }) => ({
      text: `silenced ${plainText(matchersText(silence.matchers))}: “${plainText(silence.comment)}”`,
      record,
    })),
  ]
  const [first] = lines
  if (!first) return 0
  writer.headline(
    `${counted(lines.length, 'thing')} of ${plainText(actor)} ${lines.length === 1 ? 'is' : 'are'} known: ${first.text}.`,
    first.record,
  )
  for (const { text, record } of lines.slice(1, 1 + rowsOf(situation.persona.depth)))
    writer.say(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`, record)
  return lines.length
}
