import { groupedText } from '@aiops/contract/model/number-text'

/** A number with its unit as people write it: `1.4 s`, `220 ms`, `12 %`, `310 MiB`, `4.2/s`. Units are UCUM's. */
export function quantity(value: number, unit: string | undefined): string {
  if (unit?.endsWith('/s') && unit !== '1/s') return `${quantity(value, unit.slice(0, -2))}/s`
  switch (unit) {
    case 's':
      return seconds(value)
    case 'ms':
      return seconds(value / 1e3)
    case 'us':
      return seconds(value / 1e6)
    case 'ns':
      return seconds(value / 1e9)
    case 'By':
      return bytes(value)
    case '1/s':
      return `${digits(value)}/s`
    case '%':
      return `${digits(value)} %`
    default:
      return unit === undefined || unit === '1' || unit === ''
        ? digits(value)
        : `${digits(value)}${wordOf(unit)}`
  }
}

/** A share of 1 as percent. */
export const percent = (share: number): string => `${digits(share * 100)} %`

/** Three significant digits at most, no exponent within reason. */
export function digits(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e15 || size < 1e-6) return value.toExponential(1)
  if (size >= 100) return groupedText(Math.round(value))
  return String(Number(value.toPrecision(size >= 10 ? 3 : 2)))
}

function seconds(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0 s'
  if (size < 1e-6) return `${digits(value * 1e9)} ns`
  if (size < 1e-3) return `${digits(value * 1e6)} µs`
  if (size < 1) return `${digits(value * 1e3)} ms`
  return size < 300 ? `${digits(value)} s` : `${digits(value / 60)} min`
}

function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let at = 0
  let scaled = value
  while (Math.abs(scaled) >= 1_024 && at < units.length - 1) {
    scaled /= 1_024
    at += 1
  }
  return `${digits(scaled)} ${units[at]}`
}

/** `{connection}` is an annotation: what is counted. */
const wordOf = (unit: string): string => (unit.startsWith('{') ? ` ${unit.slice(1, -1)}s` : ` ${unit}`)
