import { Readable } from 'node:stream'
import { incident } from '@aiops/contract/api/incident'
import { incidentCsvPath, incidentLinesPath } from '@aiops/contract/api/incident-export'
import type { Incident } from '@aiops/contract/model/incident'
import { z } from 'zod'
import { Redaction } from '../../kernel/redaction.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { StreamRoute } from '../../port/stream-route.ts'
import { incidentCsvHead, incidentCsvRow } from './incident-csv.ts'
import type { IncidentExportDeps } from './index.ts'

const pageIncidents = 200
const incidentsMax = 10_000

/** The filters of the list of incidents; how many is this file's own affair. */
const query = incident.listIncidents.query
  .omit({ limit: true, offset: true })
  .extend({ limit: z.coerce.number().int().min(1).max(incidentsMax).default(incidentsMax) })
type Query = z.output<typeof query>

/** GET /api/v1/incidents.csv and .jsonl: pages are read as fast as they are taken. */
export function listDownloads(deps: IncidentExportDeps): readonly StreamRoute[] {
  const base = { method: 'GET', permission: 'incidents:read', query } as const
  return [
    {
      ...{ ...base, path: incidentCsvPath, action: 'exportIncidentsCsv' },
      summary: 'Incidents as CSV (RFC 4180), with the filters of the list; 10,000 at most.',
      async open({ caller, query: asked }) {
        const url = deps.publicUrl()
        const rows = linesOf(deps, caller, asked as Query, (one) => incidentCsvRow(one, url), incidentCsvHead)
        return {
          status: 200,
          headers: headersOf('text/csv; charset=utf-8; header=present', 'incidents.csv'),
          body: rows,
        }
      },
    },
    {
      ...{ ...base, path: incidentLinesPath, action: 'exportIncidentsLines' },
      summary: 'Incidents as JSON lines, with the filters of the list; 10,000 at most.',
      async open({ caller, query: asked }) {
        const rows = linesOf(deps, caller, asked as Query, (one) => `${JSON.stringify(one)}\n`)
        return {
          status: 200,
          headers: headersOf('application/x-ndjson; charset=utf-8', 'incidents.jsonl'),
          body: rows,
        }
      },
    },
  ]
}

const headersOf = (type: string, name: string): Record<string, string> => ({
  'content-type': type,
  'content-disposition': `attachment; filename="${name}"`,
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
})

function linesOf(
  { clientOf }: IncidentExportDeps,
  caller: Caller,
  { limit, ...filter }: Query,
  write: (incident: Incident) => string,
  head = '',
): Readable {
  async function* lines(): AsyncIterable<string> {
    // One that is opened meanwhile moves the others on by a place.
    const seen = new Set<string>()
    const redaction = new Redaction()
    if (head !== '') yield head
    for (let offset = 0; seen.size < limit; offset += pageIncidents) {
      const page = await clientOf(caller).listIncidents({
        query: { ...filter, me: String(filter.me), limit: pageIncidents, offset },
      })
      const fresh = page.incidents.filter(({ id }) => !seen.has(id)).slice(0, limit - seen.size)
      for (const { id } of fresh) seen.add(id)
      if (fresh.length > 0) yield fresh.map((one) => write(redaction.value(one) as Incident)).join('')
      if (offset + page.incidents.length >= page.total || page.incidents.length === 0) return
    }
  }
  return Readable.from(lines(), { objectMode: false })
}
