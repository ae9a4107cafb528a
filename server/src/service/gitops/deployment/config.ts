import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'

const duration = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine((text) => durationMs(text) > 0, 'is no duration such as 30s, 5m or 1h30m')
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day such as 02:00')

export const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const

export const FreezeConfig = z
  .strictObject({
    name: z.string().min(1).max(100).describe('What it is called where it is shown.'),
    days: z.array(z.enum(weekdays)).max(7).default([]).describe('Days of the week on which it begins.'),
    start: clockTime.default('00:00').describe('Time of day at which it begins.'),
    end: clockTime
      .default('00:00')
      .describe('Time of day at which it ends; not after the beginning: on the next day.'),
    time_zone: z
      .string()
      .default('UTC')
      .refine(isTimeZone, 'is no time zone such as Europe/Berlin')
      .describe('Whose days and times these are.'),
    from: z.iso.datetime({ offset: true }).optional().describe('Once, from this time; instead of days.'),
    until: z.iso.datetime({ offset: true }).optional().describe('Until this time.'),
  })
  .refine((one) => (one.from === undefined) === (one.until === undefined), 'has from without until')
  .refine((one) => one.from !== undefined || one.days.length > 0, 'has neither days nor from')
export type FreezeConfig = z.infer<typeof FreezeConfig>

export const CheckConfig = z.strictObject({
  name: z.string().min(1).max(100).describe('What is watched.'),
  query: z
    .string()
    .min(1)
    .max(4_000)
    .describe('PromQL that gives one number; `$service` stands for the name of the service.'),
  increase_percent_max: z
    .number()
    .min(0)
    .describe('How much more than before is still well, in percent of the value before.'),
  floor: z
    .number()
    .default(0)
    .describe('A value up to this is well whatever it was before, in the unit of the query.'),
  economic: z
    .boolean()
    .default(false)
    .describe('About money: the override of an emergency passes it, so it is told and takes nothing back.'),
})
export type CheckConfig = z.infer<typeof CheckConfig>

const defaultChecks: z.input<typeof CheckConfig>[] = [
  {
    name: 'error ratio',
    query: 'max({__name__=~".+:error_ratio", "service.name"="$service"})',
    increase_percent_max: 50,
    floor: 0.01,
  },
  {
    name: 'latency p95',
    query: 'max({__name__=~".+:p95", "service.name"="$service"})',
    increase_percent_max: 100,
  },
  {
    name: 'cost per hour',
    query:
      'sum(max by (provider) (swen_service_cost{service="$service"}) and on (provider) max by (provider) (swen_service_placement{service="$service"}) == 1)',
    ...{ increase_percent_max: 20, economic: true },
  },
]

export const DeploymentConfig = z.strictObject({
  branch_prefix: z
    .string()
    .regex(/^[\w.-]+(\/[\w.-]+)*\/$/, 'ends with /')
    .default('ai-recommendation/')
    .describe('How branches begin that are made here.'),
  open_max: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(5)
    .describe(
      'Deployments under way at once, and branches of ours at one forge; what takes back is let through.',
    ),
  applies_per_hour_max: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(3)
    .describe('Applies within an hour; further ones wait. What takes back is let through.'),
  poll_interval: duration('15s').describe('How often open requests are looked at.'),
  lease: duration('1m').describe('After which another process goes on with what a dead one left.'),
  plan_valid: duration('24h').describe('Age after which a plan is made anew, and needs to be approved anew.'),
  run_timeout: duration('15m').describe('Longest time of one plan or apply.'),
  verify_window: duration('30m').describe('How long a service is watched after an apply.'),
  verify_interval: duration('1m').describe('How often, within that.'),
  checks: z
    .array(CheckConfig)
    .max(20)
    .prefault(defaultChecks)
    .describe(
      'What is watched after an apply; outside of its limit at two looks in a row, the change is taken back.',
    ),
  stale_hours: z
    .array(z.number().positive())
    .max(5)
    .default([24, 48])
    .describe('Ages of an open request, in hours, at which it is said to be stale.'),
  emergency_valid: duration('1h').describe('How long the override of an emergency holds.'),
  emergency_review: duration('48h').describe('By when somebody has to look at an override afterwards.'),
  bots: z
    .array(z.string())
    .max(20)
    .default(['aiops-bot'])
    .describe('Names whose approvals never count, beside the login at the forge.'),
  people: z
    .record(z.string(), z.string())
    .default({})
    .describe('Login at the forge to name here, where they differ, so that one person counts once.'),
  freezes: z.array(FreezeConfig).max(50).default([]).describe('Times in which nothing is merged or applied.'),
})
export type DeploymentConfig = z.infer<typeof DeploymentConfig>

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
