import { metricUnit } from '@aiops/contract/model/metric-unit'
import { probabilityText } from '@aiops/contract/model/probability'

/** Between a number and its unit, which belong on one line. */
const nbsp = '\u00a0'

/** What stands where a value is missing: never a zero, never a guess. */
export const missing = '–'

const siPrefixes = ['', 'k', 'M', 'G', 'T', 'P']
const binaryPrefixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi']

const isNumber = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value)

/** Three significant digits with a prefix of a thousand: 0.0213, 12.4, 9.87 k. */
export function formatNumber(value: number | null | undefined): string {
  if (!isNumber(value)) return missing
  return scaled(value, 1_000, siPrefixes, '').trim()
}

export function formatCount(value: number | null | undefined): string {
  return isNumber(value) ? Math.round(value).toLocaleString('en-US') : missing
}

export function formatBytes(value: number | null | undefined): string {
  return isNumber(value) ? scaled(value, 1_024, binaryPrefixes, 'B') : missing
}

/** A ratio 0..1 as a percentage. Very small non-zero shares stay visible as "< 0.1 %". */
export function formatPercent(ratio: number | null | undefined): string {
  if (!isNumber(ratio)) return missing
  const percent = ratio * 100
  if (percent > 0 && percent < 0.1) return `<${nbsp}0.1${nbsp}%`
  return `${trimmed(percent, Math.abs(percent) < 10 ? 1 : 0)}${nbsp}%`
}

/** A probability in whole per cent; never 0 % or 100 % unless it is exactly that. */
export const formatProbability = (value: number): string => probabilityText(value).replaceAll(' ', nbsp)

/** Length of time for people, two units at most: 340 ms, 12.4 s, 6 min 4 s, 2 h 13 min, 3 d 4 h. */
export function formatDuration(ms: number | null | undefined): string {
  if (!isNumber(ms)) return missing
  const size = Math.abs(ms)
  if (size === 0) return `0${nbsp}s`
  if (size < 1) return `${trimmed(ms * 1_000, 0)}${nbsp}µs`
  if (size < 1_000) return `${trimmed(ms, size < 10 ? 1 : 0)}${nbsp}ms`
  if (size < 59_500) return `${trimmed(ms / 1_000, size < 10_000 ? 1 : 0)}${nbsp}s`
  const seconds = Math.round(size / 1_000)
  const sign = ms < 0 ? '-' : ''
  if (seconds < 3_600) return sign + pair(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 1_440) return sign + pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(seconds / 3_600)
  return sign + pair(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/**
 * A value in its UCUM unit as OpenTelemetry writes it: `s`, `ms`, `By`, `By/s`, `1`, `{request}/s`.
 * A unit of 1 is a percentage where the metric's name says it is a share (semantic conventions: utilization, ratio).
 */
export function formatValue(value: number | null | undefined, told = '', metric = ''): string {
  if (!isNumber(value)) return missing
  if (isShare(told, metric)) return formatPercent(value)
  const unit = metricUnit({ name: metric, unit: told }) ?? ''
  const [base = '', ...rest] = unit.replace(/\{[^}]*\}/g, '').split('/')
  const per = rest.length > 0 ? `/${rest.join('/')}` : ''
  if (base === 'By') return formatBytes(value) + per
  if (base === 'bit') return scaled(value, 1_000, siPrefixes, 'bit') + per
  if (per === '' && base in durationMs) return formatDuration(value * (durationMs[base] ?? 1))
  const word = base === '1' ? '' : base
  if (per !== '' && word === '') return `${formatNumber(value)}${nbsp}${per}`
  return word === '' ? formatNumber(value) : `${formatNumber(value)}${nbsp}${word}${per}`
}

const durationMs: Record<string, number> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1_000, min: 60_000, h: 3_600_000 }

/** Whether the value is a share of one, to be shown in per cent. */
export const isShare = (unit: string, metric: string): boolean =>
  unit === '%' ? false : (unit === '1' || unit === '') && /(utili[sz]ation|ratio)$/.test(metric)

function scaled(value: number, step: number, prefixes: readonly string[], unit: string): string {
  let size = value
  let at = 0
  while (Math.abs(size) >= step * 0.9995 && at < prefixes.length - 1) {
    size /= step
    at += 1
  }
  const digits = Math.abs(size) >= 100 ? 0 : Math.abs(size) >= 10 ? 1 : 2
  const small = at === 0 && size !== 0 && Math.abs(size) < 0.1
  const text = small
    ? Number(size.toPrecision(3)).toString()
    : trimmed(size, unit === 'B' && at === 0 ? 0 : digits)
  const suffix = `${prefixes[at]}${unit}`
  return suffix === '' ? text : `${text}${nbsp}${suffix}`
}

const trimmed = (value: number, digits: number): string => {
  const text = value.toFixed(digits)
  return digits > 0 ? text.replace(/\.?0+$/, '') : text
}

const pair = (major: number, majorUnit: string, minor: number, minorUnit: string): string =>
  minor === 0 ? `${major}${nbsp}${majorUnit}` : `${major}${nbsp}${majorUnit} ${minor}${nbsp}${minorUnit}`
