/** Numbers as Go's `strconv` and `fmt` write them, for texts that must read as Prometheus'. */

/** As `%g` and `%v` of small numbers: `1e+06` from 10^`exponentMax` on and below 0.0001. */
export function goNumber(value: number, exponentMax = 21): string {
  const special = goSpecial(value)
  if (special !== undefined) return special
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < exponentMax) return goFixed(value)
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** As `FormatFloat(value, 'f', -1, 64)`: the shortest digits that read back the same, never an exponent. */
export function goFixed(value: number): string {
  const special = goSpecial(value)
  if (special !== undefined) return special
  if (Object.is(value, -0)) return '-0'
  const text = String(value)
  const at = text.indexOf('e')
  if (at < 0) return text
  const sign = text.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = text.slice(sign.length, at).split('.')
  const point = whole.length + Number(text.slice(at + 1))
  const digits = whole + fraction
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits.padEnd(point, '0')}`
}

function goSpecial(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '-Inf'
  return undefined
}
