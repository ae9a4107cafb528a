import { generalNumber } from '../../../../kernel/go-number.ts'

const large = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']
const small = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y']

/** Four significant digits and a metric prefix. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return generalNumber(value, 4)
  const { scaled, prefix } = Math.abs(value) >= 1 ? grown(value, 1_000, large) : shrunk(value)
  return generalNumber(scaled, 4) + prefix
}

/** As `humanize` with powers of 1024. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return generalNumber(value, 4)
  const { scaled, prefix } = grown(
    value,
    1_024,
    large.map((letter) => `${letter}i`),
  )
  return generalNumber(scaled, 4) + prefix
}

/** Seconds as `1d 2h 3m 4s`, below a second with a metric prefix. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return generalNumber(seconds, 4)
  if (seconds === 0) return '0s'
  if (Math.abs(seconds) < 1) {
    const { scaled, prefix } = shrunk(seconds)
    return `${generalNumber(scaled, 4)}${prefix}s`
  }
  const sign = seconds < 0 ? '-' : ''
  const left = Math.abs(seconds)
  const whole = Math.trunc(left)
  const [second, minute] = [whole % 60, Math.floor(whole / 60) % 60]
  const [hour, day] = [Math.floor(whole / 3_600) % 24, Math.floor(whole / 86_400)]
  if (day !== 0) return `${sign}${day}d ${hour}h ${minute}m ${second}s`
  if (hour !== 0) return `${sign}${hour}h ${minute}m ${second}s`
  if (minute !== 0) return `${sign}${minute}m ${second}s`
  return `${sign}${generalNumber(left, 4)}s`
}

export const humanizePercentage = (ratio: number): string => `${generalNumber(ratio * 100, 4)}%`

function grown(value: number, step: number, prefixes: readonly string[]): { scaled: number; prefix: string } {
  let scaled = value
  let prefix = ''
  for (const next of prefixes) {
    if (Math.abs(scaled) < step) break
    prefix = next
    scaled /= step
  }
  return { scaled, prefix }
}

function shrunk(value: number): { scaled: number; prefix: string } {
  let scaled = value
  let prefix = ''
  for (const next of small) {
    if (Math.abs(scaled) >= 1) break
    prefix = next
    scaled *= 1_000
  }
  return { scaled, prefix }
}
