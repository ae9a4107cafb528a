import type { Feedback, FeedbackState, FeedbackVerdict } from '@aiops/contract/model/feedback'
import type { Kysely } from 'kysely'
import { type FeedbackFilter, type FeedbackRepository, questionOf } from '../../port/feedback-repository.ts'
import type { Schema } from './schema.ts'

/** Labels of one target that are read: more people than look at one anomaly. */
const ofTargetMax = 1_000

export function feedbackRepository(db: Kysely<Schema>): FeedbackRepository {
  const read = ({ body }: { body: string }) => JSON.parse(body) as Feedback
  return {
    async save(feedback) {
      const row = rowOf(feedback)
      await db
        .insertInto('feedback')
        .values(row)
        .onConflict((c) => c.columns(['tenant_id', 'id']).doUpdateSet(row))
        .execute()
    },
    async get(tenant, id) {
      const row = await db
        .selectFrom('feedback')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .executeTakeFirst()
      return row && read(row)
    },
    async delete(tenant, id) {
      const result = await db
        .deleteFrom('feedback')
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .executeTakeFirst()
      return Number(result.numDeletedRows) === 1
    },
    async ofTarget(tenant, target, targetId) {
      const rows = await db
        .selectFrom('feedback')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('target', '=', target)
        .where('target_id', '=', targetId)
        .orderBy('updated_ms', 'desc')
        .orderBy('id')
        .limit(ofTargetMax)
        .execute()
      return rows.map(read)
    },
    async list(tenant, filter) {
      const found = selection(db, tenant, filter)
      const rows = await found
        .select('body')
        .orderBy('updated_ms', 'desc')
        .orderBy('id')
        .limit(filter.limit)
        .offset(filter.offset)
        .execute()
      const tally = await found
        .select(['verdict', 'state', (e) => e.fn.countAll().as('count')])
        .groupBy(['verdict', 'state'])
        .execute()
      const { users } = await found
        .select((e) => e.fn.count('giver').distinct().as('users'))
        .executeTakeFirstOrThrow()
      return {
        labels: rows.map(read),
        tally: tally.map(({ verdict, state, count }) => ({
          ...{ verdict: verdict as FeedbackVerdict, state: state as FeedbackState },
          count: Number(count),
        })),
        users: Number(users),
      }
    },
    async addSubmission(tenant, user, atMs) {
      await db
        .insertInto('feedback_submission')
        .values({ tenant_id: tenant, giver: user, at_ms: atMs })
        .execute()
    },
    async submissions(tenant, user, sinceMs, limit) {
      const rows = await db
        .selectFrom('feedback_submission')
        .select('at_ms')
        .where('tenant_id', '=', tenant)
        .where('giver', '=', user)
        .where('at_ms', '>', sinceMs)
        .orderBy('at_ms')
        .limit(limit)
        .execute()
      return rows.map(({ at_ms }) => Number(at_ms))
    },
    async pruneSubmissions(beforeMs) {
      await db.deleteFrom('feedback_submission').where('at_ms', '<', beforeMs).execute()
    },
  }
}

const rowOf = (feedback: Feedback) => ({
  ...{ id: feedback.id, tenant_id: feedback.tenant_id, target: feedback.target },
  ...{ target_id: feedback.target_id, question: questionOf(feedback.verdict), giver: feedback.user },
  ...{ verdict: feedback.verdict, state: feedback.state },
  metric: feedback.anomalies[0]?.series.name ?? '',
  updated_ms: Date.parse(feedback.updated_at),
  body: JSON.stringify(feedback),
})

function selection(db: Kysely<Schema>, tenant: string, filter: FeedbackFilter) {
  let found = db.selectFrom('feedback').where('tenant_id', '=', tenant)
  if (filter.target) found = found.where('target', '=', filter.target)
  if (filter.targetId !== undefined) found = found.where('target_id', '=', filter.targetId)
  if (filter.user !== undefined) found = found.where('giver', '=', filter.user)
  if (filter.metric !== undefined) found = found.where('metric', '=', filter.metric)
  if (filter.verdicts.length > 0) found = found.where('verdict', 'in', filter.verdicts)
  if (filter.states.length > 0) found = found.where('state', 'in', filter.states)
  if (filter.startMs !== undefined) found = found.where('updated_ms', '>=', filter.startMs)
  if (filter.endMs !== undefined) found = found.where('updated_ms', '<=', filter.endMs)
  return found
}
