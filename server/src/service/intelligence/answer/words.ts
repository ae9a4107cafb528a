/** How numbers, times and lists are said: one way everywhere, so that a reader and the verifier find the same. */

/** `3 pods`, `1 pod`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`

/** `a`, `a and b`, `a, b and 3 more`. */
export function listed(names: readonly string[], max = 5): string {
  const shown = names.slice(0, max)
  const more = names.length - shown.length
  const all = more > 0 ? [...shown, `${more} more`] : shown
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}

/** Three digits that count: `1.92`, `0.0042`, `1,850`, `120`. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return 'no number'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1_000) return grouped(Math.round(value))
  if (size < 1e-6) return value.toExponential(2)
  return String(Number(value.toPrecision(3)))
}

const grouped = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString('en-US') : String(value)

const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** A value in its unit, as UCUM or Prometheus' suffixes name it: `s`, `ms`, `By`, `bytes`, `1`, `ratio`, `%`, `{request}/s`, … */
export function measured(value: number, unit: string | null | undefined): string {
  switch (unit) {
    case 's':
    case 'seconds':
      return durationText(value * 1_000)
    case 'ms':
    case 'milliseconds':
      return durationText(value)
    case 'ns':
      return `${rounded(value)} ns`
    case 'By':
    case 'bytes':
      return bytesText(value)
    case 'ratio':
      return `${rounded(value * 100)} %`
    case '%':
    case 'percent':
      return `${rounded(value)} %`
    case 'By/s':
      return `${bytesText(value)}/s`
    case 'Cel':
    case 'celsius':
      return `${rounded(value)} °C`
    case '':
    case '1':
    case null:
    case undefined:
      return rounded(value)
    default:
      return `${rounded(value)} ${unit.replace(/^\{(\w+)\}/, '$1')}`
  }
}

/** `512 MiB`, `1.5 GiB`. */
export function bytesText(bytes: number): string {
  let value = bytes
  let i = 0
  while (Math.abs(value) >= 1_024 && i < binary.length - 1) {
    value /= 1_024
    i += 1
  }
  return `${rounded(value)} ${binary[i]}`
}

/** A length of time in its two largest units: `1.9 s`, `80 ms`, `4 min`, `2 h 5 min`, `3 d 4 h`. */
export function durationText(ms: number): string {
  const size = Math.abs(ms)
  if (size < 1_000) return `${rounded(ms)} ms`
  if (size < 60_000) return `${rounded(ms / 1_000)} s`
  const sign = ms < 0 ? '-' : ''
  const minutes = Math.round(size / 60_000)
  if (minutes < 60) return `${sign}${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${sign}${hours} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`
  const days = Math.floor(hours / 24)
  return `${sign}${days} d${hours % 24 === 0 ? '' : ` ${hours % 24} h`}`
}

/** `14:05 UTC, 25 min ago`; with the day where it is not today's. Of what lies ahead: `14:05 UTC, in 25 min`. */
export function momentText(at: string | number, nowMs: number): string {
  const ms = typeof at === 'number' ? at : Date.parse(at)
  const iso = new Date(ms).toISOString()
  const sameDay = iso.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10)
  const clock = `${sameDay ? '' : `${iso.slice(0, 10)} `}${iso.slice(11, 16)} UTC`
  const gone = nowMs - ms
  if (Math.abs(gone) < 1_000) return `${clock}, now`
  return gone > 0 ? `${clock}, ${durationText(gone)} ago` : `${clock}, in ${durationText(-gone)}`
}

/** A probability or share: `82 %`. Nearly nothing and nearly all are not said to be nothing or all: `under 0.1 %`, `over 99.9 %`. */
export function percentText(ratio: number): string {
  if (ratio > 0 && ratio < 0.001) return 'under 0.1 %'
  if (ratio > 0.999 && ratio < 1) return 'over 99.9 %'
  return `${rounded(ratio * 100)} %`
}
