import type { Api } from '@aiops/contract/api/index'
import type { HandlerInput } from '@aiops/contract/api/operation'
import type { Client } from '@aiops/contract/client'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import type { Report, ReportType } from '@aiops/contract/model/report'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { plainLine } from '../plain-line.ts'

/** Characters, as the contract has it. */
const titleMax = 200

export type ReportInput = HandlerInput<Api['createReport']>['body']

const dayMs = 86_400_000
/** Of one report: more is kept of nothing. */
const rangeMaxMs = 366 * dayMs
const titles: Record<ReportType, string> = {
  EXECUTIVE_SUMMARY: 'Executive summary',
  DETAILED_ANALYSIS: 'Detailed analysis',
  INCIDENT_REPORT: 'Incident report',
  CAPACITY_PLAN: 'Capacity plan',
  NOISE_AND_COST: 'Noise and cost',
}

export const titleOf = ({ title, report_type }: ReportInput, incident: IncidentDetail | undefined): string =>
  title === undefined
    ? `${titles[report_type]}${incident ? ` INC-${incident.number}` : ''}`
    : plainLine(title, titleMax) || titles[report_type]

/** The incident that it is about. Throws VALIDATION_FAILED where none is named, NOT_FOUND where there is no such. */
export async function incidentOf(
  client: Client,
  { report_type, incident_id }: ReportInput,
): Promise<IncidentDetail | undefined> {
  if (report_type !== 'INCIDENT_REPORT') return undefined
  if (incident_id === undefined)
    throw new Fault(
      'VALIDATION_FAILED',
      'incident_id: an incident report is about an incident; name its id or number.',
    )
  return client.getIncident({ params: { id: incident_id.replace(/^INC-/i, '') } })
}

/** The last day unless said; of an incident, from an hour before it began. */
export function rangeOf(
  { time_range }: ReportInput,
  nowMs: number,
  startedAt: string | undefined,
): Report['time_range'] {
  const endMs = time_range.end === undefined ? nowMs : Date.parse(time_range.end)
  const length = time_range.duration === undefined ? dayMs : durationMs(time_range.duration)
  const usual =
    startedAt === undefined
      ? endMs - length
      : Math.max(Math.min(Date.parse(startedAt) - 3_600_000, endMs), endMs - rangeMaxMs)
  const startMs = time_range.start === undefined ? usual : Date.parse(time_range.start)
  if (startMs >= endMs) throw new Fault('VALIDATION_FAILED', 'time_range: the end must come after the start.')
  if (!(endMs - startMs <= rangeMaxMs)) throw new Fault('VALIDATION_FAILED', 'time_range: a year at most.')
  return { start: isoTime(startMs), end: isoTime(endMs) }
}
