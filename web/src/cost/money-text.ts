import type { HourlyUsd, MonthlyUsd, Usd } from '@aiops/contract/model/money'
import { missing } from '../ui/format.ts'

/**
 * Texts of money, one function a kind: what is by the hour cannot be written as by the month, nor summed up as an amount.
 * US dollars. Nothing that is not 0 reads as $0.
 */
export const hourlyText = (rate: HourlyUsd | null | undefined): string => withUnit(rate, '/h')
export const monthlyText = (bill: MonthlyUsd | null | undefined): string => withUnit(bill, '/month')
export const usdText = (amount: Usd | null | undefined): string => withUnit(amount, '')

/** With its sign, for differences. */
export const signedHourlyText = (rate: HourlyUsd | null | undefined): string => withSign(rate, '/h')
export const signedUsdText = (amount: Usd | null | undefined): string => withSign(amount, '')

type Interval<T> = { p10: T; p50: T; p90: T }

/** The ends of an interval: `$12 to $31/month`. */
export const hourlyRangeText = ({ p10, p90 }: Interval<HourlyUsd>): string => between(p10, p90, '/h')
export const monthlyRangeText = ({ p10, p90 }: Interval<MonthlyUsd>): string => between(p10, p90, '/month')
export const usdRangeText = ({ p10, p90 }: Interval<Usd>): string => between(p10, p90, '')

const isNumber = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value)

const withUnit = (value: number | null | undefined, unit: string): string =>
  isNumber(value) ? `${dollars(value)}${unit}` : missing

const withSign = (value: number | null | undefined, unit: string): string =>
  isNumber(value) ? `${value > 0 ? '+' : ''}${dollars(value)}${unit}` : missing

const between = (low: number, high: number, unit: string): string =>
  dollars(low) === dollars(high) ? `${dollars(low)}${unit}` : `${dollars(low)} to ${dollars(high)}${unit}`

/** From $10,000 on whole dollars, from $1 on cents, below it three digits of what there is, down to a millionth. */
function dollars(value: number): string {
  const size = Math.abs(value)
  const sign = value < 0 ? '−' : ''
  if (size === 0) return '$0'
  if (size < 1e-6) return `${sign}<$0.000001`
  if (size < 1) return `${sign}$${small(size)}`
  const cents = size < 10_000
  return `${sign}$${size.toLocaleString('en-US', {
    minimumFractionDigits: cents ? 2 : 0,
    maximumFractionDigits: cents ? 2 : 0,
  })}`
}

function small(size: number): string {
  const digits = Math.min(8, Math.max(2, 2 - Math.floor(Math.log10(size))))
  const [whole = '', part = ''] = size.toFixed(digits).split('.')
  return `${whole}.${part.replace(/0+$/, '').padEnd(2, '0')}`
}
