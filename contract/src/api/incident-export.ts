/** What leaves as a document of its own media type; `{id}` is an incident's id or its number. All of it may be read with `incidents:read`. */

/** Markdown (text/markdown): the draft of a post-mortem, from facts only. `?inline=1` shows it instead of saving it. */
export const postMortemPath = '/api/v1/incidents/{id}/post-mortem'
/** JSON: an `IncidentExport`. */
export const incidentExportPath = '/api/v1/incidents/{id}/export'
/** CSV (RFC 4180) and JSON lines, with the filters of the list of incidents; 10,000 at most, newest first. */
export const incidentCsvPath = '/api/v1/incidents.csv'
export const incidentLinesPath = '/api/v1/incidents.jsonl'

/**
 * Feeds for programs that know an address only. The key goes as the password of basic authentication, so `https://any:KEY@host/…` will
 * do; they may be read with `feeds:read`, which is all that a key of the role `feed` holds.
 */
export const incidentRssPath = '/api/v1/feeds/incidents.rss'
export const incidentAtomPath = '/api/v1/feeds/incidents.atom'
export const maintenanceCalendarPath = '/api/v1/feeds/maintenance.ics'
