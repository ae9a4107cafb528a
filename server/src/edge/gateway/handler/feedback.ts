import { durationMs } from '@aiops/contract/model/time'
import type { Learning } from '../../../service/learning/index.ts'
import type { Handler } from '../handler-deps.ts'

type FeedbackHandlers = {
  [K in
    | 'labelAnomaly'
    | 'labelIncident'
    | 'listFeedback'
    | 'getFeedbackEffect'
    | 'deleteFeedback'
    | 'reviewFeedback']: Handler<K>
}

const msOf = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time)

/** What people say of findings: given, listed, reviewed and taken back, each in the name of whoever asks. */
export const feedbackHandlers = ({
  learning,
  clock,
}: {
  learning: Learning
  clock: { now(): number }
}): FeedbackHandlers => ({
  labelAnomaly: ({ params, body }, { tenant, actor }) =>
    learning.label(tenant, actor, { target: 'ANOMALY', id: params.id, ...body }),
  labelIncident: ({ params, body }, { tenant, actor }) =>
    learning.label(tenant, actor, { target: 'INCIDENT', id: params.id, ...body }),
  async listFeedback({ query }, { tenant }) {
    const { page, page_size, target, target_id, user, metric, verdict, state } = query
    const endMs = msOf(query.end)
    const { labels, counts } = await learning.labels(tenant, {
      ...{ target, targetId: target_id, user, metric, verdicts: verdict, states: state, endMs },
      startMs:
        query.duration === undefined
          ? msOf(query.start)
          : (endMs ?? clock.now()) - durationMs(query.duration),
      ...{ limit: page_size, offset: (page - 1) * page_size },
    })
    const { total } = counts
    return { items: labels, counts, total, page, page_size, total_pages: Math.ceil(total / page_size) }
  },
  getFeedbackEffect: (_, { tenant }) => learning.effect(tenant),
  async deleteFeedback({ params }, { tenant, actor, permissions }) {
    await learning.withdraw(tenant, params.id, actor, permissions.includes('detection:write'))
    return null
  },
  reviewFeedback: ({ params, body }, { tenant, actor }) =>
    learning.review(tenant, params.id, actor, body.decision, body.comment),
})
