import type { Evidence as StoredEvidence } from '@aiops/contract/model/diagnosis'
import { figureText } from '@aiops/contract/model/number-text'
import type { CaseChange, CaseFinding } from '../case.ts'
import type { Analysis } from './analysis.ts'
import { feltOf, strengthOf } from './felt.ts'
import { failureOf } from './known-failure.ts'
import { changesBefore, changeWeight, onsetAt } from './known-term.ts'
import type { Candidate } from './posterior.ts'
import type { Sighting, Signal } from './sighting.ts'
import type { Term } from './term.ts'
import { changePhrase, clockTime, listPhrase, metricPhrase, nameOf, spanPhrase } from './wording.ts'

/** Evidence as the core knows it: `seriesId` is the case's, which whoever made the case turns into a query. */
export type Evidence = {
  kind: StoredEvidence['kind']
  entity: string
  sentence: string
  seriesId?: string | undefined
  metric?: string | undefined
  unit?: string | undefined
  baseline?: number
  value?: number
  atMs?: number
  weight?: number
}

const termsMax = 4
/** Of findings, and of changes, that are told beside those that count. */
const furtherMax = 3
/** From here on something is said to have changed. */
export const noticeable = 0.8

/** A smaller fall of requests is the day's wave. */
const fallNoticeable = 0.35

/** Strongest first: what changed at the entity itself, what its neighbours say, what changed around it. */
export function evidenceOf(analysis: Analysis, candidate: Candidate): Evidence[] {
  const sighting = analysis.sightings.get(candidate.entity)!
  const terms = candidate.fault.terms.filter((term) => term.value > 0.15)
  const sum = terms.reduce((total, term) => total + term.value, 0) || 1
  const list: Evidence[] = []
  const first = firstSymptom(analysis, candidate)
  for (const term of leadingFirst(terms, candidate.category).slice(0, termsMax)) {
    const weight = round(term.value / sum)
    if (term.finding) list.push(condition(term.finding, weight))
    if (term.change) list.push(recordedChange(analysis, term.change, candidate, weight))
    if (term.finding || (term.change && !(term.kind === 'DEPLOY' && sighting.version))) continue
    if (term.kind === 'DOWN') list.push(silence(sighting, weight))
    else if (term.kind === 'DEPLOY' && sighting.version) list.push(newVersion(sighting, weight))
    else if (term.signal && !list.some((one) => one.seriesId === term.signal!.series.id))
      list.push(metricChange(candidate.entity, term.signal, weight, first))
  }
  list.push(...further(analysis, candidate, sighting))
  list.push(...neighbours(analysis, sighting, candidate.category === 'TRAFFIC'))
  if (sighting.logs && sighting.logs.perSecondAfter > 2 * sighting.logs.perSecondBefore + 0.05)
    list.push(errorLogs(sighting))
  return list
}

/** The term that names the category speaks first. */
function leadingFirst(terms: readonly Term[], category: string): Term[] {
  return [...terms].sort(
    (a, b) => Number(b.kind === category) - Number(a.kind === category) || b.value - a.value,
  )
}

type FirstSymptom = { entity: string; atMs: number } | undefined

function firstSymptom(analysis: Analysis, candidate: Candidate): FirstSymptom {
  let first: FirstSymptom
  for (const [entity, other] of analysis.sightings) {
    if (entity === candidate.entity || !analysis.graph.dependents(candidate.entity).has(entity)) continue
    for (const signal of [other.latency, other.errors]) {
      if (!signal || strengthOf(signal) < noticeable) continue
      if (!first || signal.change.onsetMs < first.atMs) first = { entity, atMs: signal.change.onsetMs }
    }
  }
  return first
}

export function metricChange(entity: string, signal: Signal, weight: number, first?: FirstSymptom): Evidence {
  const { change, series } = signal
  const lead = first ? Math.round((first.atMs - change.onsetMs) / 1_000) : 0
  const before = first && lead >= 1 ? `, ${lead} s before the first symptom at ${nameOf(first.entity)}` : ''
  const where =
    series.peer?.is === 'CALLEE'
      ? ` as ${nameOf(series.entity)} measures it at ${nameOf(series.peer.entity)}`
      : ` at ${nameOf(entity)}`
  return {
    kind: 'METRIC_CHANGE',
    entity,
    sentence: `${metricPhrase(series.metric)}${where} ${changePhrase(signal)}, at ${clockTime(change.onsetMs)}${before}.`,
    seriesId: series.id,
    metric: series.metric,
    unit: series.unit,
    baseline: change.before,
    value: change.after,
    atMs: change.onsetMs,
    weight,
  }
}

function silence(sighting: Sighting, weight: number): Evidence {
  const atMs = sighting.silentSinceMs ?? 0
  const name = nameOf(sighting.entity)
  return {
    kind: 'ONSET',
    entity: sighting.entity,
    sentence: `${name} sent nothing after ${clockTime(atMs)}, while others went on.`,
    seriesId: sighting.changes[0]?.series.id,
    metric: sighting.changes[0]?.series.metric,
    atMs,
    weight,
  }
}

function newVersion(sighting: Sighting, weight: number): Evidence {
  const { version, previous, atMs } = sighting.version!
  const instead = previous ? ` instead of ${previous}` : ''
  return {
    kind: 'CHANGE',
    entity: sighting.entity,
    sentence: `${nameOf(sighting.entity)} runs version ${version}${instead} since ${clockTime(atMs)}; its own trouble began about then.`,
    atMs,
    weight,
  }
}

/** Findings and changes beyond those that terms were made of, strongest first. */
function further(analysis: Analysis, candidate: Candidate, sighting: Sighting): Evidence[] {
  const { terms } = candidate.fault
  const onset = onsetAt(analysis, terms)
  const findings = (sighting.findings ?? [])
    .filter((finding) => !terms.some((term) => term.finding === finding && term.value > 0.15))
    .filter((finding) => failureOf(finding)[1] > 0)
    .sort((a, b) => failureOf(b)[1] - failureOf(a)[1] || a.sinceMs - b.sinceMs)
  const changes = (sighting.recorded ?? [])
    .filter((change) => !terms.some((term) => term.change === change && term.value > 0.15))
    .filter((change) => changeWeight(change, onset, changesBefore(analysis)) > 0)
    .sort((a, b) => b.atMs - a.atMs)
  return [
    ...findings.slice(0, furtherMax).map((finding) => condition(finding)),
    ...changes.slice(0, furtherMax).map((change) => recordedChange(analysis, change, candidate)),
  ]
}

function condition(finding: CaseFinding, weight?: number): Evidence {
  const { object, rule, title, sinceMs, entity } = finding
  const said = title.replace(/\.$/, '')
  return {
    kind: 'KUBERNETES',
    entity,
    sentence: `${said} (${rule}: ${object}, since ${clockTime(sinceMs)}).`,
    atMs: sinceMs,
    ...(weight === undefined ? {} : { weight }),
  }
}

function recordedChange(
  analysis: Analysis,
  change: CaseChange,
  candidate: Candidate,
  weight?: number,
): Evidence {
  const { about, source, actor, atMs, summary } = change
  const lead = Math.round((onsetAt(analysis, candidate.fault.terms) - atMs) / 1_000)
  const before = lead >= 1 ? `, ${spanPhrase(lead)} before the trouble began` : ''
  const name = nameOf(about)
  const isNamed = about === candidate.entity || summary.includes(name.slice(name.lastIndexOf('/') + 1))
  const where = isNamed ? '' : ` at ${name}`
  const by = actor === undefined ? '' : ` by ${actor}`
  return {
    kind: 'CHANGE',
    entity: about,
    sentence: `${summary}${where}, at ${clockTime(atMs)}${before} (told by ${source}${by}).`,
    atMs,
    ...(weight === undefined ? {} : { weight }),
  }
}

function errorLogs(sighting: Sighting): Evidence {
  const { perSecondBefore, perSecondAfter, newMessage } = sighting.logs!
  const said = newMessage ? `, among them for the first time "${newMessage.slice(0, 160)}"` : ''
  return {
    kind: 'LOG',
    entity: sighting.entity,
    sentence: `${nameOf(sighting.entity)} logged ${figureText(perSecondAfter, 2)} errors a second instead of ${figureText(perSecondBefore, 2)}${said}.`,
    baseline: perSecondBefore,
    value: perSecondAfter,
  }
}

function neighbours(analysis: Analysis, sighting: Sighting, starving: boolean): Evidence[] {
  const list: Evidence[] = []
  const { graph, sightings } = analysis
  const state = (name: string) => sightings.get(name)!
  const callers = graph.callers(sighting.entity)
  const troubled = callers.filter((caller) => feltOf(state(caller)) >= noticeable)
  if (troubled.length > 0) {
    list.push({
      kind: 'TOPOLOGY',
      entity: sighting.entity,
      sentence: `${troubled.length} of the ${callers.length} that call ${nameOf(sighting.entity)} are slow or failing too: ${listPhrase(troubled.map(nameOf))}.`,
    })
  }
  const asked = callers.filter(
    (caller) => state(caller).traffic && (state(caller).trafficFall?.change.fall ?? 0) < fallNoticeable,
  )
  if (starving && asked.length > 0) {
    list.push({
      kind: 'TOPOLOGY',
      entity: sighting.entity,
      sentence: `What calls it gets about as many requests as before: ${listPhrase(asked.map(nameOf))}.`,
    })
  }
  const well = graph
    .callees(sighting.entity)
    .filter(
      (callee) =>
        state(callee).measured > 0 &&
        feltOf(state(callee)) < noticeable &&
        state(callee).silentSinceMs === undefined,
    )
  if (well.length > 0)
    list.push({
      kind: 'HEALTHY',
      entity: sighting.entity,
      sentence: `What it depends on answers as usual: ${listPhrase(well.map(nameOf))}.`,
    })
  return list
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
