import { z } from 'zod'

/**
 * Money by what it is: a rate by the hour, a bill by the month, an amount. The brands keep them apart: no sum, comparison or assignment
 * can mix them, and each way from one to another is a function here. US dollars throughout.
 */
export const HourlyUsd = z.number().brand('USD/h')
export type HourlyUsd = z.infer<typeof HourlyUsd>
export const MonthlyUsd = z.number().brand('USD/month')
export type MonthlyUsd = z.infer<typeof MonthlyUsd>
export const Usd = z.number().brand('USD')
export type Usd = z.infer<typeof Usd>

/** Hours of a month, as the price lists of providers count: 365 × 24 / 12. */
export const hoursPerMonth = 730

export const hourly = (value: number): HourlyUsd => value as HourlyUsd
export const monthly = (value: number): MonthlyUsd => value as MonthlyUsd
export const usd = (value: number): Usd => value as Usd

export const monthlyOf = (rate: HourlyUsd): MonthlyUsd => monthly(rate * hoursPerMonth)
export const hourlyOf = (bill: MonthlyUsd): HourlyUsd => hourly(bill / hoursPerMonth)
/** What a rate comes to. */
export const amountOf = (rate: HourlyUsd, hours: number): Usd => usd(rate * hours)

/** Sums of one kind only: each has its own signature, because one for all would take a mixture of them. */
export function sumOf(parts: readonly HourlyUsd[]): HourlyUsd
export function sumOf(parts: readonly MonthlyUsd[]): MonthlyUsd
export function sumOf(parts: readonly Usd[]): Usd
export function sumOf(parts: readonly number[]): number {
  return parts.reduce((sum, part) => sum + part, 0)
}
