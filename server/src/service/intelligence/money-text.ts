/**
 * Money as it is said: what kind of amount it is stands behind it, so that a rate is never read as a bill. `USD/h`, `USD/month`, `USD`.
 * Three kinds, three functions: nothing here turns one into another.
 */
export const hourlyText = (value: number): string => `${amountText(value)} USD/h`
export const monthlyText = (value: number): string => `${amountText(value)} USD/month`
export const usdText = (value: number): string => `${amountText(value)} USD`

/** `34.20 USD/month (p10 12.00, p90 51.00)`. */
export const intervalText = (
  { p10, p50, p90 }: { p10: number; p50: number; p90: number },
  unitOf: (value: number) => string,
): string => `${unitOf(p50)} (p10 ${unitOf(p10)}, p90 ${unitOf(p90)})`

/** Cents, and of less than a dollar three digits that count, two decimals at least; whole dollars from a thousand on. */
export function amountText(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value)) return 'no known'
  if (size >= 1_000) return Math.round(value).toLocaleString('en-US')
  if (size >= 1) return value.toFixed(2)
  if (size < 1e-6) return '0'
  const digits = String(Number(value.toPrecision(3)))
  return digits.includes('e') || (digits.split('.')[1]?.length ?? 0) > 2 ? digits : value.toFixed(2)
}
