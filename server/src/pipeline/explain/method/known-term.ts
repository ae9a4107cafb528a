import type { ChangeKind } from '@aiops/contract/model/change'
import type { CaseChange, CaseFinding } from '../case.ts'
import type { Analysis } from './analysis.ts'
import { ramp } from './change.ts'
import { feltOf } from './felt.ts'
import { failureOf } from './known-failure.ts'
import type { Sighting } from './sighting.ts'
import { explainFurther, type Term } from './term.ts'

/** A condition that began so long before the trouble is how it always is there. */
const freshMs = 30 * 60_000
const justBeforeMs = 5 * 60_000
const chronic = 0.15
/** What begins so long after the trouble is more likely its consequence. */
const soonAfterMs = 2 * 60_000
const longAfterMs = 10 * 60_000
/** Nobody who depends on it is in trouble, while others are; or it answers as usual, as one does who has other replicas. */
const unfelt = 0.3
/** The same where it is part of what is to be explained. */
const noticed = 0.6
const troubled = 0.8

/** What the findings at an entity say of it, one term a kind of trouble. */
export function findingTerms(analysis: Analysis, sighting: Sighting): Term[] {
  const best = new Map<Term['kind'], Term>()
  const share = (sighting.findings ?? []).length > 0 ? feltShare(analysis, sighting) : 0
  for (const finding of sighting.findings ?? []) {
    const [kind, base] = failureOf(finding)
    const felt = finding.isNoticed ? Math.max(share, noticed) : share
    const value = base * freshness(finding, analysis.case.detectedAtMs) * felt
    if (value > (best.get(kind)?.value ?? 0)) best.set(kind, { kind, value, explained: 0, finding })
  }
  return [...best.values()]
}

/** 0..1: whether it began when the trouble did. */
export function freshness({ sinceMs }: Pick<CaseFinding, 'sinceMs'>, troubleMs: number): number {
  const before = troubleMs - sinceMs
  if (before > freshMs) return chronic
  if (before >= 0) return 1 - 0.4 * ramp(before, justBeforeMs, freshMs)
  return 1 - 0.6 * ramp(-before, soonAfterMs, longAfterMs)
}

/**
 * Whether what is found there can be felt: where it is measured how it answers, by that; else by whether somebody who depends on it
 * suffers. Where nobody suffers at all as far as metrics tell, it counts as much as what it can have done to what the incident is about.
 */
function feltShare(analysis: Analysis, sighting: Sighting): number {
  if (isAnswerMeasured(sighting)) return answerShare(sighting)
  const reach = reachOf(analysis, sighting.entity)
  let elsewhere = false
  for (const other of analysis.sightings.values()) {
    if (feltOf(other) < troubled) continue
    if (reach.has(other.entity)) return 1
    elsewhere = true
  }
  return elsewhere ? unfelt : noticedShare(analysis, sighting, reach)
}

const answerShare = (sighting: Sighting): number => Math.max(unfelt, ramp(feltOf(sighting), 0.3, troubled))

/**
 * What the incident is about has findings of its own: those of others count no more than these, and that only where it depends on the
 * others or the analyzer names them as the reason. 1 where there are none.
 */
function noticedShare(analysis: Analysis, sighting: Sighting, reach: ReadonlySet<string>): number {
  let share = 0
  let isAnyNoticed = false
  for (const other of analysis.sightings.values()) {
    const noticedThere = (other.findings ?? []).filter((one) => one.isNoticed && failureOf(one)[1] > 0)
    if (noticedThere.length === 0) continue
    isAnyNoticed = true
    if (other.entity === sighting.entity) return 1
    if (
      reach.has(other.entity) ||
      noticedThere.some(({ explainedBy }) => explainedBy.includes(sighting.entity))
    )
      share = Math.max(share, isAnswerMeasured(other) ? Math.max(answerShare(other), noticed) : 1)
  }
  return isAnyNoticed ? Math.max(share, unfelt) : 1
}

const isAnswerMeasured = ({ latency, errors, traffic, seenBy, silentSinceMs }: Sighting): boolean =>
  latency !== undefined ||
  errors !== undefined ||
  traffic !== undefined ||
  silentSinceMs !== undefined ||
  seenBy.size > 0

/** Itself, what calls it, what runs on it, and what calls that. */
export function reachOf(analysis: Analysis, entity: string): ReadonlySet<string> {
  const reach = new Set(analysis.graph.dependents(entity).keys())
  for (const tenant of analysis.tenants.get(entity) ?? [])
    for (const other of analysis.graph.dependents(tenant).keys()) reach.add(other)
  return reach
}

/** What a change counts by its kind: more or fewer of the same is seldom what breaks. */
const kindWeight: Readonly<Record<ChangeKind, number>> = {
  ...{ ROLLOUT: 1, CHAOS: 1, CONFIG: 0.9, LIFECYCLE: 0.7, SCALE: 0.5, OTHER: 0.5 },
}
const changeStrength = 2.5
/** Of an entity that shows nothing itself while those who depend on it suffer. */
const unseenStrength = 1
/** Clocks and export intervals are coarse. */
const afterMs = 60_000
/** Of the time before that changes are looked for in: a change that much earlier counts half. */
const halvedAfter = 1 / 4

/** How far back changes are weighed; half an hour where the case does not say. */
export const changesBefore = ({ case: input }: Analysis): number => input.recordedWindowMs ?? 30 * 60_000

/** 0..1: a change shortly before the trouble, the nearer the stronger; 0 for one that came after. */
export function changeWeight(change: CaseChange, onsetMs: number, windowMs: number): number {
  const before = onsetMs - change.atMs
  if (before < -afterMs || before > windowMs) return 0
  const nearness = 0.5 ** (Math.max(0, before) / (halvedAfter * windowMs))
  return change.share * kindWeight[change.kind] * nearness
}

/** Something was changed there just before its own trouble began. A change alone is no fault. */
export function changeTerm(analysis: Analysis, sighting: Sighting, terms: readonly Term[]): Term | undefined {
  if (!sighting.recorded || sighting.recorded.length === 0) return undefined
  const own = terms.find(
    (term) => term.finding !== undefined || (term.kind !== 'OTHER' && term.kind !== 'TRAFFIC'),
  )
  const onset = onsetAt(analysis, terms)
  let best: { change: CaseChange; weight: number } | undefined
  for (const change of sighting.recorded) {
    const weight = changeWeight(change, onset, changesBefore(analysis))
    if (weight > (best?.weight ?? 0)) best = { change, weight }
  }
  if (!best) return undefined
  const shown = changeStrength * ramp(own?.value ?? 0, 0.4, 1.4)
  const suffer = [...reachOf(analysis, sighting.entity)].some(
    (name) => name !== sighting.entity && feltOf(analysis.sightings.get(name)!) >= troubled,
  )
  const value = best.weight * Math.max(shown, suffer ? unseenStrength : 0)
  if (value <= 0.05) return undefined
  const isDelivery = best.change.kind === 'ROLLOUT' || best.change.kind === 'CONFIG'
  const kind = isDelivery ? 'DEPLOY' : 'OTHER'
  return { kind, value, signal: own?.signal, explained: 0, change: best.change }
}

/** When the entity's own trouble began, as far as metrics tell; else when somebody noticed. */
export const onsetAt = (analysis: Analysis, terms: readonly Term[]): number =>
  terms.find((term) => term.signal)?.signal?.change.onsetMs ?? analysis.case.detectedAtMs

/** From here on a finding explains what others show. */
const explainsFrom = 1.5
const explainedShare = 0.85

/** What a known failure explains of others: of those who depend on it, of what runs there, and of findings that name it as their reason. */
export function shareKnown(
  analysis: Analysis,
  faults: ReadonlyMap<string, { readonly entity: string; terms: Term[] }>,
): void {
  const byFailure = [...faults.values()].flatMap((fault) => {
    const said = Math.max(0, ...fault.terms.map((term) => (term.finding ? term.value : 0)))
    if (said < explainsFrom) return []
    // What the incident is about may answer as usual all the same, and then explains nobody's trouble.
    const share = feltShare(analysis, analysis.sightings.get(fault.entity)!)
    const value = said * Math.min(1, share / noticed)
    return value >= explainsFrom ? [{ entity: fault.entity, value }] : []
  })
  for (const { entity, value } of byFailure) {
    for (const name of reachOf(analysis, entity)) {
      const fault = faults.get(name)
      if (!fault || name === entity) continue
      fault.terms = fault.terms
        .map((term) => {
          const share = shareOf(term, entity, value)
          return share > 0 ? explainFurther(term, share, entity) : term
        })
        .sort((a, b) => b.value - a.value)
    }
  }
}

function shareOf(term: Term, entity: string, value: number): number {
  if (term.change) return 0
  // A condition of its own is explained only where the analyzer says so.
  if (term.finding) return term.finding.explainedBy.includes(entity) ? explainedShare : 0
  return explainedShare * ramp(value / term.value, 0.3, 0.8)
}
