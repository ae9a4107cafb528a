import { type EntityId, entityKind, entityName } from '@aiops/contract/model/entity'
import type { Incident, IncidentImpact } from '@aiops/contract/model/incident'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { IncidentDraft } from '../core/incident-of.ts'

/** Who can tell whom an incident touches. */
export type ImpactSources = {
  /** The label `tier` of an entity in the topology. */
  tier(tenant: TenantId, entity: EntityId): string | undefined
  slos(tenant: TenantId): readonly { id: string; name: string; service: string; state: string }[]
}
export type Weighed = Pick<Incident, 'impact' | 'priority'>
export type Weigh = (draft: IncidentDraft, stored?: Incident) => Weighed

/** Entities looked at; the first are the likeliest origins. */
const entitiesMax = 20
const slosMax = 10
/** As long as the entities stay the same, an impact that was looked at so shortly before is taken as it is. */
const freshMs = 30_000

export const weighNothing: Weigh = ({ priority }, stored) => ({ impact: stored?.impact ?? null, priority })

/**
 * Priority after impact: the severity's own, one higher where an objective burns or the highest tier is 0 or 1, one lower where the
 * highest tier is 3 or beyond and no objective burns. Severity stays what was told of the members.
 */
export function weighBy(sources: ImpactSources): Weigh {
  return (draft, stored) => {
    const impact = stored && isFresh(draft, stored) ? stored.impact : impactOf(draft, sources)
    return { impact, priority: Math.max(1, Math.min(5, draft.priority + (impact ? shiftOf(impact) : 0))) }
  }
}

function isFresh(draft: IncidentDraft, { impact, updated_at }: Incident): boolean {
  const apartMs = Date.parse(draft.updated_at) - Date.parse(updated_at)
  return impact !== null && impact.entities === draft.affected_entities.length && apartMs < freshMs
}

export function impactOf(
  { tenant_id, affected_entities }: Pick<Incident, 'tenant_id' | 'affected_entities'>,
  sources: ImpactSources,
): IncidentImpact {
  const looked = affected_entities.slice(0, entitiesMax)
  let tier: IncidentImpact['tier'] = null
  for (const entity of looked) {
    const value = sources.tier(tenant_id, entity)?.trim()
    if (value && (!tier || tierRank(value) < tierRank(tier.value)))
      tier = { value: value.slice(0, 100), entity }
  }
  const services = new Set(looked.filter((entity) => entityKind(entity) === 'service').map(entityName))
  const slos = sources.slos(tenant_id).filter(({ service }) => services.has(service))
  const burning = slos.filter(({ state }) => state === 'BURNING' || state === 'EXHAUSTED')
  const notes = [
    ...(tier ? [] : ['No affected entity has a label "tier".']),
    ...(slos.length > 0 ? [] : ['No objective is set for an affected service.']),
    'No source tells how many users are affected.',
    ...(affected_entities.length > entitiesMax
      ? [`Only the first ${entitiesMax} entities were looked at.`]
      : []),
  ]
  return {
    entities: affected_entities.length,
    tier,
    slos: burning.slice(0, slosMax).map(({ id, name, state }) => ({ id, name, state })),
    notes,
  }
}

function shiftOf({ tier, slos }: IncidentImpact): -1 | 0 | 1 {
  const rank = tier ? tierRank(tier.value) : Number.NaN
  if (slos.length > 0 || rank <= 1) return -1
  return rank >= 3 && rank < unknownRank ? 1 : 0
}

const words = ['critical', 'high', 'medium', 'low']
const unknownRank = 100
/** The smaller the more important: the number in it (`1`, `tier-1`, `T2`), or one of four words. */
function tierRank(value: string): number {
  const word = words.indexOf(value.toLowerCase())
  if (word >= 0) return word
  const digits = /\d{1,2}/.exec(value)
  return digits ? Number(digits[0]) : unknownRank
}
