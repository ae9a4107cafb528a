import type { CaseChange, CaseFinding, CaseSeries, ExplainCase } from '../case.ts'
import { type Change, measureChange, quantile, type Split } from './change.ts'
import { type Meaning, meaningOf, type Role } from './meaning.ts'
import { mergeSeries } from './merge-series.ts'
import { usualLevels } from './peer-level.ts'
import { heard, supportOf, usualOf } from './support.ts'

/** One metric's change with what it means. `strength` ≥ 0 grows with the logarithm of the distance from the usual. */
export type Signal = {
  strength: number
  series: CaseSeries
  meaning: Meaning
  change: Change
  harmful: boolean
  /** 0..1: in how much of the time before it spoke. */
  support: number
}

/** What callers measure of an entity, by caller. */
export type EdgeView = {
  latency?: Signal | undefined
  errors?: Signal | undefined
  traffic?: Signal | undefined
}

/** All that is known of one entity in a case. */
export type Sighting = {
  entity: string
  /** Strongest first. */
  changes: Signal[]
  /** Series with enough samples before and after. */
  measured: number
  /** Of what its callers get from it. */
  latency?: Signal
  errors?: Signal
  /** Of its own part, dependencies taken out. */
  selfLatency?: Signal
  selfErrors?: Signal
  hasSelf: boolean
  /** Whatever it did. */
  traffic?: Signal
  /** Requests that no longer come, and that come more than usual. */
  trafficFall?: Signal
  trafficSurge?: Signal
  resources: Map<Role, Signal>
  other?: Signal
  seenBy: Map<string, EdgeView>
  /** All its series stopped while others went on. */
  silentSinceMs?: number
  version?: { version: string; previous?: string | undefined; atMs: number }
  recorded?: CaseChange[]
  findings?: CaseFinding[]
  logs?: { perSecondBefore: number; perSecondAfter: number; newMessage?: string | undefined }
}

/** Time before the detection that is not trusted to be healthy: `msMax`, but at most this share of the time before. */
export type Guard = { msMax: number; shareMax: number }

/** A witness with less than this share of the best one's support is not asked. */
const voiceShare = 0.5
/** A change by this many deviations has strength ln 2. */
const zUnit = 3
/** What is spent: a change by less than this share of what others spend makes nobody slow, however much it is to the entity itself. */
const spentRoles: ReadonlySet<Role> = new Set(['CPU', 'DISK', 'NETWORK'])
const peerShare = 0.1
/** What a change in the harmless direction counts. */
const harmless: Record<Role, number> = {
  LATENCY: 0.15,
  ERRORS: 0.1,
  TRAFFIC: 0.6,
  CPU: 0.3,
  MEMORY: 0.4,
  POOL: 0.2,
  DISK: 0.3,
  NETWORK: 1,
  OTHER: 1,
}

/** The guard takes its share of the history there is, not of the history asked for: a system seen for half a minute keeps most of it. */
export function splitOf(input: ExplainCase, guard: Guard): Split {
  const firstMs = Math.max(input.startMs, usualFirstMs(input.series))
  const guardMs = Math.min(guard.msMax, guard.shareMax * Math.max(0, input.detectedAtMs - firstMs))
  return { startMs: input.startMs, baseEndMs: input.detectedAtMs - guardMs, endMs: input.endMs }
}

/** Median of the series' first times. */
function usualFirstMs(series: ExplainCase['series']): number {
  const firsts = series
    .flatMap((one) => (one.timesMs.length > 0 ? [one.timesMs[0]!] : []))
    .sort((a, b) => a - b)
  return firsts[firsts.length >> 1] ?? Number.NEGATIVE_INFINITY
}

/** Measures every series and sorts what changed by entity and meaning. `sampleMs` is the usual time between samples. */
export function observe(
  input: ExplainCase,
  guard: Guard,
): { sightings: Map<string, Sighting>; sampleMs: number } {
  const split = splitOf(input, guard)
  const sightings = new Map<string, Sighting>()
  const sighting = (entity: string): Sighting => {
    const known = sightings.get(entity)
    if (known) return known
    const found: Sighting = {
      entity,
      changes: [],
      measured: 0,
      hasSelf: false,
      resources: new Map(),
      seenBy: new Map(),
    }
    sightings.set(entity, found)
    return found
  }
  for (const [caller, callee] of input.edges) {
    sighting(caller)
    sighting(callee)
  }
  const merged = mergeSeries(input.series)
  const sampleMs = usualGapMs(merged)
  const levels = usualLevels(merged, split)
  const signals = merged.map((series) => signalOf(series, split, levels))
  const usual = usualOf(signals, split)
  for (const [i, series] of merged.entries()) {
    const at = sighting(series.entity)
    const signal = signals[i]
    if (!signal) continue
    at.measured += 1
    const { countBefore } = signal.change
    signal.support = supportOf(series, countBefore, usual, split)
    signal.strength *= heard(signal.support, countBefore)
    at.changes.push(signal)
    if (series.peer?.is === 'CALLEE') placeEdge(sighting(series.peer.entity), series.entity, signal)
    else place(at, signal)
  }
  for (const one of sightings.values()) agree(one)
  for (const one of sightings.values())
    one.changes.sort((a, b) => b.strength - a.strength || (a.series.id < b.series.id ? -1 : 1))
  for (const change of input.changes ?? []) sighting(change.entity).version = change
  for (const log of input.logs ?? []) sighting(log.entity).logs = log
  for (const change of input.recorded ?? []) push(sighting(change.entity), 'recorded', change)
  for (const finding of input.findings ?? []) push(sighting(finding.entity), 'findings', finding)
  markSilent(sightings, merged, split, sampleMs)
  return { sightings, sampleMs }
}

function push<K extends 'recorded' | 'findings'>(
  at: Sighting,
  key: K,
  value: NonNullable<Sighting[K]>[number],
): void {
  const list = (at[key] ?? []) as (typeof value)[]
  list.push(value)
  at[key] = list as Sighting[K]
}

function signalOf(series: CaseSeries, split: Split, levels: ReadonlyMap<string, number>): Signal | undefined {
  const said = meaningOf(series.metric, series.unit, series.labels ?? {}, series.peer?.is === 'CALLEE')
  if (said.weight === 0) return undefined
  const least = spentRoles.has(said.role) ? peerShare * (levels.get(series.metric) ?? 0) : 0
  const meaning = least > said.step ? { ...said, step: least } : said
  const change = measureChange(series.timesMs, series.values, split, meaning)
  if (!change) return undefined
  const badUp = meaning.bad === 'UP' || (meaning.bad === 'DOWN' && meaning.ratio)
  const harmful = meaning.bad === 'EITHER' || change.z >= 0 === badUp
  const strength =
    meaning.weight * (harmful ? 1 : harmless[meaning.role]) * Math.log1p(Math.abs(change.z) / zUnit)
  return { strength, series, meaning, change, harmful, support: 1 }
}

/**
 * Mean and quantiles of one quantity are one witness: where a quantile alone moves, half of that is luck. What is known of few requests has
 * no voice beside what is known of all.
 */
function agree(at: Sighting): void {
  const main = at.latency
  if (!main) return
  const all = at.changes.filter(({ meaning }) => meaning.role === 'LATENCY' && meaning.scope === 'SERVER')
  const most = Math.max(...all.map(({ support }) => support))
  const same = all.filter(({ support }) => support >= voiceShare * most)
  if (same.length < 2) return
  const strengths = same.map((signal) => (signal.harmful ? signal.strength : 0)).sort((a, b) => a - b)
  at.latency = { ...main, strength: 0.5 * main.strength + 0.5 * quantile(strengths, 0.5) }
}

function place(at: Sighting, signal: Signal): void {
  const { role, scope } = signal.meaning
  if (scope === 'SELF') {
    at.hasSelf = true
    if (role === 'ERRORS') at.selfErrors = stronger(at.selfErrors, signal)
    else at.selfLatency = stronger(at.selfLatency, signal)
  } else if (role === 'LATENCY' && scope === 'SERVER') at.latency = stronger(at.latency, signal)
  else if (role === 'ERRORS' && scope === 'SERVER') at.errors = stronger(at.errors, signal)
  else if (role === 'TRAFFIC' && scope === 'SERVER') {
    if (!at.traffic || signal.change.countBefore > at.traffic.change.countBefore) at.traffic = signal
    if (signal.change.z < 0) at.trafficFall = stronger(at.trafficFall, signal)
    else at.trafficSurge = stronger(at.trafficSurge, signal)
  } else if (scope === 'RESOURCE' && role !== 'OTHER') {
    at.resources.set(role, stronger(at.resources.get(role), signal))
  } else if (scope !== 'CLIENT') at.other = stronger(at.other, signal)
}

function placeEdge(callee: Sighting, caller: string, signal: Signal): void {
  const view = callee.seenBy.get(caller) ?? {}
  callee.seenBy.set(caller, view)
  const { role } = signal.meaning
  if (role === 'LATENCY') view.latency = stronger(view.latency, signal)
  else if (role === 'ERRORS') view.errors = stronger(view.errors, signal)
  else if (role === 'TRAFFIC') view.traffic = stronger(view.traffic, signal)
}

/** The harmful one wins over the harmless, then the stronger. */
function stronger(a: Signal | undefined, b: Signal): Signal {
  if (!a) return b
  if (a.harmful !== b.harmful) return a.harmful ? a : b
  return b.strength > a.strength ? b : a
}

function usualGapMs(series: readonly CaseSeries[]): number {
  const gaps = series
    .slice(0, 1_000)
    .map(gapMs)
    .filter((gap) => Number.isFinite(gap) && gap > 0)
  return gaps.length > 0
    ? quantile(
        gaps.sort((a, b) => a - b),
        0.5,
      )
    : 1_000
}

function gapMs(series: CaseSeries): number {
  const gaps: number[] = []
  for (let i = 1; i < series.timesMs.length && gaps.length < 64; i += 1)
    gaps.push(series.timesMs[i]! - series.timesMs[i - 1]!)
  return gaps.length === 0
    ? Number.NaN
    : quantile(
        gaps.sort((a, b) => a - b),
        0.5,
      )
}

/** An entity that spoke in this share of the sampling intervals before counts as one that speaks all the time. */
const steadyShare = 0.6
const steadyIntervals = 10

/** Silent: a steady speaker's last sample is three intervals (and 5 s) older than everyone's, and it ended about when trouble began. */
function markSilent(
  sightings: ReadonlyMap<string, Sighting>,
  merged: readonly CaseSeries[],
  split: Split,
  sampleMs: number,
): void {
  const last = new Map<string, number>()
  for (const series of merged) {
    const at = lastFiniteMs(series, split.endMs)
    if (at !== undefined)
      last.set(series.entity, Math.max(last.get(series.entity) ?? Number.NEGATIVE_INFINITY, at))
  }
  const newest = Math.max(...last.values())
  const aliveMs = Math.max(3 * sampleMs, 5_000)
  const notBefore = split.baseEndMs - aliveMs
  for (const [entity, at] of last) {
    if (newest - at > aliveMs && at >= notBefore && spokeSteadily(merged, entity, at, sampleMs))
      sightings.get(entity)!.silentSinceMs = at
  }
}

function spokeSteadily(
  merged: readonly CaseSeries[],
  entity: string,
  untilMs: number,
  sampleMs: number,
): boolean {
  const heard = new Set<number>()
  for (const series of merged) {
    if (series.entity !== entity) continue
    for (let i = series.timesMs.length - 1; i >= 0; i -= 1) {
      const interval = Math.floor((untilMs - series.timesMs[i]!) / sampleMs)
      if (interval >= steadyIntervals) break
      if (interval >= 0 && Number.isFinite(series.values[i]!)) heard.add(interval)
    }
  }
  return heard.size >= steadyShare * steadyIntervals
}

function lastFiniteMs(series: CaseSeries, endMs: number): number | undefined {
  for (let i = series.timesMs.length - 1; i >= 0; i -= 1) {
    if (series.timesMs[i]! <= endMs && Number.isFinite(series.values[i]!)) return series.timesMs[i]!
  }
  return undefined
}
