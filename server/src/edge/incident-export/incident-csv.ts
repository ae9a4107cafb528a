import type { Incident } from '@aiops/contract/model/incident'
import { plainLine } from '../../service/intelligence/index.ts'

const textMax = 2_000

type Cell = string | number | null
const columns: readonly (readonly [name: string, value: (incident: Incident, url: string) => Cell])[] = [
  ['number', ({ number }) => number],
  ['id', ({ id }) => id],
  ['title', ({ title }) => title],
  ['severity', ({ severity }) => severity],
  ['status', ({ status }) => status],
  ['priority', ({ priority }) => priority],
  ['started_at', ({ started_at }) => started_at],
  ['created_at', ({ created_at }) => created_at],
  ['acknowledged_at', ({ acknowledged_at }) => acknowledged_at],
  ['resolved_at', ({ resolved_at }) => resolved_at],
  ['ttd_seconds', ({ ttd }) => ttd],
  ['tta_seconds', ({ tta }) => tta],
  ['ttr_seconds', ({ ttr }) => ttr],
  ['assigned_to', ({ assigned_to }) => assigned_to],
  ['primary_entity', ({ primary_entity }) => primary_entity],
  ['affected_entities', ({ affected_entities }) => affected_entities.slice(0, 100).join(' ')],
  ['cause_entity', ({ cause }) => cause?.entity ?? null],
  ['cause', ({ cause }) => cause?.sentence ?? null],
  ['cause_probability', ({ cause }) => cause?.probability ?? null],
  ['confirmed_cause', ({ confirmed_cause }) => confirmed_cause?.sentence ?? null],
  ['alerts', ({ alert_count }) => alert_count],
  ['anomalies', ({ anomaly_count }) => anomaly_count],
  ['url', ({ number }, url) => `${url}/incidents/${number}`],
]

export const incidentCsvHead = `${columns.map(([name]) => name).join(',')}\r\n`

/** One record of RFC 4180. Times are ISO 8601 in UTC, lengths are seconds; empty stands for what is not known. */
export const incidentCsvRow = (incident: Incident, url: string): string =>
  `${columns.map(([, value]) => csvCell(value(incident, url))).join(',')}\r\n`

/** What spreadsheets take for the beginning of a formula; the wide forms of East Asian input too. */
const formula = /^[\s'"]*[=+\-@\uff1d\uff0b\uff0d\uff20]/

/** A text is one line in quotes, and one that a spreadsheet would compute stands behind an apostrophe (OWASP, CSV injection). */
export function csvCell(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const line = plainLine(value, textMax)
  return `"${(formula.test(line) ? `'${line}` : line).replaceAll('"', '""')}"`
}
