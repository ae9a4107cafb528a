import { z } from 'zod'
import { Remediation, RemediationStatus } from '../model/remediation.ts'
import { Runbook } from '../model/runbook.ts'
import { operations } from './operation.ts'
import { listOf, Page, pageOf } from './page.ts'

const params = z.object({ id: z.string().min(1).max(64) })

export const runbook = operations({
  listRunbooks: {
    method: 'GET',
    path: '/api/v1/runbooks',
    tag: 'runbooks',
    permission: 'runbooks:read',
    errors: [],
    summary:
      'All runbooks, with the file each came from and what is wrong with those that could not be read.',
    response: z.object({
      runbooks: z.array(Runbook),
      problems: z.array(z.object({ file: z.string(), message: z.string() })),
    }),
  },
  executeRunbook: {
    method: 'POST',
    path: '/api/v1/runbooks/{id}/execute',
    tag: 'runbooks',
    permission: 'runbooks:execute',
    status: 202,
    errors: ['NOT_FOUND', 'CONFLICT', 'VALIDATION_FAILED'],
    params,
    summary: 'Propose a runbook for an incident; it runs once approved.',
    body: z.object({ incident_id: z.string() }),
    response: Remediation,
  },
  listRemediations: {
    method: 'GET',
    path: '/api/v1/remediations',
    tag: 'runbooks',
    permission: 'runbooks:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'Runbook runs, newest first.',
    query: Page.extend({ status: listOf(RemediationStatus), incident_id: z.string().optional() }),
    response: pageOf(Remediation),
  },
  getRemediation: {
    method: 'GET',
    path: '/api/v1/remediations/{id}',
    tag: 'runbooks',
    permission: 'runbooks:read',
    errors: ['NOT_FOUND'],
    params,
    summary: 'One run with the result of each step.',
    response: Remediation,
  },
  approveRemediation: {
    method: 'POST',
    path: '/api/v1/remediations/{id}/approve',
    tag: 'runbooks',
    permission: 'runbooks:approve',
    errors: ['NOT_FOUND', 'CONFLICT', 'VALIDATION_FAILED', 'RATE_LIMITED', 'QUEUE_FULL', 'PERMISSION_DENIED'],
    params,
    summary: 'Approve (it runs at once) or reject.',
    body: z.object({ approved: z.boolean(), comment: z.string().max(4_096).optional() }),
    response: Remediation,
  },
  settleRemediation: {
    method: 'POST',
    path: '/api/v1/remediations/{id}/settle',
    tag: 'runbooks',
    permission: 'runbooks:approve',
    errors: ['NOT_FOUND', 'CONFLICT', 'VALIDATION_FAILED'],
    params,
    summary:
      'Decide a step of unknown outcome: it took effect (go on), it did not (run it again), or give up (roll back).',
    body: z.object({
      outcome: z.enum(['TOOK_EFFECT', 'RUN_AGAIN', 'ROLL_BACK']),
      comment: z.string().max(4_096).optional(),
    }),
    response: Remediation,
  },
})
