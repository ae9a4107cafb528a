import type { CronJob, Job } from '../../object/workload.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import {
  conditionEvidence,
  conditionOf,
  counted,
  earliest,
  fieldEvidence,
  heldMs,
  hour,
  minute,
  msOf,
  spanOf,
} from '../evidence.ts'
import { advice, describe, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { podEvidence } from './pod-set.ts'

const doc = 'https://kubernetes.io/docs/concepts/workloads/controllers/job/'
const job = { analyzer: 'Job', kind: 'Job' } as const

export const jobRules: readonly Rule[] = [
  {
    ...job,
    id: 'job-failed',
    severity: 'MEDIUM',
    condition:
      'A Job gave up within the last day: too many retries, its deadline, a pod failure policy, failed indexes.',
    not_when:
      'a later run of its CronJob succeeded or failed too (one finding speaks for all runs), or a person is deleting it',
    documentation_url: `${doc}#pod-backoff-failure-policy`,
    alert_name: 'KubeJobFailed',
    needs: ['Job'],
    check: each('Job', failed),
  },
  {
    ...job,
    id: 'job-retrying',
    severity: 'LOW',
    condition: 'Pods of a running Job have failed, at least twice and none has succeeded since.',
    not_when: 'it has given up (job-failed), a pod of it has succeeded, or it failed once',
    documentation_url: `${doc}#handling-pod-and-container-failures`,
    alert_name: null,
    needs: ['Job'],
    check: each('Job', retrying),
  },
  {
    ...job,
    id: 'job-overdue',
    severity: 'LOW',
    condition: 'A Job has run for more than twelve hours, or its active deadline is over and it still runs.',
    not_when: 'it is suspended or finished, or its own deadline is longer',
    documentation_url: `${doc}#job-termination-and-cleanup`,
    alert_name: 'KubeJobNotCompleted',
    needs: ['Job'],
    check: each('Job', overdue),
  },
  {
    ...job,
    id: 'job-suspended',
    severity: 'INFO',
    condition: 'A Job has been suspended for more than a day.',
    not_when: 'a queue holds it (Kueue), or it was suspended within the day',
    documentation_url: `${doc}#suspending-a-job`,
    alert_name: null,
    needs: ['Job'],
    check: each('Job', suspended),
  },
]

const failureWord: ReadonlyMap<string, string> = new Map([
  ['BackoffLimitExceeded', 'too many of its pods failed'],
  ['DeadlineExceeded', 'its active deadline was over'],
  ['PodFailurePolicy', 'its pod failure policy says that this failure is final'],
  ['FailedIndexes', 'some of its indexes failed'],
  ['MaxFailedIndexesExceeded', 'more of its indexes failed than it allows'],
  ['SuccessPolicy', 'its success policy ended it'],
])

const finishedMs = (one: Job): number =>
  msOf(conditionOf(one.status.conditions, 'Failed')?.lastTransitionTime) ??
  msOf(one.status.completionTime) ??
  0
export const isFailed = (one: Job): boolean => conditionOf(one.status.conditions, 'Failed')?.status === 'True'
export const isComplete = (one: Job): boolean =>
  conditionOf(one.status.conditions, 'Complete')?.status === 'True'

/** Runs of one CronJob, newest first by when they began. */
export const runsOf = (cron: Pick<CronJob, 'metadata'>, view: ClusterView): Job[] =>
  [...view.ownedBy('Job', cron.metadata.uid)].sort((a, b) => startMs(b) - startMs(a))
const startMs = (one: Job): number => msOf(one.status.startTime) ?? msOf(one.metadata.creationTimestamp) ?? 0

function* failed(one: Job, view: ClusterView): Generator<Observation> {
  if (!isFailed(one) || one.metadata.deletionTimestamp) return
  const sinceMs = finishedMs(one)
  if (view.timeMs - sinceMs > 24 * hour || hasLaterRun(one, view)) return
  const condition = conditionOf(one.status.conditions, 'Failed')!
  const object = refOf('Job', one)
  const pods = view.ownedBy('Pod', one.metadata.uid).filter(({ status }) => status.phase === 'Failed')
  yield {
    object,
    title: `The Job gave up: ${failureWord.get(condition.reason) ?? (condition.reason || 'no reason given')}${one.status.failed ? `, ${counted(one.status.failed, 'pod')} failed` : ''}.`,
    sinceMs,
    evidence: [
      conditionEvidence(object, condition),
      fieldEvidence(
        object,
        'status',
        `failed ${one.status.failed ?? 0}, succeeded ${one.status.succeeded ?? 0}, allowed retries ${one.spec.backoffLimit ?? 6}`,
      ),
      ...podEvidence(pods),
    ],
    remediation: [...logRemedies(object), describe(object)],
  }
}

const logRemedies = (object: Observation['object']): Observation['remediation'] => [
  advice(
    'Read what its pods wrote.',
    `kubectl logs job/${quoted(object.name)} -n ${quoted(object.namespace)} --all-containers --tail=100`,
  ),
  advice(
    'See its pods.',
    `kubectl get pods -n ${quoted(object.namespace)} -l ${quoted(`job-name=${object.name}`)} -o wide`,
  ),
]

/** The newest finished run speaks for its CronJob. */
function hasLaterRun(one: Job, view: ClusterView): boolean {
  const owner = one.metadata.ownerReferences.find(({ kind }) => kind === 'CronJob')
  if (!owner) return false
  return view
    .ownedBy('Job', owner.uid)
    .some((other) => startMs(other) > startMs(one) && (isComplete(other) || isFailed(other)))
}

function* retrying(one: Job, view: ClusterView): Generator<Observation> {
  const { failed = 0, succeeded = 0, completionTime } = one.status
  if (failed < 2 || succeeded > 0 || completionTime || isFailed(one) || one.spec.suspend) return
  const object = refOf('Job', one)
  const pods = view.ownedBy('Pod', one.metadata.uid).filter(({ status }) => status.phase === 'Failed')
  yield {
    object,
    title: `${counted(failed, 'pod')} of the Job failed so far; it gives up after ${one.spec.backoffLimit ?? 6} retries.`,
    sinceMs:
      earliest(...pods.map((pod) => msOf(conditionOf(pod.status.conditions, 'Ready')?.lastTransitionTime))) ??
      msOf(one.status.startTime),
    evidence: [fieldEvidence(object, 'status.failed', String(failed)), ...podEvidence(pods)],
    remediation: logRemedies(object),
  }
}

function* overdue(one: Job, view: ClusterView): Generator<Observation> {
  const { active = 0, startTime, completionTime } = one.status
  if (active === 0 || completionTime || isFailed(one) || isComplete(one) || one.spec.suspend) return
  const runsMs = heldMs(view, msOf(startTime))
  const deadline = one.spec.activeDeadlineSeconds
  const limitMs = deadline === undefined ? 12 * hour : deadline * 1_000 + 5 * minute
  if (runsMs <= limitMs) return
  const object = refOf('Job', one)
  const sinceMs = (msOf(startTime) ?? 0) + limitMs
  yield {
    object,
    title: `The Job has run for ${spanOf(runsMs)}${deadline === undefined ? '' : `, though it may run for ${spanOf(deadline * 1_000)}`}.`,
    sinceMs,
    evidence: [
      fieldEvidence(object, 'status.startTime', startTime ?? '', msOf(startTime)),
      fieldEvidence(object, 'status', `active ${active}, succeeded ${one.status.succeeded ?? 0}`),
    ],
    remediation: [
      ...logRemedies(object),
      advice('Give it an activeDeadlineSeconds, so that a run that hangs ends.'),
    ],
  }
}

function* suspended(one: Job, view: ClusterView): Generator<Observation> {
  if (!one.spec.suspend || one.metadata.labels['kueue.x-k8s.io/queue-name']) return
  const condition = conditionOf(one.status.conditions, 'Suspended')
  const sinceMs = msOf(condition?.lastTransitionTime) ?? msOf(one.metadata.creationTimestamp)
  if (heldMs(view, sinceMs) < 24 * hour || one.status.completionTime || isFailed(one)) return
  const object = refOf('Job', one)
  yield {
    object,
    title: `The Job has been suspended for ${spanOf(heldMs(view, sinceMs))}.`,
    sinceMs,
    evidence: [fieldEvidence(object, 'spec.suspend', 'true', sinceMs)],
    remediation: [
      advice(
        'If it was forgotten, see what resuming it would do.',
        `kubectl patch job/${quoted(object.name)} -n ${quoted(object.namespace)} --type=merge -p '{"spec":{"suspend":false}}' --dry-run=server`,
      ),
    ],
  }
}
