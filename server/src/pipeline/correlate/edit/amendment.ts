import {
  type ConfirmedCause,
  type Incident,
  incidentLinksMax,
  type TimelineEvent,
} from '@aiops/contract/model/incident'
import { Fault } from '../../../kernel/fault.ts'

/** A change of what correlation does not mind, with what the timeline says of it. */
export type Amendment = {
  fields: Partial<Pick<Incident, 'assigned_to' | 'confirmed_cause' | 'links'>>
  event: Omit<TimelineEvent, 'at'>
}

export function assigned(stored: Incident, assignee: string | null, actor: string): Amendment | null {
  if (stored.assigned_to === assignee) return null
  const before = stored.assigned_to === null ? '' : `, before ${stored.assigned_to}`
  const sentence = `Assigned to ${assignee ?? 'nobody'}${before}.`
  return { fields: { assigned_to: assignee }, event: { type: 'ASSIGNED', actor, sentence } }
}

export function causeConfirmed(
  stored: Incident,
  cause: Pick<ConfirmedCause, 'entity' | 'sentence'> | null,
  actor: string,
  at: string,
): Amendment | null {
  const known = stored.confirmed_cause
  if (cause === null) {
    if (known === null) return null
    const sentence = `Cause taken back: ${known.sentence}`
    return { fields: { confirmed_cause: null }, event: { type: 'CAUSE_CONFIRMED', actor, sentence } }
  }
  const sentence = `Cause confirmed: ${cause.sentence}${cause.entity === null ? '' : ` (${cause.entity})`}`
  return {
    fields: { confirmed_cause: { ...cause, by: actor, at } },
    event: { type: 'CAUSE_CONFIRMED', actor, sentence },
  }
}

export function linkAdded(
  stored: Incident,
  link: { id: string; url: string; title: string },
  actor: string,
  at: string,
): Amendment {
  if (stored.links.length >= incidentLinksMax)
    throw new Fault('CONFLICT', `An incident has ${incidentLinksMax} links at most; remove one first.`)
  const links = [...stored.links, { ...link, by: actor, at }]
  return { fields: { links }, event: { type: 'LINK_ADDED', actor, sentence: nameOf(link) } }
}

export function linkRemoved(stored: Incident, linkId: string, actor: string): Amendment {
  const link = stored.links.find(({ id }) => id === linkId)
  if (!link) throw new Fault('NOT_FOUND', `INC-${stored.number} has no link ${linkId}.`)
  const links = stored.links.filter((other) => other !== link)
  return { fields: { links }, event: { type: 'LINK_REMOVED', actor, sentence: nameOf(link) } }
}

const nameOf = ({ url, title }: { url: string; title: string }): string => (title ? `${title}: ${url}` : url)
