import { type Answerer, planned, type Situation } from '../answerer.ts'
import { DraftWriter } from '../draft.ts'
import { whatIsBroken } from '../incident/broken.ts'
import {
  affectedNames,
  chosenIncident,
  knownIncidents,
  namedOf,
  pastIncidents,
  subjectOf,
} from '../subject.ts'
import { listed, momentText } from '../words.ts'
import { isUnwanted } from './unwanted.ts'

const asksHandover = /\b(hand-?over|hand over|shift|stand-?up|briefing|brief me)\b/i

/** REPORT: has one written, and says in short what it will hold. */
export const report: Answerer = {
  intent: 'REPORT',
  plan: (situation) => [...whatIsBroken.plan(situation), pastIncidents],
  next(situation, found, round) {
    const calls = round < 3 ? (whatIsBroken.next?.(situation, found, round) ?? []) : []
    if (found.of('create_report') || isUnwanted(situation.question.text)) return calls
    return [...calls, planned('create_report', inputOf(situation, chosen(situation, found)))]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    const made = found.of('create_report')
    // Of everything: what an incident is about may lie in the thing that is named, and go by another name.
    const { question } = situation
    const broken = whatIsBroken.compose({ ...situation, question: { ...question, entities: [] } }, found)
    const about = chosen(situation, found)
    if (made?.output) {
      const { report: one, link } = made.output
      writer.headline(
        `The report "${one.title}" (${one.format}) is being written; it will be at ${link}.`,
        made.records[0],
      )
    } else if (made) {
      writer.headline(
        `No report could be asked for: ${made.call.sentence} What it would say in short follows.`,
        made.call.id,
      )
      writer.couldNot('a stored report', made.call.sentence)
    }
    if (about)
      writer.say(
        `INC-${about.incident.number} (${about.incident.severity}) affects ${listed(affectedNames(about.incident))} since ${momentText(about.incident.started_at, situation.nowMs)}.`,
        about.record,
      )
    for (const claim of broken.claims)
      writer.draft.claims.push({ ...claim, role: claim.role === 'HEADLINE' ? 'FACT' : claim.role })
    writer.draft.tables.push(...broken.tables)
    writer.draft.notChecked.push(...broken.notChecked)
    if (about) writer.about(about.incident.id)
    return writer.suggest('Which incidents are open?', 'What changed in the last two hours?').draft
  },
}

/** Of one incident only where the question is about one: named, or by what it affects. */
function chosen(situation: Situation, found: Parameters<typeof chosenIncident>[1]) {
  const { reportType } = situation.question.slots
  if (asksHandover.test(situation.question.text)) return undefined
  if (reportType !== undefined && reportType !== 'INCIDENT_REPORT') return undefined
  const isOne =
    subjectOf(situation) !== undefined ||
    namedOf(situation, 'INCIDENT') !== undefined ||
    reportType === 'INCIDENT_REPORT' ||
    /\b(incident|outage|post-?mortem)\b/i.test(situation.question.text)
  return isOne ? (chosenIncident(situation, found) ?? knownIncidents(found)[0]) : undefined
}

function inputOf({ question }: Situation, about: ReturnType<typeof chosen>) {
  const { reportType, reportFormat } = question.slots
  const clusters = question.entities.filter(({ kind }) => kind === 'CLUSTER').map(({ id }) => id)
  const time =
    question.time.text === ''
      ? {}
      : {
          start_time: new Date(question.time.startMs).toISOString(),
          end_time: new Date(question.time.endMs).toISOString(),
        }
  const type = about
    ? ('INCIDENT_REPORT' as const)
    : reportType === 'INCIDENT_REPORT'
      ? undefined
      : reportType
  return {
    report_type: type ?? ('EXECUTIVE_SUMMARY' as const),
    ...(reportFormat ? { format: reportFormat } : {}),
    ...(about ? { incident_id: about.incident.id } : {}),
    ...(clusters.length > 0 ? { cluster_ids: clusters } : {}),
    ...time,
  }
}
