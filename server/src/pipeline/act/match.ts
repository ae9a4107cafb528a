import type { Cause } from '@aiops/contract/model/diagnosis'
import { type EntityId, entityKind } from '@aiops/contract/model/entity'
import type { Incident } from '@aiops/contract/model/incident'
import type { Runbook } from '@aiops/contract/model/runbook'

/** Runbooks that fit a cause, the one written most closely for it first, then by id. */
export function matching(
  runbooks: readonly Runbook[],
  cause: Cause,
  incident: Pick<Incident, 'affected_entities'>,
  minProbability: number,
): Runbook[] {
  return runbooks
    .filter((runbook) => fits(runbook, cause, minProbability) && withinBlastRadius(runbook, incident))
    .toSorted((a, b) => closeness(b, cause) - closeness(a, cause) || (a.id < b.id ? -1 : 1))
}

/** Whether no more services are affected than the runbook was written for. */
export const withinBlastRadius = (runbook: Runbook, incident: Pick<Incident, 'affected_entities'>): boolean =>
  !runbook.blast_radius || affectedServices(incident) <= runbook.blast_radius.max_affected_services

export const affectedServices = (incident: Pick<Incident, 'affected_entities'>): number =>
  incident.affected_entities.filter((entity) => entityKind(entity) === 'service').length

function fits({ match }: Runbook, cause: Cause, minProbability: number): boolean {
  if (cause.probability < Math.max(match.min_probability, minProbability)) return false
  if (
    match.categories.length > 0 &&
    !match.categories.some((category) => category.toUpperCase() === cause.category)
  )
    return false
  return match.entities.length === 0 || match.entities.some((pattern) => globMatches(pattern, cause.entity))
}

function closeness(runbook: Runbook, cause: Cause): number {
  const { categories, entities } = runbook.match
  const named = entities.includes(cause.entity) ? 2 : entities.length > 0 ? 1 : 0
  return (runbook.id === cause.suggested_runbook_id ? 8 : 0) + named * 2 + (categories.length > 0 ? 1 : 0)
}

/** `*` stands for any run of characters, `?` for one. Two marks and no recursion: time is at most length × length, whatever the pattern. */
export function globMatches(pattern: string, entity: EntityId): boolean {
  let [p, e, star, mark] = [0, 0, -1, 0]
  while (e < entity.length) {
    if (pattern[p] === '*') {
      star = p
      mark = e
      p += 1
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === entity[e])) {
      p += 1
      e += 1
    } else if (star >= 0) {
      p = star + 1
      mark += 1
      e = mark
    } else return false
  }
  while (pattern[p] === '*') p += 1
  return p === pattern.length
}
