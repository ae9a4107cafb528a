/**
 * Numbers as Go's `strconv` and `fmt` write them, for standards that were born there. The digits are the shortest that read back as the
 * same double, which is what JavaScript's own conversion gives too; only the form around them differs.
 */

/** As the Prometheus API writes values (`util/jsonutil`): plain from 1e-6 to 1e21, else with an exponent without leading zeros. */
export function apiNumber(value: number): string {
  if (Number.isFinite(value)) return value === 0 && 1 / value < 0 ? '-0' : String(value)
  return special(value)
}

/** `'e'`, shortest: `1e+00`. */
export function exponentNumber(value: number, precision = -1): string {
  if (!Number.isFinite(value)) return special(value)
  const text = precision < 0 ? value.toExponential() : value.toExponential(Math.min(precision, 100))
  return sign(value, text.startsWith('-')) + widened(text)
}

/** `'g'`: `%v` and `%g` where no precision is given, else so many significant digits. */
export function generalNumber(value: number, precision = -1): string {
  if (!Number.isFinite(value)) return special(value)
  if (value === 0) return `${sign(value, false)}0`
  const digits = Math.min(Math.max(precision, 1), 100)
  const text = precision < 0 ? value.toExponential() : value.toExponential(digits - 1)
  const [mantissa = '', power = '0'] = text.split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= (precision < 0 ? shortestDigits : digits))
    return widened(`${trimmed(mantissa)}e${power}`)
  return plain(mantissa, exponent)
}

/** `'f'`: without an exponent; shortest where no precision is given. */
export function plainNumber(value: number, precision = -1): string {
  if (!Number.isFinite(value)) return special(value)
  const [mantissa = '', power = '0'] = value.toExponential().split('e')
  if (precision < 0) return value === 0 ? `${sign(value, false)}0` : plain(mantissa, Number(power))
  const digits = Math.min(precision, 100)
  if (Math.abs(value) < 1e21)
    return sign(value, value.toFixed(digits).startsWith('-')) + value.toFixed(digits)
  const whole = BigInt(value).toString()
  return digits === 0 ? whole : `${whole}.${'0'.repeat(digits)}`
}

/** Go decides on the exponent of the shortest form as if there were six digits. */
const shortestDigits = 6

const special = (value: number): string => (Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf')

/** A minus that JavaScript leaves out: that of zero. */
const sign = (value: number, written: boolean): string => (Object.is(value, -0) && !written ? '-' : '')

/** Exponents of two digits at least. */
const widened = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2')

const trimmed = (mantissa: string): string =>
  mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa

function plain(mantissa: string, exponent: number): string {
  const negative = mantissa.startsWith('-') ? '-' : ''
  const digits = trimmed(mantissa).replace('-', '').replace('.', '')
  if (exponent < 0) return `${negative}0.${'0'.repeat(-exponent - 1)}${digits}`
  if (digits.length <= exponent + 1) return negative + digits.padEnd(exponent + 1, '0')
  return `${negative}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`
}
