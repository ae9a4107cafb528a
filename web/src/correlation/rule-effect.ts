import type { IncidentName, RuleDeed, RuleEffect } from '@aiops/contract/model/correlation-rule'

/** Incidents that applying a rule may change, by number. */
export function incidentsOf({ joins, parts }: Pick<RuleEffect, 'joins' | 'parts'>): IncidentName[] {
  const all = [
    ...joins.flatMap(({ into, from }) => [into, ...from]),
    ...parts.flatMap(({ incident, into }) => (into ? [incident, into] : [incident])),
  ]
  const byId = new Map(all.map((one) => [one.id, one]))
  return [...byId.values()].sort((a, b) => a.number - b.number)
}

type Incidents = {
  /** Resolves with the id of the new incident. */
  split(id: string, members: readonly string[]): Promise<string>
  merge(id: string, into: string): Promise<void>
}

/** Takes back what was done, the last first: members leave the incident that took them, parts go back to where they were. */
export async function undoDeeds(
  deeds: readonly Pick<RuleDeed, 'act' | 'incident' | 'into' | 'members'>[],
  incidents: Incidents,
): Promise<void> {
  /** Incidents that stand for ones that were merged away. */
  const now = new Map<string, string>()
  const standing = (id: string): string => now.get(id) ?? id
  for (const { act, incident, into, members } of [...deeds].reverse()) {
    if (act === 'MERGED') now.set(incident.id, await incidents.split(standing(into.id), members))
    else await incidents.merge(standing(into.id), standing(incident.id))
  }
}
