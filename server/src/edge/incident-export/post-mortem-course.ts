import { entityName } from '@aiops/contract/model/entity'
import type { IncidentDetail, TimelineEvent } from '@aiops/contract/model/incident'
import type { IncidentExport } from '@aiops/contract/model/incident-export'
import type { Remediation } from '@aiops/contract/model/remediation'
import { clockTime, list, said, table } from './markdown.ts'

const rowsMax = 300
/** What people did and what was decided stays where members crowd the course. */
const crowd: ReadonlySet<TimelineEvent['type']> = new Set([
  'ANOMALY_ADDED',
  'ANOMALY_ENDED',
  'ALERT_ADDED',
  'ALERT_RESOLVED',
  'NOTIFIED',
])
const remediationsMax = 20
const stepsMax = 50

export function timelineOf({ timeline }: IncidentDetail): string {
  if (timeline.length === 0) return 'No timeline is recorded.'
  const kept = new Set(
    timeline.length <= rowsMax ? timeline : timeline.filter(({ type }) => !crowd.has(type)).slice(-rowsMax),
  )
  for (const event of timeline) {
    if (kept.size >= rowsMax) break
    kept.add(event)
  }
  const rows = timeline
    .filter((event) => kept.has(event))
    .map(({ at, actor, type, sentence }) => [clockTime(at), actor, type, sentence])
  const more = timeline.length - rows.length
  return [
    table(['When', 'Who', 'What', ''], rows),
    ...(more > 0 ? [`${more} further events are left out; the incident's export has them.`] : []),
  ].join('\n\n')
}

/** Runbooks with what became of each step, and what people wrote while they worked. */
export function actionsOf({ remediations, timeline, links }: IncidentDetail): string {
  const runs = remediations.slice(0, remediationsMax).map(runMarkdown)
  const more = remediations.length - runs.length
  const comments = timeline.filter(({ type }) => type === 'COMMENT_ADDED').slice(0, 100)
  return [
    runs.length === 0 ? 'No runbook was run.' : runs.join('\n\n'),
    ...(more > 0 ? [`And ${more} more runs of runbooks.`] : []),
    ...(comments.length === 0
      ? []
      : [
          `What people wrote:\n\n${list(comments.map(({ at, actor, sentence }) => `${clockTime(at)}, ${actor}: ${sentence}`))}`,
        ]),
    // An address stands as text: whoever follows it has seen it.
    ...(links.length === 0
      ? []
      : [
          `What people pointed to:\n\n${list(links.map(({ title, url, by }) => `${title}: ${url} (${by})`))}`,
        ]),
  ].join('\n\n')
}

function runMarkdown(run: Remediation): string {
  const decided = run.decided_by === null ? '' : `, decided by ${run.decided_by}`
  const head = said(
    `${run.runbook_name} for ${entityName(run.entity)}: ${run.status}; asked for by ${run.requested_by} at ${clockTime(run.requested_at)}${decided}.`,
  )
  const steps = run.step_results.slice(0, stepsMax).map(({ phase, name, status, started_at, error }) => {
    return `${clockTime(started_at)} ${phase} ${name}: ${status}${error ? ` (${error})` : ''}`
  })
  return steps.length === 0 ? head : `${head}\n\n${list(steps)}`
}

/** What a reader would look for and nobody recorded. */
export function missingOf({ incident, left_out: left, topology }: IncidentExport): string {
  const { diagnosis } = incident
  const lines = [
    incident.confirmed_cause ? '' : 'Nobody confirmed a cause.',
    diagnosis ? '' : 'There is no diagnosis.',
    ...(diagnosis?.degraded ?? []).map((what) => `The diagnosis says: ${what}.`),
    ...(diagnosis?.checked ?? [])
      .filter(({ verdict }) => verdict === 'NO_DATA')
      .slice(0, 30)
      .map(({ entity, sentence }) => `${entityName(entity)}: ${sentence}`),
    incident.acknowledged_at === null ? 'Nobody acknowledged it, so there is no TTA.' : '',
    incident.resolved_at === null ? 'It is not resolved, so there is no TTR.' : '',
    incident.assigned_to === null ? 'It was assigned to nobody.' : '',
    topology.edges.length === 0 ? 'No dependencies of what is affected are known.' : '',
    'How many users were touched, and what it cost, no source tells.',
    ...left.map(
      ({ what, count, reason }) =>
        `Left out of this: ${count === null ? '' : `${count} `}${what} (${reason}).`,
    ),
  ]
  return list(lines.filter((line) => line !== ''))
}
