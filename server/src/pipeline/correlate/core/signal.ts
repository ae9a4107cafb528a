import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import { type EntityId, entityKind, entityName } from '@aiops/contract/model/entity'
import type { Labels } from '@aiops/contract/model/label'
import { type Severity, severities } from '@aiops/contract/model/severity'
import type { Routed, Ruled } from '../rule/ruling.ts'
import { exactEntity } from './exact-entity.ts'
import { symptomOf, wordsOf } from './symptom.ts'

/** An anomaly or an alert, as correlation sees it. */
export type Signal = {
  id: string
  kind: 'ANOMALY' | 'ALERT'
  /** What the same trouble again would carry: an alert's fingerprint, an anomaly's series. */
  key: string
  /** Signals of one family say the same thing: statistics of one metric, one alert rule. */
  family: string
  /** What the alert rule or metric is called. */
  rule: string
  entity: EntityId | undefined
  /** The same with cluster and namespace, where labels say them; the topology may know it by either. */
  exact?: EntityId | undefined
  severity: Severity
  /** 0..1; an alert comes from a rule that somebody wrote and has 1. */
  confidence: number
  startMs: number
  endMs: number | null
  /** When it reached us. */
  seenMs: number
  silent: boolean
  /** It says no more than that several metrics together are unusual: company for what else is wrong, never a reason by itself. */
  joint?: boolean
  /** What is wrong, in a few words: "slow answers". */
  symptom: string
  sentence: string
  /** Label pairs and words, for likeness. */
  tokens: { readonly all: ReadonlySet<string> }
  /** Labels that name the system it is part of; they stand in where the topology knows nothing. */
  scopes: readonly string[]
  /** What correlation rules say of it. */
  ruled?: Ruled | null
  routed?: Routed | null
}

const tokensMax = 64
/** Told about the alert, not about the thing: no sign of likeness. */
const unlike = new Set(['severity', 'alertname', '__name__', 'instance'])
const scopeLabels = [
  'cluster',
  'k8s.cluster.name',
  'namespace',
  'k8s.namespace.name',
  'service.namespace',
] as const

export const rankOf = (severity: Severity): number => severities.indexOf(severity)

export function signalOfAnomaly(anomaly: Anomaly): Signal {
  const { series } = anomaly
  return {
    id: anomaly.id,
    kind: 'ANOMALY',
    key: `series ${series.id}`,
    family: `${anomaly.entity} ${familyOf(series)}`,
    rule: familyOf(series),
    entity: anomaly.entity,
    exact: exactEntity(series.labels, anomaly.entity),
    severity: anomaly.severity,
    confidence: anomaly.confidence,
    startMs: Date.parse(anomaly.started_at),
    endMs: anomaly.state === 'ENDED' ? Date.parse(anomaly.ended_at ?? anomaly.detected_at) : null,
    seenMs: Date.parse(anomaly.detected_at),
    silent: anomaly.shape === 'MISSING',
    ...(anomaly.shape === 'MULTIVARIATE' && { joint: true }),
    symptom: symptomOf(series.name, anomaly.shape, anomaly.deviation),
    sentence: anomaly.sentence,
    tokens: new Tokens(series.labels, series.name),
    scopes: scopesOf(series.labels),
  }
}

/** Statistics of one metric; and all that is made of log lines, which counts the same lines in several ways. */
function familyOf({ name, derived }: Anomaly['series']): string {
  if (!derived) return name
  return name.startsWith('log.') ? 'log' : name.slice(0, name.lastIndexOf(':'))
}

export function signalOfAlert(alert: Alert): Signal {
  return {
    id: alert.id,
    kind: 'ALERT',
    key: `alert ${alert.fingerprint}`,
    family: `${alert.entity} ${alert.name}`,
    rule: alert.name,
    entity: alert.entity,
    exact: exactEntity(alert.labels, alert.entity),
    severity: alert.severity,
    confidence: 1,
    startMs: Date.parse(alert.starts_at),
    endMs: alert.status === 'RESOLVED' ? Date.parse(alert.ends_at ?? alert.received_at) : null,
    seenMs: Date.parse(alert.received_at),
    silent: false,
    symptom: spokenOf(alert.name),
    sentence: `${alert.name}${alert.entity ? ` on ${entityName(alert.entity)}` : ''}${alert.message ? `: ${alert.message}` : ''}`,
    tokens: new Tokens(alert.labels, alert.name),
    scopes: scopesOf(alert.labels),
  }
}

/** Of a machine rather than of what runs on it: load comes and goes there without anything being wrong. */
export const isMachine = (entity: EntityId | undefined): boolean =>
  entity !== undefined && (entityKind(entity) === 'host' || entityKind(entity) === 'node')

/** Strong enough to draw others to it: MEDIUM or worse, and not merely a busy machine. */
export const isStrong = (signal: Pick<Signal, 'kind' | 'severity' | 'entity'>): boolean =>
  rankOf(signal.severity) <= rankOf('MEDIUM') && (signal.kind === 'ALERT' || !isMachine(signal.entity))

/** Made when they are first asked for: most alerts are placed without. */
export class Tokens {
  readonly #labels: Labels
  readonly #name: string
  #all: ReadonlySet<string> | undefined

  constructor(labels: Labels, name: string) {
    this.#labels = labels
    this.#name = name
  }

  get all(): ReadonlySet<string> {
    this.#all ??= tokensOf(this.#labels, this.#name)
    return this.#all
  }
}

function tokensOf(labels: Labels, name: string): ReadonlySet<string> {
  const tokens = new Set(wordsOf(name))
  for (const [label, value] of Object.entries(labels)) {
    if (tokens.size >= tokensMax) break
    if (!unlike.has(label)) tokens.add(`${label}=${value}`)
  }
  return tokens
}

/** Rules of alerts are few, and alerts of each many. */
const spokenMax = 10_000
const spoken = new Map<string, string>()

function spokenOf(name: string): string {
  let words = spoken.get(name)
  if (words === undefined) {
    words = wordsOf(name).join(' ') || 'alert'
    if (spoken.size >= spokenMax) spoken.clear()
    spoken.set(name, words)
  }
  return words
}

const scopesOf = (labels: Labels): string[] =>
  scopeLabels.flatMap((name) =>
    Object.hasOwn(labels, name) && labels[name] ? [`${name}=${labels[name]}`] : [],
  )
