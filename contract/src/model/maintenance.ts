import { z } from 'zod'
import { Alert } from './alert.ts'
import { Anomaly } from './anomaly.ts'
import { Matcher } from './label.ts'
import { Duration, Time } from './time.ts'

/** RFC 5545: a weekday, or for MONTHLY with its place in the month: `2TU` the second Tuesday, `-1FR` the last Friday. */
export const RecurrenceDay = z
  .string()
  .regex(/^(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU)$/, 'MO to SU, for MONTHLY also 2TU or -1FR')
export type RecurrenceDay = z.infer<typeof RecurrenceDay>

/**
 * At the wall-clock time of the first start in the window's zone. MONTHLY without `by_day` is on the first start's day of the month;
 * months that lack the day are left out.
 */
export const Recurrence = z.object({
  frequency: z.enum(['DAILY', 'WEEKLY', 'MONTHLY']),
  /** Every so many days, weeks or months. */
  interval: z.number().int().min(1).max(366).default(1),
  /** Empty: the first start's day. Not for DAILY. */
  by_day: z.array(RecurrenceDay).max(35).default([]),
  /** The last start is at or before this. */
  until: Time.nullable().default(null),
})
export type Recurrence = z.infer<typeof Recurrence>

export const MaintenanceWindowInput = z.object({
  name: z.string().min(1).max(128),
  /** As a silence's: all must fit, an absent label counts as empty. */
  matchers: z.array(Matcher).min(1).max(64),
  starts_at: Time,
  duration: Duration,
  recurrence: Recurrence.nullable().default(null),
  /** IANA: Europe/Berlin. */
  time_zone: z.string().min(1).max(64).default('UTC'),
  comment: z.string().max(4_096).default(''),
  /** How long before its end somebody is reminded; 0s for never. */
  remind_before: Duration.default('15m'),
})
export type MaintenanceWindowInput = z.infer<typeof MaintenanceWindowInput>

export const Occurrence = z.object({ starts_at: Time, ends_at: Time })
export type Occurrence = z.infer<typeof Occurrence>

/** Each occurrence is a silence, made ahead of its start. */
export const MaintenanceWindow = MaintenanceWindowInput.extend({
  id: z.string(),
  created_by: z.string(),
  created_at: Time,
  updated_at: Time,
  /** ACTIVE within an occurrence, PENDING before the next one, ENDED after the last. */
  state: z.enum(['PENDING', 'ACTIVE', 'ENDED']),
  /** The one that is going on, or else the next. */
  next: Occurrence.nullable(),
  /** Silences of occurrences that go on or are to come, as far as they are made. */
  silences: z.array(z.string()),
})
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>

const Covered = z.object({
  alerts: z.number().int(),
  anomalies: z.number().int(),
  /** The newest first, at most 20 of each. */
  alert_examples: z.array(Alert),
  anomaly_examples: z.array(Anomaly),
})

/** What matchers would hide. */
export const SilencePreview = z.object({
  at: Time,
  /** Firing alerts and active anomalies. */
  now: Covered,
  /** Received or noticed in the seven days before `at`, whether they still go on or not. */
  last_7_days: Covered,
  /** There is more than is read; counts are then of the newest only. */
  truncated: z.boolean(),
})
export type SilencePreview = z.infer<typeof SilencePreview>
