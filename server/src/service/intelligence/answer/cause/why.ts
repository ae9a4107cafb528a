import { storyPlaces } from '../../tool/incident-detail.ts'
import type { Answerer, Found, Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { health } from '../health/health.ts'
import { shortened } from '../incident/list.ts'
import { affectedNames, callId, chosenIncident, namedOf, spoken } from '../subject.ts'
import { listed, momentText, percentText } from '../words.ts'
import { sayCircumstances, sayDiagnosis, sayReason, sayRuledOut } from './reading.ts'
import { asked, nextReason, planReason } from './suspect.ts'

const isPlace = (situation: Situation): boolean =>
  ['CLUSTER', 'NAMESPACE'].includes(asked(situation)?.kind ?? '')

/** WHY something fails, is slow, or fires. */
export const why: Answerer = {
  intent: 'WHY',
  plan: (situation) => (isPlace(situation) ? health.plan(situation) : planReason(situation)),
  next: (situation, found, round) =>
    isPlace(situation) ? (health.next?.(situation, found, round) ?? []) : nextReason(situation, found, round),
  compose(situation, found) {
    if (isPlace(situation)) return health.compose(situation, found)
    const writer = new DraftWriter()
    sayAlert(writer, situation, found)
    const isSaid = sayReason(writer, situation, found, '') || writer.draft.claims.length > 0
    if (!isSaid) return nothingWrong(writer, situation, found)
    // Where an alert was asked about, what it says is the headline and the reason stands beside it.
    for (const claim of writer.draft.claims.slice(1)) if (claim.role === 'HEADLINE') claim.role = 'FACT'
    sayCircumstances(writer, situation, found)
    sayDiagnosis(writer, situation, found)
    sayAffected(writer, situation, found)
    sayUnseen(writer, found)
    suggest(writer, situation, found)
    return writer.draft
  },
}

/** ROOT_CAUSE: what it comes from and how certain that is. */
export const rootCause: Answerer = {
  intent: 'ROOT_CAUSE',
  plan: planReason,
  next: (situation, found, round) => nextReason(situation, found, round),
  compose(situation, found) {
    const writer = new DraftWriter()
    const story = found.output('get_incident')
    const opening = story ? `The most likely root cause of INC-${story.number}: ` : ''
    if (!sayReason(writer, situation, found, opening)) return nothingWrong(writer, situation, found)
    sayDiagnosis(writer, situation, found)
    sayCircumstances(writer, situation, found)
    if (story) {
      causeTable(writer, found)
      sayRuledOut(writer, story, found)
    }
    sayUnseen(writer, found)
    suggest(writer, situation, found)
    return writer.draft
  },
}

/** Of the diagnosis: every cause with its probability, and what is left unknown. */
function causeTable(writer: DraftWriter, found: Found): void {
  const outcome = found.of('get_incident')
  const story = outcome?.output
  if (!outcome || !story?.diagnosis) return
  const places = storyPlaces(story)
  const at = (place: number | undefined) => outcome.records[place ?? 0]
  writer.table(
    `Causes as the diagnosis of INC-${story.number} weighs them`,
    [
      { key: 'cause', title: 'Cause' },
      { key: 'probability', title: 'Probability' },
      { key: 'why', title: 'What was seen' },
      { key: 'evidence', title: 'Evidence' },
    ],
    [
      ...story.diagnosis.causes.map((cause, i) => ({
        cells: {
          ...{ cause: spoken(cause.entity), probability: percentText(cause.probability) },
          why: shortened(cause.sentence),
          evidence:
            cause.evidence
              .slice(1, 4)
              .map(({ sentence }) => shortened(sentence))
              .join('; ') || null,
        },
        cites: [at(places.causes[i]), ...(places.evidence[i] ?? []).slice(0, 4).map(at)],
      })),
      {
        cells: {
          ...{
            cause: 'something that was not seen',
            probability: percentText(story.diagnosis.unknown_probability),
          },
          ...{ why: null, evidence: null },
        },
        cites: at(places.incident),
      },
    ],
    rowsOf('NORMAL'),
  )
}

/** Where an alert was asked about: what it says and since when. */
function sayAlert(writer: DraftWriter, situation: Situation, found: Found): void {
  const name = namedOf(situation, 'ALERT')?.name
  if (!name) return
  const fits = (found.output('list_alerts')?.alerts ?? [])
    .map((alert, i) => ({ alert, record: found.record('list_alerts', i) }))
    .filter(({ alert }) => alert.name === name)
  const first = fits[0]
  if (!first) {
    writer.headline(`${name} does not fire now.`, callId(found, 'list_alerts'))
    return
  }
  const where = listed([
    ...new Set(fits.flatMap(({ alert }) => (alert.entity ? [spoken(alert.entity)] : []))),
  ])
  writer.headline(
    `${name} (${first.alert.severity}) fires${where ? ` for ${where}` : ''} since ${momentText(first.alert.starts_at, situation.nowMs)}: “${shortened(first.alert.message)}”.${first.alert.silenced ? ' It is silenced.' : ''}`,
    fits.map(({ record }) => record),
  )
}

function sayAffected(writer: DraftWriter, situation: Situation, found: Found): void {
  const chosen = chosenIncident(situation, found)
  if (!chosen) return
  const names = affectedNames(chosen.incident)
  if (names.length > 1) writer.say(`INC-${chosen.incident.number} affects ${listed(names)}.`, chosen.record)
}

function nothingWrong(writer: DraftWriter, situation: Situation, found: Found) {
  const ref = asked(situation)
  const named = namedOf(situation, 'INCIDENT')
  const calls = found.calls
    .filter(({ status }) => status === 'OK' || status === 'EMPTY' || status === 'PARTIAL')
    .map(({ id }) => id)
  const detail = found.of('get_incident')
  if (named && detail && !detail.output)
    return writer
      .headline(detail.call.sentence, detail.call.id)
      .outcome('UNANSWERABLE')
      .suggest('Which incidents are open?').draft
  const chosen = chosenIncident(situation, found)
  if (chosen)
    writer.headline(
      `No cause is known for INC-${chosen.incident.number} yet: it affects ${listed(affectedNames(chosen.incident))} since ${momentText(chosen.incident.started_at, situation.nowMs)}.`,
      chosen.record,
    )
  else
    writer.headline(
      ref
        ? `Nothing was found that is wrong with ${ref.name}: no open incident affects it, no alert fires for it and no finding names it.`
        : 'Nothing was found that is wrong: no incident is open.',
      calls,
    )
  sayCircumstances(writer, situation, found)
  sayUnseen(writer, found)
  if (ref)
    writer.suggest(`Is ${ref.name} healthy?`, `What changed on ${ref.name}?`, `Show the logs of ${ref.name}`)
  else writer.suggest('What is broken?', 'Which alerts are firing?', 'What changed in the last two hours?')
  return writer.draft
}

/** What would have been looked at and could not be. */
export function sayUnseen(writer: DraftWriter, found: Found): void {
  for (const call of found.calls)
    if (call.status === 'FAILED' || call.status === 'DENIED' || call.status === 'TIMEOUT')
      writer.couldNot(whatOf[call.tool] ?? call.tool, call.sentence)
}
const whatOf: Readonly<Record<string, string>> = {
  ...{
    list_incidents: 'incidents',
    list_alerts: 'alerts',
    list_findings: 'findings',
    get_topology: 'the topology',
  },
  ...{
    list_changes: 'changes',
    get_log_patterns: 'logs',
    find_metrics: 'metrics',
    query_metrics: 'measurements',
  },
  ...{ get_incident: 'the incident', list_runbooks: 'runbooks' },
}

function suggest(writer: DraftWriter, situation: Situation, found: Found): void {
  const name =
    asked(situation)?.name ??
    affectedNames(chosenIncident(situation, found)?.incident ?? { affected_entities: [] })[0]
  if (name)
    writer.suggest(
      `What should I do about ${name}?`,
      `What changed on ${name}?`,
      `Show the error logs of ${name}`,
    )
}
