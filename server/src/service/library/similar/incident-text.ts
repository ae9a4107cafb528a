import { entityName } from '@aiops/contract/model/entity'
import type { KnowledgeDocument, SimilarIncident } from '@aiops/contract/model/knowledge'
import { probabilityText } from '@aiops/contract/model/probability'
import type { IncidentProfile } from './profile.ts'

export const incidentDocumentId = (incidentId: string): string => `incident:${incidentId}`

/** A past incident whose cause is known as a document: facts of its records in headings, nothing added. Null while the cause is not known. */
export function incidentDocument(profile: IncidentProfile): KnowledgeDocument | null {
  const { id, number, title, cause, started_at, resolved_at, entities } = profile
  if (!cause) return null
  const text = incidentText(profile)
  const at = resolved_at ?? started_at
  return {
    ...{ id: incidentDocumentId(id), kind: 'INCIDENT', origin: 'INCIDENT', source: id, text, url: null },
    title: `INC-${number}: ${plain(title)}`,
    entities,
    tags: [
      ...(cause.category && cause.category !== 'OTHER' ? [cause.category.toLowerCase()] : []),
      cause.confirmed ? 'confirmed' : 'diagnosed',
    ],
    ...{ created_by: 'system', created_at: started_at, updated_by: cause.by ?? 'system', updated_at: at },
    ...{ version: 1, size_bytes: Buffer.byteLength(text) },
  }
}

function incidentText(profile: IncidentProfile): string {
  const { severity, started_at, alerts, symptoms, messages, entities, changes } = profile
  const lines = [
    ...['## What happened', ''],
    `${severity}, began ${started_at}${profile.primary ? ` at ${entityName(profile.primary)}` : ''}.`,
    ...listed('Alerts', alerts),
    ...listed(
      'Metrics',
      symptoms.map(({ metric, course }) => `${metric} ${course.toLowerCase().replace('_', ' ')}`),
    ),
    ...listed('Affected', entities),
    ...messages.map((message) => `- ${plain(message)}`),
    ...['', '## Cause', '', causeSentence(profile)],
  ]
  if (changes.length > 0)
    lines.push(
      '',
      '## Changes before',
      '',
      ...changes.map(({ kind, entity, summary }) => `- ${kind} ${entity ?? ''}: ${plain(summary)}`),
    )
  lines.push('', '## What ended it', '', resolutionOf(profile).sentence)
  return lines.join('\n')
}

const listed = (name: string, list: readonly string[]): string[] =>
  list.length === 0 ? [] : ['', `${name}: ${list.map(plain).join(', ')}.`, '']

function causeSentence({ cause }: IncidentProfile): string {
  if (!cause) return 'Not known.'
  const who = cause.confirmed
    ? `Confirmed by ${cause.by ?? 'a person'}.`
    : `Diagnosed with a probability of ${probabilityText(cause.probability ?? 0)}; nobody confirmed it.`
  return `${plain(cause.sentence)} ${who}`
}

const outcomes: Readonly<Record<NonNullable<IncidentProfile['runbook']>['outcome'], string>> = {
  PENDING_APPROVAL: 'was proposed and never decided',
  APPROVED: 'was approved',
  REJECTED: 'was proposed and rejected',
  RUNNING: 'was running',
  VERIFYING: 'was run and not yet verified',
  ROLLING_BACK: 'was being rolled back',
  COMPLETED: 'was run, and verified afterwards',
  FAILED: 'was run and failed',
  ROLLED_BACK: 'was run, did not help and was rolled back',
  UNKNOWN_OUTCOME: 'was run with an outcome that nobody knows',
}

/** What ended it, as far as the records say. */
export function resolutionOf({ runbook, resolution }: IncidentProfile): SimilarIncident['resolution'] {
  const said = plain(resolution)
  const sentence = runbook
    ? `The runbook ${plain(runbook.name)} ${outcomes[runbook.outcome]}.${said === '' ? '' : ` ${said}`}`
    : said || 'Nothing is recorded of what ended it.'
  return { sentence, runbook }
}

/** One line: what senders call their things must not look like a heading of ours. */
const plain = (text: string): string => text.replace(/[\p{C}\s]+/gu, ' ').trim()
