import { entityKind } from '@aiops/contract/model/entity'
import type { IncidentProfile } from './profile.ts'

/** In which incidents can be alike; the first three tell what failed and how. */
export const parts = ['alerts', 'symptoms', 'cause', 'places', 'changes', 'text'] as const
export type Part = (typeof parts)[number]

/** A feature as `what:value`; those of one part are compared with each other. */
export type Features = Readonly<Record<Part, readonly string[]>>

/**
 * What a feature counts beside how rare it is, by its `what`: 1 where it says what failed and how, half where it says what kind of place
 * or change. Names of places are rare and yet say nothing of the nature, and one metric has several words.
 */
const worths: Readonly<Record<string, number>> = {
  ...{ alert: 1, metric: 1, category: 1, word: 0.3 },
  ...{ role: 0.5, kind: 0.5, entity: 0.15, change: 0.15, text: 0.1 },
}
export const worthOf = (feature: string): number => worths[feature.slice(0, feature.indexOf(':'))] ?? 0

export function featuresOf(profile: IncidentProfile): Features {
  const { alerts, symptoms, cause, entities, primary, place, changes, words } = profile
  const symptom = new Set<string>()
  for (const { metric, course } of symptoms) {
    symptom.add(`metric:${metric} ${course}`)
    // Parts of the name meet what another library calls the same thing, each worth as much as it is rare.
    for (const word of metric.split('.')) if (word.length > 2) symptom.add(`word:${word} ${course}`)
  }
  const ofCause = new Set<string>()
  if (cause?.category && cause.category !== 'OTHER') ofCause.add(`category:${cause.category}`)
  if (cause?.entity) ofCause.add(`entity:${cause.entity}`)
  if (cause?.metric) ofCause.add(`metric:${metricOf(cause.metric)}`)
  const where = new Set(entities.map((id) => `entity:${id}`))
  if (primary) where.add(`kind:${entityKind(primary)}`)
  if (place) where.add(`role:${roleOf(place)}`)
  const change = new Set<string>()
  for (const { kind, entity } of changes) {
    change.add(`kind:${kind}`)
    if (entity) change.add(`change:${kind} ${entity}`)
  }
  return {
    alerts: alerts.map((name) => `alert:${name}`),
    symptoms: [...symptom],
    cause: [...ofCause],
    places: [...where],
    changes: [...change],
    text: words.map((word) => `text:${word}`),
  }
}

const metricOf = (metric: string): string => (metric.split(':')[0] ?? metric).toLowerCase()

export type Role = 'ENTRY' | 'SHARED' | 'END' | 'MIDDLE' | 'ALONE'

/** What a place is among the others: who is called by many breaks many. */
export function roleOf({ callers, callees }: { callers: number; callees: number }): Role {
  if (callers === 0) return callees === 0 ? 'ALONE' : 'ENTRY'
  if (callers >= 3) return 'SHARED'
  return callees === 0 ? 'END' : 'MIDDLE'
}
