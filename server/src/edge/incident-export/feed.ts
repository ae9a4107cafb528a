import { incidentAtomPath, incidentRssPath } from '@aiops/contract/api/incident-export'
import { entityName } from '@aiops/contract/model/entity'
import type { Incident } from '@aiops/contract/model/incident'
import { probabilityText } from '@aiops/contract/model/probability'
import { feedLine, xmlText } from './xml.ts'

export type Feed = {
  incidents: readonly Incident[]
  /** Where people open this platform, without a slash at its end. */
  url: string
  tenant: string
  now: string
}

const titleMax = 300
const summaryMax = 2_000

/** RSS 2.0 (https://www.rssboard.org/rss-specification): an item an incident, the same `guid` as long as it lives. */
export function rssFeed(feed: Feed): string {
  const { incidents, url, now } = feed
  const items = incidents.map((incident) =>
    [
      '  <item>',
      `   <title>${titleOf(incident)}</title>`,
      `   <link>${linkOf(incident, url)}</link>`,
      `   <guid isPermaLink="false">${idOf(incident)}</guid>`,
      `   <pubDate>${rfc822(incident.created_at)}</pubDate>`,
      `   <category>${incident.severity}</category>`,
      `   <category>${incident.status}</category>`,
      `   <description>${summaryOf(incident)}</description>`,
      '  </item>',
    ].join('\n'),
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">',
    ' <channel>',
    `  <title>${feedTitle(feed)}</title>`,
    `  <link>${xmlText(`${url}/incidents`)}</link>`,
    `  <atom:link href="${xmlText(url + incidentRssPath)}" rel="self" type="application/rss+xml"/>`,
    '  <description>Incidents, the one that changed last first.</description>',
    `  <lastBuildDate>${rfc822(newestOf(incidents) ?? now)}</lastBuildDate>`,
    '  <ttl>5</ttl>',
    ...items,
    ' </channel>',
    '</rss>',
    '',
  ].join('\n')
}

/** Atom (RFC 4287). */
export function atomFeed(feed: Feed): string {
  const { incidents, url, now, tenant } = feed
  const entries = incidents.map((incident) =>
    [
      ' <entry>',
      `  <id>${idOf(incident)}</id>`,
      `  <title type="text">${titleOf(incident)}</title>`,
      `  <link rel="alternate" type="text/html" href="${linkOf(incident, url)}"/>`,
      `  <published>${xmlText(incident.created_at)}</published>`,
      `  <updated>${xmlText(incident.updated_at)}</updated>`,
      `  <category term="${incident.severity}"/>`,
      `  <category term="${incident.status}"/>`,
      `  <summary type="text">${summaryOf(incident)}</summary>`,
      ' </entry>',
    ].join('\n'),
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    ` <id>${xmlText(`urn:x-aiops:incidents:${encodeURIComponent(tenant)}`)}</id>`,
    ` <title type="text">${feedTitle(feed)}</title>`,
    ' <author><name>AIOps NextGen</name></author>',
    ' <generator>AIOps NextGen</generator>',
    ` <link rel="self" type="application/atom+xml" href="${xmlText(url + incidentAtomPath)}"/>`,
    ` <link rel="alternate" type="text/html" href="${xmlText(`${url}/incidents`)}"/>`,
    ` <updated>${xmlText(newestOf(incidents) ?? now)}</updated>`,
    ...entries,
    '</feed>',
    '',
  ].join('\n')
}

const feedTitle = ({ tenant }: Feed): string =>
  feedLine(tenant === 'default' ? 'Incidents' : `Incidents of ${tenant}`, titleMax)

const titleOf = ({ number, severity, status, title }: Incident): string =>
  feedLine(`INC-${number} ${severity} ${status}: ${title}`, titleMax)

const linkOf = ({ number }: Incident, url: string): string => xmlText(`${url}/incidents/${number}`)

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const idOf = ({ id }: Incident): string =>
  xmlText(uuid.test(id) ? `urn:uuid:${id}` : `urn:x-aiops:incident:${encodeURIComponent(id)}`)

/** What it affects, and its first cause with how likely that is. */
function summaryOf({ affected_entities, cause, confirmed_cause, resolved_at, started_at }: Incident): string {
  const named = affected_entities.slice(0, 10).map(entityName)
  const more = affected_entities.length - named.length
  const parts = [
    `Began ${started_at}${resolved_at === null ? '' : `, resolved ${resolved_at}`}.`,
    named.length > 0 && `Affects ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    confirmed_cause
      ? `Cause, confirmed by ${confirmed_cause.by}: ${confirmed_cause.sentence}`
      : cause && `Likeliest cause (${probabilityText(cause.probability)}): ${cause.sentence}`,
  ]
  return feedLine(parts.filter((part) => typeof part === 'string').join(' '), summaryMax)
}

const newestOf = (incidents: readonly Incident[]): string | undefined =>
  incidents
    .map(({ updated_at }) => updated_at)
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1)

/** RFC 822 with four digits of the year, as RSS has it. */
const rfc822 = (time: string): string => new Date(time).toUTCString().replace('GMT', '+0000')
