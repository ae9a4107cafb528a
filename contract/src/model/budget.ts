import { z } from 'zod'
import { MonthlyUsd, Usd } from './money.ts'
import { Time } from './time.ts'

/** MONITOR below 80 % of the limit, ALERT from there, FREEZE from 90 %, BLOCK from 100 %, HARD beyond the hard limit, unless set otherwise. */
export const BudgetBand = z.enum(['MONITOR', 'ALERT', 'FREEZE', 'BLOCK', 'HARD'])
export type BudgetBand = z.infer<typeof BudgetBand>

/** A limit by the month for what a selector takes in. */
export const BudgetInput = z.object({
  name: z.string().min(1).max(128),
  /** Empty parts take in everything. */
  selector: z.object({
    team: z.string().max(128).default(''),
    environment: z.string().max(128).default(''),
    namespace: z.string().max(128).default(''),
    service: z.string().max(200).default(''),
  }),
  limit_monthly_usd: MonthlyUsd.refine((value) => value > 0, 'more than 0'),
  hard_limit_monthly_usd: MonthlyUsd.nullable().default(null),
  /** Three shares of the limit, ascending: ALERT, FREEZE and BLOCK begin there. */
  thresholds: z.array(z.number()).length(3).default([0.8, 0.9, 1]),
})
export type BudgetInput = z.infer<typeof BudgetInput>

export const Budget = BudgetInput.extend({
  id: z.string(),
  created_at: Time,
  updated_at: Time,
  created_by: z.string(),
})
export type Budget = z.infer<typeof Budget>

export const BudgetStatus = z.object({
  budget: Budget,
  /** Spent since the month began (UTC); null where nothing that it takes in has a price. */
  spent_usd: Usd.nullable(),
  /** Of the whole month, with p10 and p90; null before there is a day to go by. */
  forecast_usd: z.object({ p10: Usd, p50: Usd, p90: Usd }).nullable(),
  band: BudgetBand,
  /** Of the forecast's middle. */
  forecast_band: BudgetBand.nullable(),
  /** How much of the month's time has prices and usage, 0 to 1. */
  coverage: z.number(),
  sources: z.array(z.string()),
})
export type BudgetStatus = z.infer<typeof BudgetStatus>
