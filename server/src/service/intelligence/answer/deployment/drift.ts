import { type Answerer, planned } from '../answerer.ts'
import { isUnanswered } from '../cost/reading.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { messageText, plainText } from '../log/message-text.ts'
import { callId } from '../subject.ts'
import { counted, listed, momentText } from '../words.ts'

/** DRIFT: what is otherwise than Git says; a stack that could not be looked at is not said to be without. */
export const drift: Answerer = {
  intent: 'DRIFT',
  plan: () => [planned('list_drift', {})],
  compose({ nowMs, persona }, found) {
    const writer = new DraftWriter()
    if (isUnanswered(writer, found, 'list_drift', 'whether there is drift')) return writer.draft
    const { checks } = found.output('list_drift')!
    const call = callId(found, 'list_drift')
    const recordOf = (i: number) => found.record('list_drift', i)
    const ranked = checks.map((check, i) => ({ check, record: recordOf(i) }))
    const drifted = ranked.filter(({ check }) => check.result === 'DRIFTED')
    const failed = ranked.filter(({ check }) => check.result === 'ERROR')
    if (checks.length === 0)
      return writer
        .outcome('UNANSWERABLE')
        .headline('I cannot say whether there is drift: no stack was looked at yet.', call)
        .step('A repository that is set up here, with an engine that plans, would tell it.', call).draft
    if (drifted.length > 0)
      writer.headline(
        `Yes: ${counted(drifted.length, 'stack')} of ${checks.length} ${drifted.length === 1 ? 'is' : 'are'} otherwise than Git says: ${listed(drifted.map(({ check }) => plainText(check.stack)))}.`,
        [call, ...drifted.map(({ record }) => record)],
      )
    else if (failed.length === checks.length)
      writer
        .outcome('UNANSWERABLE')
        .headline('I cannot say whether there is drift: no stack could be looked at.', [
          call,
          ...failed.map(({ record }) => record),
        ])
    else
      writer.headline(
        `No drift in ${counted(checks.length - failed.length, 'stack')} that ${checks.length - failed.length === 1 ? 'was' : 'were'} looked at.`,
        [call, ...ranked.slice(0, 5).map(({ record }) => record)],
      )
    for (const { check, record } of drifted.slice(0, rowsOf(persona.depth)))
      writer.say(
        `${plainText(check.stack)}: ${check.class ?? 'UNKNOWN'}, ${counted(check.resources.length, 'resource')}${check.resources.length > 0 ? ` (${listed(check.resources.map(({ address }) => plainText(address)))})` : ''}${check.since ? `, since ${momentText(check.since, nowMs)}` : ''}.`,
        record,
      )
    for (const { check, record } of failed.slice(0, 5)) {
      writer.caveat(
        `${plainText(check.stack)} could not be looked at: ${messageText(check.detail, 300)}`,
        record,
      )
      writer.couldNot(`drift of ${check.stack}`, check.detail)
    }
    const oldest = [...ranked].sort((a, b) => (a.check.at < b.check.at ? -1 : 1))[0]!
    writer.say(
      `The oldest look is of ${plainText(oldest.check.stack)}, ${momentText(oldest.check.at, nowMs)}.`,
      oldest.record,
    )
    return writer.suggest('What changed through Git?', 'What does the policy say?').draft
  },
}
