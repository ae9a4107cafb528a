import type { EntityId } from '@aiops/contract/model/entity'
import type {
  Feedback,
  FeedbackCounts,
  FeedbackTarget,
  FeedbackVerdict,
} from '@aiops/contract/model/feedback'
import { FeedbackState as States, FeedbackVerdict as Verdicts } from '@aiops/contract/model/feedback'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import { SerialExecutor } from '../../../kernel/queue.ts'
import type { Random } from '../../../kernel/random.ts'
import { type FeedbackFilter, type FeedbackTally, questionOf } from '../../../port/feedback-repository.ts'
import type { RecordStore, Repositories } from '../../../port/record-store.ts'
import type { LearningConfig } from '../config.ts'
import { type ScreenRules, screen } from './screen.ts'
import { type FactorThen, type Subject, subjectOf } from './subject.ts'

export type Word = {
  target: FeedbackTarget
  id: string
  verdict: FeedbackVerdict
  explanation: string
  cause?: EntityId | undefined
}

export type FeedbackDesk = {
  give(tenant: TenantId, user: string, word: Word): Promise<Feedback>
  list(
    tenant: TenantId,
    filter: FeedbackFilter & { limit: number; offset: number },
  ): Promise<{ labels: Feedback[]; counts: FeedbackCounts }>
  counts(tenant: TenantId): Promise<FeedbackCounts>
  /** `any`: somebody else's too. */
  take(tenant: TenantId, id: string, user: string, any: boolean): Promise<Feedback>
  review(
    tenant: TenantId,
    id: string,
    reviewer: string,
    decision: 'ACCEPT' | 'REJECT',
    comment: string,
  ): Promise<Feedback>
  idle(): Promise<void>
}

export type DeskDeps = {
  records: RecordStore
  clock: Clock
  random: Random
  metrics: Metrics
  /** What bounds were multiplied by when an anomaly was told. */
  factorThen(tenant: TenantId): FactorThen
  /** What is learned from may have changed; `withdrawn`: a label that taught does no more. */
  changed(tenant: TenantId, withdrawn: boolean): void
}

const dayMs = 86_400_000
const hourMs = 3_600_000
const waitingMax = 1_000
/** Labels that screening looks at, of the newest of a tenant. */
const screenedMax = 1_000
const plainFilter = { verdicts: [], states: [], limit: screenedMax, offset: 0 } as const

/** Takes labels, holds back what looks wrong, and lets people review it. One write at a time, each a transaction. */
export function createFeedbackDesk(deps: DeskDeps, config: LearningConfig): FeedbackDesk {
  const { records, clock, random, metrics } = deps
  const writes = new SerialExecutor('feedback', waitingMax)
  const rules: ScreenRules = {
    ...{ bulkLabels: config.bulk_labels, bulkWindowMs: durationMs(config.bulk_window) },
    ...{ outlierSigmas: config.outlier_sigmas, volumeShareMax: config.volume_share_max },
  }
  const milder = { ...rules, outlierSigmas: rules.outlierSigmas / 2 }
  const received = metrics.counter(
    'aiops_feedback_received_total',
    'Labels people gave, by what they said and what became of them.',
    ['tenant_id', 'feedback_type', 'outcome'],
  )
  const waited = metrics.histogram(
    'aiops_feedback_response_time_hours',
    'From telling a finding to its label.',
    [],
    [0.05, 0.25, 1, 4, 12, 24, 72, 168],
  )

  async function store(tenant: TenantId, user: string, word: Word, subject: Subject): Promise<Feedback> {
    const nowMs = clock.now()
    const saved = await records.transaction(async (inside) => {
      await refuseTooMany(inside, tenant, user, nowMs, config.labels_per_day_max)
      const said = await inside.feedback.ofTarget(tenant, word.target, subject.targetId)
      const question = questionOf(word.verdict)
      const same = said.filter(({ verdict }) => questionOf(verdict) === question)
      refuseUnexplained(word, user, subject, same, config.explanation_min)
      const before = same.find((one) => one.user === user)
      const feedback: Feedback = {
        id: before?.id ?? random.uuid(nowMs),
        tenant_id: tenant,
        ...{ target: word.target, target_id: subject.targetId, subject: subject.sentence },
        ...{ severity: subject.severity, verdict: word.verdict, explanation: word.explanation },
        ...{ cause: word.cause ?? null, user, anomalies: subject.anomalies },
        // Saying it again is no way out of a review.
        state: before && before.state !== 'ACCEPTED' ? 'QUARANTINED' : 'ACCEPTED',
        reasons: before?.reasons ?? [],
        created_at: before?.created_at ?? isoTime(nowMs),
        updated_at: isoTime(nowMs),
        ...(before?.state === 'ACCEPTED' || !before ? unreviewed : reviewOf(before)),
      }
      await inside.feedback.save(feedback)
      await inside.feedback.addSubmission(tenant, user, nowMs)
      await inside.feedback.pruneSubmissions(nowMs - dayMs)
      const held = await screened(inside, tenant, nowMs)
      return { feedback: held.get(feedback.id) ?? feedback, held: held.size > 0, before }
    })
    received.inc({
      ...{ tenant_id: tenant, feedback_type: word.verdict.toLowerCase() },
      outcome: saved.feedback.state.toLowerCase(),
    })
    waited.observe(Math.max(0, nowMs - subject.toldMs) / hourMs)
    deps.changed(tenant, saved.held || saved.before?.state === 'ACCEPTED')
    return saved.feedback
  }

  /** Puts what looks wrong into quarantine; returns those that changed. */
  async function screened(
    inside: Repositories,
    tenant: TenantId,
    nowMs: number,
  ): Promise<Map<string, Feedback>> {
    const { labels } = await inside.feedback.list(tenant, plainFilter)
    const asked = labels.filter(({ verdict }) => questionOf(verdict) === 'DETECTION')
    const changed = new Map<string, Feedback>()
    const suspicious = screen(asked, nowMs, rules)
    const doubtful = asked.some(isOutlierAlone) ? screen(asked, nowMs, milder) : suspicious
    for (const label of asked) {
      const reasons = suspicious.get(label.id)
      // Who only disagreed with somebody that is held since is an outlier no more.
      const cleared = isOutlierAlone(label) && !doubtful.has(label.id)
      const next: Feedback | undefined =
        label.state === 'ACCEPTED' && reasons
          ? { ...label, state: 'QUARANTINED', reasons }
          : cleared
            ? { ...label, state: 'ACCEPTED', reasons: [] }
            : undefined
      if (!next) continue
      await inside.feedback.save(next)
      changed.set(next.id, next)
    }
    return changed
  }

  async function known(inside: Repositories, tenant: TenantId, id: string): Promise<Feedback> {
    const found = await inside.feedback.get(tenant, id)
    if (!found) throw new Fault('NOT_FOUND', `There is no label ${id}.`)
    return found
  }

  return {
    async give(tenant, user, word) {
      if (word.verdict === 'CAUSE_WRONG' && word.cause === undefined)
        throw refused('cause', 'name what it really was, for example service/payments')
      const subject = await subjectOf(records, tenant, word.target, word.id, deps.factorThen(tenant))
      return writes.run(() => store(tenant, user, word, subject))
    },
    async list(tenant, filter) {
      const { labels, tally, users } = await records.feedback.list(tenant, filter)
      return { labels, counts: countsOf(tally, users) }
    },
    async counts(tenant) {
      const { tally, users } = await records.feedback.list(tenant, { ...plainFilter, limit: 0 })
      return countsOf(tally, users)
    },
    take: (tenant, id, user, any) =>
      writes.run(async () => {
        const taken = await records.transaction(async (inside) => {
          const label = await known(inside, tenant, id)
          if (label.user !== user && !any)
            throw new Fault(
              'PERMISSION_DENIED',
              `The label is ${label.user}'s; it takes detection:write to delete it.`,
            )
          if (label.state === 'REJECTED' && !any)
            throw new Fault('PERMISSION_DENIED', 'A rejected label is deleted with detection:write.')
          await inside.feedback.delete(tenant, id)
          return label
        })
        deps.changed(tenant, taken.state === 'ACCEPTED')
        return taken
      }),
    review: (tenant, id, reviewer, decision, comment) =>
      writes.run(async () => {
        const { label, before } = await records.transaction(async (inside) => {
          const found = await known(inside, tenant, id)
          if (found.user === reviewer)
            throw new Fault(
              'CONFLICT',
              'Nobody reviews their own label; somebody else with detection:write can.',
            )
          const reviewed: Feedback = {
            ...{ ...found, state: decision === 'ACCEPT' ? 'ACCEPTED' : 'REJECTED' },
            ...{ reviewed_by: reviewer, reviewed_at: isoTime(clock.now()), review_comment: comment },
          }
          await inside.feedback.save(reviewed)
          return { label: reviewed, before: found }
        })
        deps.changed(tenant, before.state === 'ACCEPTED' && label.state !== 'ACCEPTED')
        return label
      }),
    idle: () => writes.idle(),
  }
}

const unreviewed = { reviewed_by: null, reviewed_at: null, review_comment: '' }

const reviewOf = ({ reviewed_by, reviewed_at, review_comment }: Feedback) => ({
  ...{ reviewed_by, reviewed_at, review_comment },
})

const isOutlierAlone = ({ state, reasons, reviewed_at }: Feedback): boolean =>
  state === 'QUARANTINED' && reviewed_at === null && reasons.length === 1 && reasons[0] === 'OUTLIER'

async function refuseTooMany(
  inside: Repositories,
  tenant: TenantId,
  user: string,
  nowMs: number,
  labelsMax: number,
): Promise<void> {
  const given = await inside.feedback.submissions(tenant, user, nowMs - dayMs, labelsMax)
  const [first] = given
  if (given.length < labelsMax || first === undefined) return
  throw new Fault(
    'RATE_LIMITED',
    `${user} gave ${labelsMax} labels within 24 hours, which is as many as count.`,
    {
      retryAfterSeconds: Math.max(1, Math.ceil((first + dayMs - nowMs) / 1_000)),
    },
  )
}

/** Against what the platform told as HIGH or CRITICAL, or against most others, one has to say why. */
function refuseUnexplained(
  { verdict, explanation }: Word,
  user: string,
  { severity }: Subject,
  said: readonly Feedback[],
  lengthMin: number,
): void {
  if ([...explanation.trim()].length >= lengthMin) return
  const against = verdict !== 'TRUE' && verdict !== 'CAUSE_RIGHT'
  const severe = severity === 'HIGH' || severity === 'CRITICAL'
  if (against && severe)
    throw refused(
      'explanation',
      `this was told as ${severity}; say in ${lengthMin} characters or more why it is ${verdict}`,
    )
  const others = said.filter((one) => one.user !== user && one.state === 'ACCEPTED')
  const contrary = others.filter(
    (one) => (one.verdict !== 'TRUE' && one.verdict !== 'CAUSE_RIGHT') !== against,
  )
  if (contrary.length * 2 > others.length && contrary.length >= 2)
    throw refused(
      'explanation',
      `${contrary.length} of ${others.length} others say otherwise; say in ${lengthMin} characters or more why`,
    )
}

const refused = (path: string, message: string): Fault =>
  new Fault('VALIDATION_FAILED', `${path}: ${message}`, { details: [{ path, message }] })

function countsOf(tally: readonly FeedbackTally[], users: number): FeedbackCounts {
  const sum = (fits: (one: FeedbackTally) => boolean): number =>
    tally.filter(fits).reduce((total, { count }) => total + count, 0)
  return {
    total: sum(() => true),
    by_verdict: Object.fromEntries(
      Verdicts.options.map((verdict) => [verdict, sum((one) => one.verdict === verdict)]),
    ) as FeedbackCounts['by_verdict'],
    by_state: Object.fromEntries(
      States.options.map((state) => [state, sum((one) => one.state === state)]),
    ) as FeedbackCounts['by_state'],
    users,
  }
}
