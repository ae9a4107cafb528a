import { z } from 'zod'
import { EntityId } from '../model/entity.ts'
import {
  AnomalyVerdict,
  Feedback,
  FeedbackCounts,
  FeedbackEffect,
  FeedbackState,
  FeedbackTarget,
  FeedbackVerdict,
} from '../model/feedback.ts'
import { operations } from './operation.ts'
import { listOf, Page, pageOf, TimeRange } from './page.ts'

const params = z.object({ id: z.string().min(1).max(64) })
const explanation = z.string().max(4_096).default('')

export const feedback = operations({
  labelAnomaly: {
    method: 'POST',
    path: '/api/v1/anomalies/{id}/feedback',
    tag: 'feedback',
    permission: 'incidents:write',
    errors: ['NOT_FOUND', 'VALIDATION_FAILED', 'RATE_LIMITED'],
    summary:
      'Say what an anomaly was. A later word of the same person takes the place of the former; against the platform on HIGH or CRITICAL, or against most others, it needs an explanation of 50 characters.',
    params,
    body: z.object({ verdict: AnomalyVerdict, explanation }),
    response: Feedback,
  },
  labelIncident: {
    method: 'POST',
    path: '/api/v1/incidents/{id}/feedback',
    tag: 'feedback',
    permission: 'incidents:write',
    errors: ['NOT_FOUND', 'VALIDATION_FAILED', 'RATE_LIMITED'],
    summary:
      'Say what an incident was, or whether its cause was right; CAUSE_WRONG names the right one. Whether it was real and whether its cause was right are two questions with a label each.',
    params,
    body: z.object({ verdict: FeedbackVerdict, explanation, cause: EntityId.optional() }),
    response: Feedback,
  },
  listFeedback: {
    method: 'GET',
    path: '/api/v1/feedback',
    tag: 'feedback',
    permission: 'incidents:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'Labels, newest first, with counts of all that fit.',
    query: Page.extend({
      ...TimeRange.shape,
      target: FeedbackTarget.optional(),
      target_id: z.string().max(64).optional(),
      user: z.string().max(256).optional(),
      metric: z.string().max(1_024).optional(),
      verdict: listOf(FeedbackVerdict),
      state: listOf(FeedbackState),
    }),
    response: pageOf(Feedback).extend({ counts: FeedbackCounts }),
  },
  getFeedbackEffect: {
    method: 'GET',
    path: '/api/v1/feedback/effect',
    tag: 'feedback',
    permission: 'incidents:read',
    errors: [],
    summary:
      'What labels have done: precision and recall without and with what was learned, on labels it was not learned from.',
    response: FeedbackEffect,
  },
  deleteFeedback: {
    method: 'DELETE',
    path: '/api/v1/feedback/{id}',
    tag: 'feedback',
    permission: 'incidents:write',
    status: 204,
    errors: ['NOT_FOUND', 'PERMISSION_DENIED'],
    summary:
      "Take a label back: your own, or anyone's with detection:write. What was learned from it is learned anew without it.",
    params,
    response: z.null(),
  },
  reviewFeedback: {
    method: 'POST',
    path: '/api/v1/feedback/{id}/review',
    tag: 'feedback',
    permission: 'detection:write',
    errors: ['NOT_FOUND', 'CONFLICT', 'VALIDATION_FAILED'],
    summary: 'Accept or reject a label; nobody reviews their own.',
    params,
    body: z.object({ decision: z.enum(['ACCEPT', 'REJECT']), comment: z.string().max(4_096).default('') }),
    response: Feedback,
  },
})
