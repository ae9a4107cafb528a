import type { Labels } from '@aiops/contract/model/label'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../../../kernel/clock.ts'
import { Fault } from '../../../../kernel/fault.ts'
import type { PlainAlert } from '../../index.ts'
import { fingerprintOf, labelFingerprint } from '../fingerprint.ts'
import { namesReader } from './names-value.ts'
import { parsePath, type Scope, valueAt } from './path.ts'
import type { RuleDocument } from './rule-document.ts'
import { type TextReader, type TextValue, textOf, textReader } from './text-value.ts'

export type MappingRule = {
  holds(root: unknown): boolean
  /** Empty for what is known to be no alert. Throws VALIDATION_FAILED naming the field that cannot be used. */
  alerts(root: unknown, nowMs: number): PlainAlert[]
}

/** Throws a sentence where a template holds a path that is none. */
export function mappingRule(rule: RuleDocument, mappingId: string): MappingRule {
  const conditions = rule.when.map(({ path, equals, exists }) => {
    const at = parsePath(path)
    const wanted = equals === undefined ? undefined : [equals].flat()
    return (scope: Scope): boolean => {
      const text = textOf(valueAt(at, scope))
      if (exists !== undefined && (text !== undefined) !== exists) return false
      return wanted === undefined ? exists !== undefined || text !== undefined : wanted.includes(text ?? '')
    }
  })
  const list = parsePath(rule.alerts ?? '$')
  const read = alertReader(rule, mappingId)
  return {
    holds: (root) => conditions.every((condition) => condition({ root, item: root })),
    alerts(root, nowMs) {
      if (rule.skip) return []
      const found = valueAt(list, { root, item: root })
      if (found === null || typeof found !== 'object')
        throw refused('alerts', `there is no alert at ${rule.alerts ?? 'the top of the body'}`)
      return (Array.isArray(found) ? found : [found]).map((item) => read({ root, item }, nowMs))
    },
  }
}

function alertReader(rule: RuleDocument, mappingId: string): (scope: Scope, nowMs: number) => PlainAlert {
  const read = (value: TextValue | undefined): TextReader =>
    value === undefined ? () => undefined : textReader(value)
  const name = read(rule.name)
  const severity = read(rule.severity)
  const status = read(rule.status)
  const message = read(rule.message)
  const fingerprint = read(rule.fingerprint)
  const startsAt = read(rule.starts_at)
  const endsAt = read(rule.ends_at)
  const url = read(rule.generator_url)
  const labels = namesReader(rule.labels, rule.labels_from)
  const annotations = namesReader(rule.annotations, rule.annotations_from)
  const expiresMs = rule.expires_after === undefined ? undefined : durationMs(rule.expires_after)
  return (scope, nowMs) => {
    const state = statusOf(status(scope))
    const called = name(scope) || 'alert'
    const set = withName(labels(scope), called)
    const given = fingerprint(scope)
    const severe = severity(scope) ?? set.severity ?? ''
    return {
      name: called.slice(0, 512),
      severity: severe,
      status: state,
      message: (message(scope) || called).slice(0, 65_536),
      labels: set,
      annotations: annotations(scope),
      starts_at: timeOf(startsAt(scope), 'starts_at'),
      ends_at: state === 'RESOLVED' ? timeOf(endsAt(scope), 'ends_at') : undefined,
      fingerprint: given ? fingerprintOf(mappingId, { fingerprint: given }) : labelFingerprint(set),
      generator_url: url(scope)?.slice(0, 8_192),
      expires_at: expiresMs === undefined ? undefined : isoTime(nowMs + expiresMs),
      joins: true,
    }
  }
}

function withName(labels: Labels, name: string): Labels {
  labels.alertname ||= name
  return labels
}

function statusOf(text: string | undefined): PlainAlert['status'] {
  const status = (text ?? 'FIRING').toUpperCase()
  if (status === 'FIRING' || status === 'RESOLVED') return status
  throw refused(
    'status',
    `${JSON.stringify(text?.slice(0, 64))} is neither FIRING nor RESOLVED; give it in a map`,
  )
}

/** Seconds or milliseconds since 1970, or a date; a Go zero time is none. */
function timeOf(text: string | undefined, field: string): string | undefined {
  if (text === undefined || text === '' || text.startsWith('0001-01-01')) return undefined
  const number = /^\d{9,16}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  // 10^11 seconds lie in the year 5138, as many milliseconds in 1973.
  const ms = Number.isNaN(number) ? Date.parse(text) : number < 1e11 ? number * 1_000 : number
  if (Number.isFinite(ms) && Math.abs(ms) < 253_402_300_800_000) return isoTime(ms)
  throw refused(field, `${JSON.stringify(text.slice(0, 64))} is no time`)
}

const refused = (field: string, why: string): Fault =>
  new Fault('VALIDATION_FAILED', `${field}: ${why}.`, { details: [{ path: field, message: why }] })
