import type { Api } from '@aiops/contract/api/index'
import type { HandlerInput } from '@aiops/contract/api/operation'
import type { ReportSchedule } from '@aiops/contract/model/report'
import type { TenantId } from '@aiops/contract/model/tenant'
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
  const nowMs = clock.now()
  await checkInput(input, nowMs)
  const schedule: StoredSchedule = {
    ...{ id: random.uuid(nowMs), tenant_id: caller.tenant, ...input },
    ...{ created_by: caller.actor, created_at: isoTime(nowMs), last_run_at: null },
    next_run_at: input.enabled ? await nextRun(input.cron, nowMs) : null,
  }
  await repository.saveSchedule(schedule)
  return shown(schedule)
}

/** Throws NOT_FOUND, and VALIDATION_FAILED as for a new one. */
export async function changeSchedule(
  { repository, clock }: Pick<Deps, 'repository' | 'clock'>,
  tenant: TenantId,
  id: string,
  input: ScheduleInput,
): Promise<ReportSchedule> {
  const old = (await repository.schedules(tenant)).find((one) => one.id === id)
  if (!old) throw noSchedule(id)
  const nowMs = clock.now()
  await checkInput(input, nowMs)
  // A run that is due and has not begun yet is not lost by a new title.
  const sameTimes = input.cron === old.cron && input.enabled === old.enabled
  const next = sameTimes ? old.next_run_at : input.enabled ? await nextRun(input.cron, nowMs) : null
  const schedule: StoredSchedule = { ...old, ...input, next_run_at: next }
  await repository.saveSchedule(schedule)
  return shown(schedule)
}

export const noSchedule = (id: string): Fault =>
  new Fault('NOT_FOUND', `There is no schedule ${id.slice(0, 64)}.`)

/** Throws VALIDATION_FAILED. */
async function checkInput({ cron, lookback }: ScheduleInput, nowMs: number): Promise<void> {
  if (durationMs(lookback) > lookbackMaxMs) throw new Fault('VALIDATION_FAILED', 'lookback: a year at most.')
  await checkRuns(cron, nowMs)
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
