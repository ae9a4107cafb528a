/** A number as Go reads it: decimal, `0x1F`, octal with a leading 0, digits parted by `_`, an exponent. */
export function parseNumber(text: string): number {
  const digits = text.replaceAll('_', '')
  if (/^0[xX]/.test(digits)) return Number.parseInt(digits.slice(2), 16)
  if (/^0[0-7]+$/.test(digits)) return Number.parseInt(digits, 8)
  return Number(digits)
}
