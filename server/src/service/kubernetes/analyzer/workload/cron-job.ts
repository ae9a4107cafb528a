import type { CronJob } from '../../object/workload.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { counted, eventEvidence, fieldEvidence, hour, minute, msOf, spanOf, timeOf } from '../evidence.ts'
import { advice, describe, patch, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { isComplete, isFailed, runsOf } from './job.ts'
import { isTimeZone, nextRun, parseSchedule, runsBetween, type Schedule } from './schedule.ts'

const doc = 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/'
const cron = { analyzer: 'CronJob', kind: 'CronJob', needs: ['CronJob'], alert_name: null } as const

export const cronJobRules: readonly Rule[] = [
  {
    ...cron,
    id: 'cron-job-schedule-invalid',
    severity: 'HIGH',
    condition:
      'The schedule or the time zone of a CronJob cannot be read, or never comes up, so that it never runs.',
    not_when: 'it is suspended',
    documentation_url: `${doc}#schedule-syntax`,
    check: each('CronJob', invalid),
  },
  {
    ...cron,
    id: 'cron-job-deadline',
    severity: 'MEDIUM',
    condition:
      'The starting deadline of a CronJob is negative or below ten seconds, which is how often its controller looks, so that runs are left out.',
    not_when: 'it states none, or a longer one',
    documentation_url: `${doc}#starting-deadline`,
    check: each('CronJob', deadline),
  },
  {
    ...cron,
    id: 'cron-job-missed',
    severity: 'MEDIUM',
    condition:
      'A CronJob should have run, by its schedule and time zone, at least ten minutes ago, and has not.',
    not_when:
      'it is suspended, it was made since, or its policy forbids a run beside one that goes on (cron-job-overlapping)',
    documentation_url: `${doc}#job-creation`,
    check: each('CronJob', missed),
  },
  {
    ...cron,
    id: 'cron-job-overlapping',
    severity: 'LOW',
    condition:
      'A run takes longer than the schedule leaves: with concurrencyPolicy Forbid the next ones were left out, with Allow three or more go on at once.',
    not_when: 'its policy is Replace, or one run goes on within its time',
    documentation_url: `${doc}#concurrency-policy`,
    check: each('CronJob', overlapping),
  },
  {
    ...cron,
    id: 'cron-job-failing',
    severity: 'MEDIUM',
    condition: 'The last two finished runs of a CronJob failed, or more in a row; HIGH from five on.',
    not_when: 'the last finished run succeeded, or only the last one failed (job-failed)',
    documentation_url: `${doc}#jobs-history-limits`,
    alert_name: 'KubeJobFailed',
    needs: ['CronJob', 'Job'],
    check: each('CronJob', failing),
  },
  {
    ...cron,
    id: 'cron-job-suspended',
    severity: 'INFO',
    condition:
      'A CronJob that has run before has been suspended for longer than a week, as its last run tells.',
    not_when: 'it ran within the week, or never, as those made to be started by hand',
    documentation_url: `${doc}#schedule-suspension`,
    check: each('CronJob', suspended),
  },
]

type Read = { schedule: Schedule; zone: string | undefined } | { error: string; source: string }

/** Without a time zone the controller takes its own, which is not known; it is UTC nearly everywhere. */
function read({ spec }: CronJob): Read {
  const schedule = parseSchedule(spec.schedule)
  if (schedule.kind === 'error') return { error: schedule.message, source: 'spec.schedule' }
  const zone = schedule.zone ?? spec.timeZone
  if (zone !== undefined && !isTimeZone(zone))
    return {
      error: `${JSON.stringify(zone)} is no time zone`,
      source: schedule.zone ? 'spec.schedule' : 'spec.timeZone',
    }
  return { schedule, zone }
}

function* invalid(one: CronJob, view: ClusterView): Generator<Observation> {
  if (one.spec.suspend) return
  const found = read(one)
  const isNever = 'schedule' in found && nextRun(found.schedule, view.timeMs, found.zone) === undefined
  if ('schedule' in found && !isNever) return
  const object = refOf('CronJob', one)
  const events = view
    .eventsOf({ ...object, uid: one.metadata.uid })
    .filter(({ reason }) => ['UnparseableSchedule', 'UnknownTimeZone', 'InvalidSchedule'].includes(reason))
  const { source, error } = 'error' in found ? found : { source: 'spec.schedule', error: 'no date is such' }
  yield {
    object,
    title: `It never runs: ${source === 'spec.timeZone' ? 'the time zone' : 'the schedule'} cannot be followed, ${error}.`,
    sinceMs: events.at(-1)?.firstMs,
    evidence: [
      fieldEvidence(object, 'spec.schedule', one.spec.schedule),
      ...(one.spec.timeZone === undefined ? [] : [fieldEvidence(object, 'spec.timeZone', one.spec.timeZone)]),
      ...events.slice(0, 2).map(eventEvidence),
    ],
    remediation: [
      source === 'spec.timeZone'
        ? patch(
            object,
            { spec: { timeZone: 'Etc/UTC' } },
            'Name a zone of the time zone database; try it on the server.',
          )
        : patch(
            object,
            { spec: { schedule: '0 3 * * *' } },
            'Write minute, hour, day, month and weekday; try it on the server.',
          ),
    ],
  }
}

function* deadline(one: CronJob): Generator<Observation> {
  const seconds = one.spec.startingDeadlineSeconds
  if (seconds === undefined || seconds >= 10 || one.spec.suspend) return
  const object = refOf('CronJob', one)
  yield {
    object,
    title: `Its starting deadline of ${seconds} s is ${seconds < 0 ? 'negative' : 'shorter than the ten seconds between two looks of the controller'}, so that runs are left out.`,
    sinceMs: undefined,
    evidence: [fieldEvidence(object, 'spec.startingDeadlineSeconds', String(seconds))],
    remediation: [
      patch(object, { spec: { startingDeadlineSeconds: 200 } }, 'Try a longer one on the server.'),
    ],
  }
}

const lateMs = 10 * minute
/** Runs counted at most; beyond a hundred the controller gives up. */
const missedMax = 101

/** Runs due since the last one, up to ten minutes ago. */
function dueRuns(one: CronJob, view: ClusterView): number[] {
  const found = read(one)
  const from = msOf(one.status.lastScheduleTime) ?? msOf(one.metadata.creationTimestamp)
  if (!('schedule' in found) || from === undefined || one.spec.suspend) return []
  return runsBetween(found.schedule, from, view.timeMs - lateMs, found.zone, missedMax)
}

/** It writes its last run when that was made; a long one may go on. */
const isBusy = (one: CronJob): boolean =>
  one.spec.concurrencyPolicy === 'Forbid' && one.status.active.length > 0

function* missed(one: CronJob, view: ClusterView): Generator<Observation> {
  if (one.spec.suspend || isBusy(one) || one.metadata.deletionTimestamp) return
  const runs = dueRuns(one, view)
  const [first] = runs
  if (first === undefined) return
  const object = refOf('CronJob', one)
  const events = view
    .eventsOf({ ...object, uid: one.metadata.uid })
    .filter(({ reason }) =>
      ['MissSchedule', 'TooManyMissedTimes', 'FailedNeedsStart', 'FailedCreate'].includes(reason),
    )
  const last = one.status.lastScheduleTime
  yield {
    object,
    title: `${runs.length >= missedMax ? 'More than 100 runs were' : `${counted(runs.length, 'run')} ${runs.length === 1 ? 'was' : 'were'}`} missed: the last was ${last ? `at ${timeOf(msOf(last))}` : 'never'}, the next was due at ${timeOf(first)}.`,
    severity: runs.length >= missedMax ? 'HIGH' : 'MEDIUM',
    sinceMs: first,
    evidence: [
      fieldEvidence(
        object,
        'spec.schedule',
        `${one.spec.schedule}${one.spec.timeZone ? ` (${one.spec.timeZone})` : ''}`,
      ),
      fieldEvidence(object, 'status.lastScheduleTime', last ?? 'none', msOf(last)),
      ...events.slice(0, 3).map(eventEvidence),
    ],
    remediation: [
      describe(object),
      advice(
        'See what a run by hand would make.',
        `kubectl create job ${quoted(`${object.name.slice(0, 50)}-by-hand`)} --from=cronjob/${quoted(object.name)} -n ${quoted(object.namespace)} --dry-run=server -o yaml`,
      ),
      ...(runs.length >= missedMax
        ? [
            patch(
              object,
              { spec: { startingDeadlineSeconds: 200 } },
              'After more than 100 missed runs it starts none; a starting deadline bounds how far it looks back.',
            ),
          ]
        : []),
    ],
  }
}

const piledUp = 3

function* overlapping(one: CronJob, view: ClusterView): Generator<Observation> {
  if (one.spec.suspend) return
  const active = one.status.active
  const policy = one.spec.concurrencyPolicy ?? 'Allow'
  const leftOut = policy === 'Forbid' && active.length > 0 ? dueRuns(one, view) : []
  const isPiled = policy === 'Allow' && active.length >= piledUp
  if (leftOut.length === 0 && !isPiled) return
  const object = refOf('CronJob', one)
  const last = msOf(one.status.lastScheduleTime)
  yield {
    object,
    title: isPiled
      ? `${active.length} runs go on at once, and each makes the others slower.`
      : `${counted(leftOut.length, 'run')} ${leftOut.length === 1 ? 'was' : 'were'} left out, since the one of ${timeOf(last) ?? 'before'} still goes on.`,
    sinceMs: leftOut[0],
    evidence: [
      fieldEvidence(object, 'status.active', active.map(({ name }) => name).join(', ')),
      fieldEvidence(object, 'spec.schedule', `${one.spec.schedule}, concurrencyPolicy ${policy}`),
    ],
    remediation: [
      ...active
        .slice(0, 2)
        .map(({ name }) =>
          advice(
            'See what the run does.',
            `kubectl logs job/${quoted(name)} -n ${quoted(object.namespace)} --all-containers --tail=50`,
          ),
        ),
      advice('Give its Job an activeDeadlineSeconds, or run it less often.'),
    ],
  }
}

function* failing(one: CronJob, view: ClusterView): Generator<Observation> {
  const finished = runsOf(one, view).filter((run) => isFailed(run) || isComplete(run))
  const good = finished.findIndex(isComplete)
  const failed = good < 0 ? finished : finished.slice(0, good)
  if (failed.length < 2) return
  const object = refOf('CronJob', one)
  const sinceMs = msOf(failed.at(-1)?.status.startTime)
  const [newest] = failed
  yield {
    object,
    title: `Its last ${failed.length} runs failed.`,
    severity: failed.length >= 5 ? 'HIGH' : 'MEDIUM',
    sinceMs,
    evidence: [
      fieldEvidence(
        object,
        'status.lastSuccessfulTime',
        one.status.lastSuccessfulTime ?? 'none',
        msOf(one.status.lastSuccessfulTime),
      ),
      ...failed
        .slice(0, 5)
        .map((run) =>
          fieldEvidence(
            refOf('Job', run),
            'status.conditions[Failed]',
            `failed ${run.status.failed ?? 0} pods`,
            msOf(run.status.startTime),
          ),
        ),
    ],
    remediation: [
      advice(
        'Read what the last run wrote.',
        `kubectl logs job/${quoted(newest?.metadata.name ?? '')} -n ${quoted(object.namespace)} --all-containers --tail=100`,
      ),
      describe(object),
    ],
  }
}

function* suspended(one: CronJob, view: ClusterView): Generator<Observation> {
  const last = msOf(one.status.lastScheduleTime)
  if (!one.spec.suspend || last === undefined || view.timeMs - last < 7 * 24 * hour) return
  const object = refOf('CronJob', one)
  yield {
    object,
    title: `It is suspended, and ran last ${spanOf(view.timeMs - last)} ago.`,
    sinceMs: undefined,
    evidence: [
      fieldEvidence(object, 'spec.suspend', 'true'),
      fieldEvidence(object, 'status.lastScheduleTime', timeOf(last) ?? '', last),
    ],
    remediation: [
      patch(object, { spec: { suspend: false } }, 'If it was forgotten, see what resuming it would do.'),
    ],
  }
}
