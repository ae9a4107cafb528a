import type { Api } from '@aiops/contract/api/index'
import type { HandlerInput } from '@aiops/contract/api/operation'
import type { ReportSchedule } from '@aiops/contract/model/report'
import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { Random } from '../../../kernel/random.ts'
import type { Caller } from '../../../port/operation-client.ts'
import type { ReportRepository, StoredSchedule } from '../../../port/report-repository.ts'

export type ScheduleInput = HandlerInput<Api['createReportSchedule']>['body']
type Deps = { repository: ReportRepository; clock: Clock; random: Random; schedulesMax: number }

const lookbackMaxMs = 366 * 86_400_000
/** Reports of one schedule come no closer than this. */
const closestMs = 900_000

export async function addSchedule(deps: Deps, caller: Caller, input: ScheduleInput): Promise<ReportSchedule> {
  const { repository, clock, random, schedulesMax } = deps
  if ((await repository.schedules(caller.tenant)).length >= schedulesMax)
    throw new Fault(
      'VALIDATION_FAILED',
      `There are ${schedulesMax} schedules already, which is as many as may be.`,
    )
  if (durationMs(input.lookback) > lookbackMaxMs)
    throw new Fault('VALIDATION_FAILED', 'lookback: a year at most.')
  const nowMs = clock.now()
  const schedule: StoredSchedule = {
    ...{ id: random.uuid(nowMs), tenant_id: caller.tenant, ...input },
    ...{ created_by: caller.actor, created_at: isoTime(nowMs), last_run_at: null },
    next_run_at: input.enabled ? await nextRun(input.cron, nowMs) : null,
  }
  await checkRuns(input.cron, nowMs)
  await repository.saveSchedule(schedule)
  return shown(schedule)
}

/** Runs that are looked at: those of one hour that has any, and the first of the next. */
const runsMax = 62

/** Throws VALIDATION_FAILED where there is no run at all, and where two are too close to one another. */
async function checkRuns(cron: string, nowMs: number): Promise<void> {
  let before = await nextRun(cron, nowMs)
  if (before === null)
    throw new Fault('VALIDATION_FAILED', `cron: "${cron.slice(0, 100)}" names a time that never comes.`)
  for (let run = 1; run < runsMax; run += 1) {
    const next = await nextRun(cron, Date.parse(before))
    if (next === null) return
    if (Date.parse(next) - Date.parse(before) < closestMs)
      throw new Fault('VALIDATION_FAILED', 'cron: reports of one schedule are at least 15 minutes apart.')
    before = next
  }
}

/** Schedules that are due; each is marked as run before its report is begun, so that none runs twice. */
export async function dueSchedules(repository: ReportRepository, nowMs: number): Promise<StoredSchedule[]> {
  const all = await repository.schedules()
  const due = all.filter(
    ({ enabled, next_run_at }) => enabled && next_run_at !== null && Date.parse(next_run_at) <= nowMs,
  )
  for (const schedule of due)
    await repository.saveSchedule({
      ...schedule,
      ...{ last_run_at: isoTime(nowMs), next_run_at: await nextRun(schedule.cron, nowMs) },
    })
  return due
}

export const shown = ({ tenant_id: _, ...schedule }: StoredSchedule): ReportSchedule => schedule

/** The next time after `afterMs`, in UTC; null where there is none. Throws VALIDATION_FAILED. */
export async function nextRun(cron: string, afterMs: number): Promise<string | null> {
  // Loaded by the first schedule: most platforms have none.
  const { Cron } = await import('croner')
  try {
    if (cron.split(/\s+/).length !== 5) throw new Error('five fields are needed')
    const next = new Cron(cron, { timezone: 'UTC', paused: true }).nextRun(new Date(afterMs))
    return next?.toISOString() ?? null
  } catch (error) {
    throw new Fault(
      'VALIDATION_FAILED',
      `cron: "${cron.slice(0, 100)}" cannot be read (${messageOf(error)}); write five fields, for example "0 7 * * 1" for Mondays at seven.`,
    )
  }
}
