import { severities } from '@aiops/contract/model/severity'
import type { IncidentLine } from '../../tool/incident.ts'
import { type IncidentStory, storyPlaces } from '../../tool/incident-detail.ts'
import { type Answerer, type Draft, type Found, planned, type Situation } from '../answerer.ts'
import { type Cited, DraftWriter, rowsOf } from '../draft.ts'
import {
  affectedNames,
  callId,
  chosenIncident,
  type Known,
  knownIncidents,
  namedOf,
  openIncidents,
  pastIncidents,
  spoken,
  subjectOf,
  subjectsOf,
} from '../subject.ts'
import { counted, listed, momentText, percentText } from '../words.ts'

export const incidentColumns = [
  { key: 'incident', title: 'Incident' },
  { key: 'severity', title: 'Severity' },
  { key: 'affects', title: 'Affects' },
  { key: 'cause', title: 'Most likely cause' },
  { key: 'since', title: 'Since' },
] as const

/** One row of a table of incidents. */
export const incidentRow = ({ incident, record }: Known, nowMs: number) => ({
  cells: {
    ...{ incident: `INC-${incident.number}`, severity: incident.severity },
    affects: listed(affectedNames(incident)),
    cause: causeText(incident),
    since: momentText(incident.started_at, nowMs),
  },
  cites: record,
})

/** `worker-3, 73 %: Node worker-3 is short of room…`. */
export const causeText = ({ cause }: IncidentLine): string =>
  cause
    ? `${spoken(cause.entity)} (${percentText(cause.probability)}): ${shortened(cause.sentence)}`
    : 'not known'

/** Without the address of what was seen, which stands in the evidence. */
export const shortened = (sentence: string): string => {
  const plain = sentence.replace(/ \([a-z0-9-]+: [^()]*\)/, '').replace(/\.$/, '')
  return plain.length > 220 ? `${plain.slice(0, 219)}…` : plain
}

/** LIST_INCIDENTS: which there are. */
export const listIncidents: Answerer = {
  intent: 'LIST_INCIDENTS',
  plan: ({ question: { slots } }) => (slots.past ? [openIncidents, pastIncidents] : [openIncidents]),
  compose(situation, found) {
    const { question, persona, nowMs } = situation
    const writer = new DraftWriter()
    const ref = subjectOf(situation)
    const wanted = ({ incident }: Known): boolean =>
      question.slots.severity === undefined || incident.severity === question.slots.severity
    const open = knownIncidents(found, ref).filter(wanted)
    const past = question.slots.past ? knownIncidents(found, ref, 'past').filter(wanted) : []
    const which = [question.slots.severity?.toLowerCase(), ref && `about ${ref.name}`]
    const of = which[1] ? ` ${which[1]}` : ''
    const kind = which[0] ? `${which[0]} ` : ''
    if (failed(found, writer, 'list_incidents', 'incidents')) return writer.draft
    if (open.length === 0)
      writer.headline(`No ${kind}incident${of} is open.`, callId(found, 'list_incidents'))
    else
      writer.headline(
        `${counted(open.length, `${kind}incident`)}${of} ${open.length === 1 ? 'is' : 'are'} open; the worst is INC-${open[0]!.incident.number} (${open[0]!.incident.severity}), which affects ${listed(affectedNames(open[0]!.incident))} since ${momentText(open[0]!.incident.started_at, nowMs)}.`,
        [callId(found, 'list_incidents'), open[0]!.record],
      )
    const rows = rowsOf(persona.depth)
    writer.table(
      'Open incidents',
      incidentColumns,
      open.map((one) => incidentRow(one, nowMs)),
      Math.max(rows, question.slots.limit ?? 0),
    )
    writer.table(
      'Incidents that are over',
      incidentColumns,
      past.map((one) => incidentRow(one, nowMs)),
      rows,
    )
    if (question.slots.past && past.length === 0)
      writer.say(`No past incident${of} is known.`, callId(found, 'list_incidents', 'past'))
    if (open[0]) {
      writer.about(open[0].incident.id)
      writer.suggest(
        `What is the root cause of INC-${open[0].incident.number}?`,
        `What should I do about INC-${open[0].incident.number}?`,
        `Show the timeline of INC-${open[0].incident.number}`,
      )
    } else writer.suggest('Which alerts are firing?', 'What changed in the last two hours?')
    return writer.draft
  },
}

/** Says that a call failed, and why, where nothing else can be said; true where it did. */
export function failed(
  found: Found,
  writer: DraftWriter,
  tool: Parameters<Found['of']>[0],
  what: string,
  as?: string,
): boolean {
  const outcome = found.of(tool, as)
  if (!outcome || outcome.output !== undefined) return false
  writer.headline(`I could not look at the ${what}: ${outcome.call.sentence}`, outcome.call.id)
  writer.couldNot(what, outcome.call.sentence).outcome('UNANSWERABLE')
  return true
}

/** The plan of what tells of one incident: the one that is named, else what there is to choose from. */
export const planIncident = (situation: Situation) => {
  const named = namedOf(situation, 'INCIDENT')
  const place = subjectsOf(situation).find(({ kind }) => kind === 'NAMESPACE')
  return [
    ...[openIncidents, pastIncidents, ...(named ? [planned('get_incident', { id: named.id })] : [])],
    // Which services are in it.
    ...(place ? [planned('list_workloads', { namespace: place.name, limit: 200 })] : []),
  ]
}

/** After the lists: the incident that was chosen from them. */
export const nextIncident = (situation: Situation, found: Found, round: number) => {
  if (round > 1 || found.of('get_incident')) return []
  const chosen = chosenIncident(situation, found)
  return chosen ? [planned('get_incident', { id: chosen.incident.id })] : []
}

/** The story that was read, or the draft that says why there is none. */
export function storyOr(situation: Situation, found: Found): { draft: Draft } | { story: Story } {
  const outcome = found.of('get_incident')
  const story = outcome?.output
  const writer = new DraftWriter()
  if (story && outcome)
    return {
      story: {
        ...{ story, places: storyPlaces(story) },
        at: (place) => (place === undefined ? undefined : outcome.records[place]),
      },
    }
  const named = namedOf(situation, 'INCIDENT')
  const ref = subjectOf(situation)
  if (outcome) {
    writer.headline(
      named ? outcome.call.sentence : `The incident could not be read: ${outcome.call.sentence}`,
      outcome.call.id,
    )
    return { draft: writer.outcome('UNANSWERABLE').suggest('Which incidents are open?').draft }
  }
  if (failed(found, writer, 'list_incidents', 'incidents')) return { draft: writer.draft }
  writer.headline(
    ref ? `No incident about ${ref.name} is known, open or over.` : 'No incident is known, open or over.',
    [callId(found, 'list_incidents'), callId(found, 'list_incidents', 'past')],
  )
  writer.suggest(
    ref ? `Is ${ref.name} healthy?` : 'Which alerts are firing?',
    'What changed in the last two hours?',
  )
  return { draft: writer.draft }
}

export type Story = {
  story: IncidentStory
  places: ReturnType<typeof storyPlaces>
  at(place: number | undefined): Cited
}

/** SHOW_INCIDENT: what one incident is. */
export const showIncident: Answerer = {
  intent: 'SHOW_INCIDENT',
  plan: planIncident,
  next: nextIncident,
  compose(situation, found) {
    const read = storyOr(situation, found)
    if ('draft' in read) return read.draft
    const { story, places, at } = read.story
    const { persona, nowMs } = situation
    const writer = new DraftWriter().about(story.id)
    const name = `INC-${story.number}`
    const state = story.resolved_at
      ? `${story.status}, resolved ${momentText(story.resolved_at, nowMs)}`
      : story.status
    writer.headline(
      `${name} (${story.severity}, ${state}) affects ${listed(affectedNames(story)) || 'nothing that is named'} since ${momentText(story.started_at, nowMs)}.`,
      at(places.incident),
    )
    const cause = story.diagnosis?.causes[0]
    if (cause)
      writer.say(`Most likely cause, ${percentText(cause.probability)}: ${shortened(cause.sentence)}.`, [
        at(places.causes[0]),
        at(places.evidence[0]?.[0]),
      ])
    else writer.caveat('Its cause is not known yet: there is no diagnosis.', at(places.incident))
    writer.say(
      `It holds ${counted(story.alert_count, 'alert')} and ${counted(story.anomaly_count, 'anomaly', 'anomalies')}; ${story.assigned_to ? `${story.assigned_to} has it` : 'nobody has taken it'}.`,
      at(places.incident),
    )
    writer.table(
      `Alerts of ${name}`,
      [
        { key: 'alert', title: 'Alert' },
        { key: 'about', title: 'About' },
        { key: 'severity', title: 'Severity' },
        { key: 'since', title: 'Since' },
      ],
      story.alerts
        .map((alert, i) => ({ alert, i }))
        .sort((a, b) => severities.indexOf(a.alert.severity) - severities.indexOf(b.alert.severity))
        .map(({ alert, i }) => ({
          cells: {
            ...{ alert: alert.name, about: alert.entity ? spoken(alert.entity) : null },
            ...{ severity: alert.severity, since: momentText(alert.starts_at, nowMs) },
          },
          cites: at(places.alerts[i]),
        })),
      rowsOf(persona.depth),
      story.alert_count,
    )
    const waiting = story.remediations.findIndex(({ status }) => status === 'PENDING_APPROVAL')
    const proposal = story.remediations[waiting]
    if (proposal)
      writer.step(
        `${proposal.runbook_id} is proposed and waits for approval on the page of ${name}.`,
        at(places.remediations[waiting]),
      )
    writer.suggest(`Why ${name}?`, `Show the timeline of ${name}`, `What should I do about ${name}?`)
    return writer.draft
  },
}
