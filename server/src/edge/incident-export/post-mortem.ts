import { entityName } from '@aiops/contract/model/entity'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import type { IncidentExport } from '@aiops/contract/model/incident-export'
import { clockTime, list, said, span, table } from './markdown.ts'
import { causeOf, ruledOutOf } from './post-mortem-cause.ts'
import { actionsOf, missingOf, timelineOf } from './post-mortem-course.ts'

const changesMax = 50
const entitiesMax = 30

/**
 * The draft of a post-mortem: what was recorded, in the order in which such a document is read, and what was not. It judges nothing, and
 * the same facts make the same text.
 */
export function postMortem(facts: IncidentExport): string {
  const { incident } = facts
  const sections: readonly (readonly [title: string, body: string])[] = [
    ['Summary', summaryOf(incident)],
    ['Impact', impactOf(facts)],
    ['Cause', causeOf(incident)],
    ['What was ruled out', ruledOutOf(incident)],
    ['Changes before and during it', changesOf(facts)],
    ['Timeline', timelineOf(incident)],
    ['Actions taken', actionsOf(incident)],
    ['What is missing', missingOf(facts)],
    ['To be written by people', forPeople],
  ]
  return [
    `# Post-mortem of INC-${incident.number}: ${said(incident.title)}`,
    said(`Draft of ${clockTime(facts.exported_at)}, from recorded facts only. Times are UTC.`),
    ...sections.flatMap(([title, body]) => [`## ${title}`, body]),
    '',
  ].join('\n\n')
}

const forPeople = [
  'What went well',
  'What did not',
  'Where we were lucky',
  'Follow-ups, each with who and until when',
]
  .map((title) => `- ${title}:`)
  .join('\n')

function summaryOf(incident: IncidentDetail): string {
  const { tta, ttr, severity_set_by: setBy } = incident
  const rows: [string, string][] = [
    ['Severity', `${incident.severity}${setBy ? `, set by ${setBy}` : ''}; priority ${incident.priority}`],
    ['Status', incident.status],
    ['Began', clockTime(incident.started_at)],
    ['Noticed', `${clockTime(incident.created_at)}, ${span(incident.ttd)} after it began (TTD)`],
    ['Acknowledged', endOf(incident.acknowledged_at, tta, 'TTA', 'nobody acknowledged it')],
    ['Resolved', endOf(incident.resolved_at, ttr, 'TTR', 'it is not resolved')],
    ['Assigned to', incident.assigned_to ?? 'nobody'],
    ['Alerts and anomalies', `${incident.alert_count} and ${incident.anomaly_count}`],
    ...(incident.merged_into === null ? [] : [['Merged into', incident.merged_into] as [string, string]]),
    ...(incident.split_from === null ? [] : [['Split from', incident.split_from] as [string, string]]),
  ]
  const description = incident.description.trim() === '' ? [] : [said(incident.description)]
  return [...description, table(['', ''], rows)].join('\n\n')
}

const endOf = (at: string | null, seconds: number | null, name: string, none: string): string =>
  at === null
    ? none
    : `${clockTime(at)}${seconds === null ? '' : `, ${span(seconds)} after it was noticed (${name})`}`

function impactOf({ incident }: IncidentExport): string {
  const { affected_entities: affected, impact, diagnosis } = incident
  const named = affected.slice(0, entitiesMax).map(entityName)
  const more = affected.length - named.length
  const lines = [
    affected.length === 0
      ? 'No affected entity is recorded.'
      : `Affected: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    impact?.tier ? `Highest tier among them: ${impact.tier.value} (${entityName(impact.tier.entity)}).` : '',
    ...(impact?.slos ?? []).map(({ name, state }) => `Objective ${name}: ${state}.`),
    diagnosis?.impact?.sentence ?? '',
    ...(impact?.notes ?? []),
    (impact?.notes ?? []).length === 0 ? 'How many users were touched is not recorded.' : '',
  ]
  return list(lines.filter((line) => line !== ''))
}

function changesOf({ changes, incident }: IncidentExport): string {
  if (changes.length === 0)
    return 'No change of what is affected or near it is recorded from two hours before it until its end.'
  const startMs = Date.parse(incident.started_at)
  const rows = changes.slice(-changesMax).map(({ at, kind, summary, entities, actor }) => {
    const seconds = (startMs - Date.parse(at)) / 1_000
    const when = seconds >= 0 ? `${span(seconds)} before it began` : `${span(-seconds)} after it began`
    return [
      clockTime(at),
      when,
      kind,
      summary,
      entities.slice(0, 5).map(entityName).join(', '),
      actor ?? 'unknown',
    ]
  })
  const more = changes.length - rows.length
  return [
    'That one came before is no proof that it was the cause.',
    table(['When', '', 'Kind', 'What', 'Of', 'By'], rows),
    ...(more > 0 ? [`And ${more} earlier ones.`] : []),
  ].join('\n\n')
}
