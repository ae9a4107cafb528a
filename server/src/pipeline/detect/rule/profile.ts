import type { DetectionParameters, Seasonality, TierPin } from '@aiops/contract/model/detection'
import { entityKind, entityOf } from '@aiops/contract/model/entity'
import type { Labels } from '@aiops/contract/model/label'
import { metricUnit } from '@aiops/contract/model/metric-unit'
import type { Severity } from '@aiops/contract/model/severity'
import { durationMs } from '@aiops/contract/model/time'
import type { SeriesMeta } from '../../../port/metric-store.ts'
import type { DetectConfig } from '../config.ts'
import { Rules, type Ruling } from './rule.ts'

/** What a metric tells about its entity: decides direction, least effect and severity. */
export type MetricRole = 'ERRORS' | 'LATENCY' | 'TRAFFIC' | 'UTILIZATION' | 'MEMORY' | 'COUNT' | 'GENERIC'

/** How one series is judged. Plain numbers, so that it crosses to the worker as it is. */
export type Profile = {
  role: MetricRole
  /** Robust standard deviations. */
  bound: number
  /** A change is told when it is at least both of these: absolute in the series' unit, and a share of the usual value. */
  effect: number
  effectShare: number
  /** A change this large is a symptom whatever the series' noise was in a short history: both must hold, as with `effect`. */
  clear: number
  clearShare: number
  /** Least scale: absolute, and a share of the usual value. */
  scale: number
  scaleShare: number
  /** 1: only rises matter, −1: only falls, 0: both. */
  direction: -1 | 0 | 1
  /** Whether a steady climb is looked for. */
  trend: boolean
  persistencePoints: number
  persistenceMs: number
  severityMax: Severity
  tier: TierPin
  season: Seasonality
  /** Whether it is judged with the other metrics of its entity, too. */
  together: boolean
  /** Over how much time the usual is learned; 0: over the memory's points. */
  windowMs: number
  /** Points before it is judged. */
  historyPoints: number
  cooldownMs: number
  /** Limits set by people; infinite for none. */
  above: number
  below: number
  /** Episodes a day before the bound is widened; infinite for any number. */
  budget: number
  /** What corrections and the budget make of the bound, in `bound` already: 1 for nothing. The agile tier's is this much. */
  caution: number
}

type Judgement = Pick<
  Profile,
  'effect' | 'effectShare' | 'clear' | 'clearShare' | 'scale' | 'scaleShare' | 'direction' | 'trend'
>

const mebibyte = 2 ** 20
const never = Number.POSITIVE_INFINITY
const judgements: Record<MetricRole, Judgement> = {
  ERRORS: {
    effect: 0.08,
    effectShare: 0,
    clear: 0.25,
    clearShare: 0,
    scale: 0.02,
    scaleShare: 0,
    direction: 1,
    trend: false,
  },
  LATENCY: {
    effect: 0.025,
    effectShare: 0.6,
    clear: 0.05,
    clearShare: 2,
    scale: 0,
    scaleShare: 0.08,
    direction: 1,
    trend: false,
  },
  TRAFFIC: {
    effect: 0.5,
    effectShare: 0.5,
    clear: 1,
    clearShare: 0.65,
    scale: 0,
    scaleShare: 0.06,
    direction: 0,
    trend: false,
  },
  UTILIZATION: {
    effect: 0.2,
    effectShare: 0,
    clear: 0.4,
    clearShare: 0,
    scale: 0.02,
    scaleShare: 0,
    direction: 1,
    trend: true,
  },
  MEMORY: {
    effect: 32 * mebibyte,
    effectShare: 0.4,
    clear: 64 * mebibyte,
    clearShare: 1,
    scale: 0,
    scaleShare: 0.02,
    direction: 1,
    trend: true,
  },
  COUNT: {
    effect: 2,
    effectShare: 0.3,
    clear: never,
    clearShare: 0,
    scale: 0.5,
    scaleShare: 0.02,
    direction: 0,
    trend: true,
  },
  GENERIC: {
    effect: 0,
    effectShare: 0.2,
    clear: never,
    clearShare: 0,
    scale: 0,
    scaleShare: 0.02,
    direction: 0,
    trend: false,
  },
}

/** What a series without a name or unit is judged by: a column of a file. */
export function plainProfile(config: DetectConfig): Profile {
  const { defaults } = new Rules(config, { defaults: {}, rules: [] })
  return {
    ...{ role: 'GENERIC', ...judgements.GENERIC, effectShare: 0.1 },
    ...settled(defaults),
  }
}

/** How a series is judged by the platform's settings; undefined when it is not watched. */
export const profileOf = (labels: Labels, meta: SeriesMeta, config: DetectConfig): Profile | undefined =>
  ruledProfile(labels, meta, new Rules(config, { defaults: {}, rules: [] }).of(labels))

/** How a series is judged by what was ruled of it; undefined when it is not watched. */
export function ruledProfile(labels: Labels, meta: SeriesMeta, ruling: Ruling): Profile | undefined {
  const { parameters } = ruling
  const entity = entityOf(labels)
  const host = entity !== undefined && (entityKind(entity) === 'host' || entityKind(entity) === 'node')
  if (!parameters.enabled || (host && !ruling.wanted) || isUnused(labels)) return undefined
  const name = labels.__name__ ?? ''
  const role = metricRole(name, meta.unit)
  const judgement = inUnit(judgements[role], role, metricUnit({ name, unit: meta.unit }))
  const base = settled(parameters)
  return {
    role,
    ...judgement,
    ...(parameters.min_effect === null ? {} : ruledEffect(judgement, parameters.min_effect)),
    ...base,
    persistencePoints: base.persistencePoints + (role === 'TRAFFIC' ? 1 : 0),
    severityMax: host && !ruling.severityRuled ? 'LOW' : parameters.severity_max,
  }
}

/** The same, judged by a bound this many times as wide. */
export const widerProfile = (profile: Profile, factor: number): Profile =>
  factor === 1 ? profile : { ...profile, bound: profile.bound * factor, caution: profile.caution * factor }

function settled(parameters: DetectionParameters) {
  const { window, above, below, budget } = parameters
  return {
    bound: boundOf(parameters.sensitivity),
    persistencePoints: parameters.persistence_points,
    persistenceMs: durationMs(parameters.persistence),
    severityMax: parameters.severity_max,
    ...{ tier: parameters.tier, season: parameters.seasonality, together: parameters.multivariate },
    windowMs: window === null ? 0 : durationMs(window),
    ...{ historyPoints: parameters.min_data_points, cooldownMs: durationMs(parameters.cooldown) },
    ...{ above: above ?? never, below: below ?? -never, budget: budget ?? never, caution: 1 },
  }
}

export function metricRole(name: string, unit: string | undefined): MetricRole {
  if (/error(_origin)?_ratio$|error_rate$|failure_ratio$/.test(name)) return 'ERRORS'
  if (name.endsWith(':rate') || name.endsWith('.rate')) return 'TRAFFIC'
  if (/utili[sz]ation$|_ratio$|usage_percent$/.test(name) || unit === '%') return 'UTILIZATION'
  if (/duration|latency|delay|wait_time|self_time|response_time/.test(name)) return 'LATENCY'
  if (unit !== undefined && /^[mun]?s$/.test(unit)) return 'LATENCY'
  if (unit === 'By' || /memory.*bytes$|rss|heap/.test(name)) return 'MEMORY'
  if (unit?.startsWith('{')) return 'COUNT'
  return 'GENERIC'
}

/** The part of a resource that nobody uses: it mirrors the used part, which is watched. */
const isUnused = (labels: Labels): boolean =>
  Object.entries(labels).some(([name, value]) => isStateLabel(name) && /^(idle|free|available)$/.test(value))

/** Tells parts of one resource apart, used and unused. */
export const isStateLabel = (name: string): boolean => /(^|[._])(mode|state)$/.test(name)

const boundOf = (sensitivity: number): number => 8.5 - 5 * sensitivity

/** Least absolute effects are written for seconds, bytes, requests per second and shares of 1. */
function inUnit(judgement: Judgement, role: MetricRole, unit: string | undefined): Judgement {
  const factor = effectFactor(role, unit)
  const { effect, clear, scale } = judgement
  return {
    ...judgement,
    effect: effect * factor,
    clear: clear === never ? never : clear * factor,
    scale: scale * factor,
  }
}

function effectFactor(role: MetricRole, unit: string | undefined): number {
  if (role === 'LATENCY')
    return unit === 's' ? 1 : unit === 'ms' ? 1e3 : unit === 'us' ? 1e6 : unit === 'ns' ? 1e9 : 0
  if (role === 'TRAFFIC') return unit === undefined || unit === '1/s' || unit.startsWith('{') ? 1 : 0
  if (role === 'UTILIZATION' || role === 'ERRORS') return unit === '%' ? 100 : 1
  if (role === 'MEMORY') return unit === 'By' || unit === undefined ? 1 : 0
  return 1
}

function ruledEffect(judgement: Judgement, minEffect: number): Partial<Judgement> {
  return judgement.effectShare > 0 ? { effectShare: minEffect } : { effect: minEffect }
}
