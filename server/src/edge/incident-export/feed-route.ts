import { createHash } from 'node:crypto'
import { incident } from '@aiops/contract/api/incident'
import {
  incidentAtomPath,
  incidentRssPath,
  maintenanceCalendarPath,
} from '@aiops/contract/api/incident-export'
import type { Client } from '@aiops/contract/client'
import type { Incident } from '@aiops/contract/model/incident'
import type { Matcher } from '@aiops/contract/model/label'
import { z } from 'zod'
import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { Redaction } from '../../kernel/redaction.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { WebRoute } from '../../port/web-route.ts'
import { type CalendarEntry, calendarOf } from './calendar.ts'
import { atomFeed, type Feed, rssFeed } from './feed.ts'
import type { IncidentExportDeps } from './index.ts'

const incidentsMax = 100
const windowsMax = 200
const silencesMax = 1_000

const query = incident.listIncidents.query
  .pick({ status: true, severity: true, entity: true, text: true })
  .extend({
    limit: z.coerce.number().int().min(1).max(incidentsMax).default(50),
  })

/** Feeds for programs that know an address only: the key is the password of basic authentication, whatever the user name (RFC 7617). */
export function feedRoutes(deps: IncidentExportDeps): readonly WebRoute[] {
  const base = {
    ...{ methods: ['GET'], permission: 'feeds:read', bodyBytesMax: 1, credential: basicPassword, refuse },
  } satisfies Partial<WebRoute>
  const feed = (
    path: string,
    action: string,
    type: string,
    write: (feed: Feed) => string,
    name: string,
  ): WebRoute => ({
    ...{ ...base, path, action, summary: `Incidents as ${name}, the one that changed last first.` },
    handle: async (request, caller) => {
      const incidents = await incidentsOf(reader(deps, caller), new URL(request.url).searchParams)
      const now = isoTime(deps.clock.now())
      return answer(request, write({ incidents, url: deps.publicUrl(), tenant: caller.tenant, now }), type)
    },
  })
  return [
    feed(incidentRssPath, 'readIncidentRss', 'application/rss+xml; charset=utf-8', rssFeed, 'RSS 2.0'),
    feed(
      incidentAtomPath,
      'readIncidentAtom',
      'application/atom+xml; charset=utf-8',
      atomFeed,
      'Atom (RFC 4287)',
    ),
    {
      ...{ ...base, path: maintenanceCalendarPath, action: 'readMaintenanceCalendar' },
      summary: 'Maintenance windows and silences, active and to come, as iCalendar (RFC 5545).',
      handle: async (request, caller) => {
        const entries = await entriesOf(reader(deps, caller), deps.publicUrl())
        const name = caller.tenant === 'default' ? 'Maintenance' : `Maintenance of ${caller.tenant}`
        return answer(request, calendarOf(entries, name), 'text/calendar; charset=utf-8')
      },
    },
  ]
}

/** A feed shows titles and causes, not the API: whoever may read feeds reads these through it. */
const reader = ({ clientOf }: IncidentExportDeps, caller: Caller): Client =>
  clientOf({ ...caller, permissions: ['incidents:read'] })

/** The password of basic authentication. */
export function basicPassword(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=_-]{1,1024})$/i.exec(headers.authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : text.slice(colon + 1)
}

/** Without a challenge no reader sends the credentials of an address. */
const refuse: WebRoute['refuse'] = (fault) => ({
  status: fault.status,
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    ...(fault.status === 401 ? { 'www-authenticate': 'Basic realm="aiops feeds", charset="UTF-8"' } : {}),
  },
  body: `${fault.code === 'UNAUTHENTICATED' ? 'Send an API key as the password, with any user name.' : fault.message}\n`,
})

async function incidentsOf(client: Client, parameters: URLSearchParams): Promise<Incident[]> {
  const given = Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]),
  )
  const one = (name: string) => given[name]?.at(-1)
  const asked = query.safeParse({ ...given, entity: one('entity'), text: one('text'), limit: one('limit') })
  if (!asked.success) {
    const [issue] = asked.error.issues
    throw new Fault('VALIDATION_FAILED', `${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { incidents } = await client.listIncidents({ query: { ...asked.data, sort: '-updated_at' } })
  const redaction = new Redaction()
  return incidents.map((found) => redaction.value(found) as Incident)
}

async function entriesOf(client: Client, url: string): Promise<CalendarEntry[]> {
  const windows = await client.listMaintenance({
    query: { state: ['ACTIVE', 'PENDING'], page_size: windowsMax },
  })
  const { silences } = await client.listSilences({
    query: { state: ['ACTIVE', 'PENDING'], limit: silencesMax },
  })
  const entries: CalendarEntry[] = []
  for (const { id } of windows.items) {
    const window = await client.getMaintenance({ params: { id } })
    for (const { starts_at, ends_at } of window.occurrences)
      entries.push({
        ...{
          uid: `${id}-${Date.parse(starts_at)}@aiops-nextgen`,
          starts_at,
          ends_at,
          category: 'MAINTENANCE',
        },
        ...{ summary: window.name, updated_at: window.updated_at, url: `${url}/silences` },
        description: [
          window.comment,
          `Holds back ${matcherText(window.matchers)}.`,
          `Planned by ${window.created_by}.`,
        ].filter((line) => line !== ''),
      })
  }
  // Each occurrence of a window is a silence too, and stands here already.
  const planned = new Set(windows.items.flatMap((window) => window.silences))
  for (const { id, starts_at, ends_at, matchers, comment, created_by, updated_at } of silences)
    if (!planned.has(id) && Date.parse(ends_at) > Date.parse(starts_at))
      entries.push({
        ...{
          uid: `${id}@aiops-nextgen`,
          starts_at,
          ends_at,
          category: 'SILENCE',
          updated_at,
          url: `${url}/silences`,
        },
        summary: `Silence: ${comment}`,
        description: [`Holds back ${matcherText(matchers)}.`, `By ${created_by}.`],
      })
  const sorted = entries.sort(
    (a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at) || (a.uid < b.uid ? -1 : 1),
  )
  return new Redaction().value(sorted) as CalendarEntry[]
}

const matcherText = (matchers: readonly Matcher[]): string =>
  matchers.map(({ name, op, value }) => `${name}${op}${JSON.stringify(value)}`).join(' and ')

/** With an entity tag: most of what readers ask for they have already. */
function answer(request: Request, body: string, type: string): Response {
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
  const headers = { etag: tag, 'cache-control': 'private, max-age=60', 'x-content-type-options': 'nosniff' }
  const known = (request.headers.get('if-none-match') ?? '').slice(0, 1_000).split(',')
  if (known.some((one) => one.trim().replace(/^W\//, '') === tag))
    return new Response(null, { status: 304, headers })
  return new Response(body, { status: 200, headers: { ...headers, 'content-type': type } })
}
