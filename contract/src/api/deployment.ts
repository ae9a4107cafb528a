import { z } from 'zod'
import { Deployment, DeploymentState, VariableChange } from '../model/deployment.ts'
import { DriftCheck } from '../model/drift.ts'
import { ServiceName } from '../model/provider.ts'
import { Time } from '../model/time.ts'
import { operations } from './operation.ts'
import { listOf, Page, pageOf, TimeRange } from './page.ts'

const id = z.object({ id: z.string() })

export const deployment = operations({
  listDeployments: {
    method: 'GET',
    path: '/api/v1/deployments',
    tag: 'deployments',
    permission: 'deployments:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'Changes through Git, newest first.',
    query: Page.extend(TimeRange.shape).extend({
      service: listOf(ServiceName),
      state: listOf(DeploymentState),
    }),
    response: pageOf(Deployment),
  },
  getDeployment: {
    method: 'GET',
    path: '/api/v1/deployments/{id}',
    tag: 'deployments',
    permission: 'deployments:read',
    errors: ['NOT_FOUND'],
    summary: 'One change through Git: request, plan, policy, approvals, what was watched afterwards.',
    params: id,
    response: Deployment,
  },
  proposeDeployment: {
    method: 'POST',
    path: '/api/v1/deployments',
    tag: 'deployments',
    permission: 'deployments:write',
    status: 202,
    errors: ['VALIDATION_FAILED', 'CONFLICT', 'NOT_FOUND'],
    summary: 'Propose a change of variables of an infrastructure repository; it goes the way of every other.',
    body: z.object({
      service: ServiceName,
      title: z.string().min(1).max(200),
      explanation: z.string().max(10_000).default(''),
      repository: z.string().optional(),
      stack: z.string().optional(),
      changes: z
        .array(VariableChange.omit({ before: true }))
        .min(1)
        .max(50),
    }),
    response: Deployment,
  },
  approveDeployment: {
    method: 'POST',
    path: '/api/v1/deployments/{id}/approve',
    tag: 'deployments',
    permission: 'deployments:approve',
    errors: ['NOT_FOUND', 'CONFLICT', 'PERMISSION_DENIED'],
    summary:
      'Approve exactly this head and this plan; refused where either has moved on, or where the author asks.',
    params: id,
    body: z.object({
      head_sha: z.string(),
      plan_sha256: z.string(),
      comment: z.string().max(2_000).nullable().default(null),
    }),
    response: Deployment,
  },
  closeDeployment: {
    method: 'POST',
    path: '/api/v1/deployments/{id}/close',
    tag: 'deployments',
    permission: 'deployments:write',
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary: 'Close one that was not merged.',
    params: id,
    body: z.object({ reason: z.string().min(1).max(2_000) }),
    response: Deployment,
  },
  planDeployment: {
    method: 'POST',
    path: '/api/v1/deployments/{id}/plan',
    tag: 'deployments',
    permission: 'deployments:write',
    status: 202,
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary: 'Plan again, as `aiops plan` in the merge request does; approvals of the older plan fall away.',
    params: id,
    body: z.object({}),
    response: Deployment,
  },
  revertDeployment: {
    method: 'POST',
    path: '/api/v1/deployments/{id}/revert',
    tag: 'deployments',
    permission: 'deployments:write',
    status: 202,
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary: 'Take back one that was applied: a commit that undoes it, a new plan, the same gate.',
    params: id,
    body: z.object({ reason: z.string().min(1).max(2_000) }),
    response: Deployment,
  },
  reviewOverride: {
    method: 'POST',
    path: '/api/v1/deployments/{id}/review',
    tag: 'deployments',
    permission: 'deployments:approve',
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary: 'Say that an emergency override was looked at afterwards, and what is to be learnt.',
    params: id,
    body: z.object({ right: z.boolean(), comment: z.string().min(1).max(10_000) }),
    response: Deployment,
  },
  tellDeployment: {
    method: 'POST',
    path: '/api/v1/deployments/events',
    tag: 'deployments',
    permission: 'deployments:write',
    status: 202,
    errors: ['VALIDATION_FAILED'],
    summary:
      'Tell how far a pipeline is with a change: where nothing here applies plans, its success after the merge is what counts as applied. Told of a branch or commit that is no deployment of ours, it is kept as an event.',
    body: z.object({
      branch: z.string().max(500).optional(),
      commit: z.string().max(64).optional(),
      status: z.enum(['PENDING', 'RUNNING', 'SUCCESS', 'FAILED', 'CANCELED']),
      at: Time.optional(),
      url: z
        .url({ protocol: /^https?$/ })
        .max(2_000)
        .optional(),
      message: z.string().max(2_000).optional(),
    }),
    response: z.object({ deployment_id: z.string().nullable() }),
  },
  listDeploymentEvents: {
    method: 'GET',
    path: '/api/v1/deployments/events',
    tag: 'deployments',
    permission: 'deployments:read',
    errors: [],
    summary: 'What pipelines told since the last start, newest first: the last 200.',
    response: z.object({
      events: z.array(
        z.object({
          branch: z.string().nullable(),
          commit: z.string().nullable(),
          status: z.enum(['PENDING', 'RUNNING', 'SUCCESS', 'FAILED', 'CANCELED']),
          at: Time,
          url: z.string().nullable(),
          message: z.string().nullable(),
          actor: z.string(),
          deployment_id: z.string().nullable(),
        }),
      ),
    }),
  },
  listDrift: {
    method: 'GET',
    path: '/api/v1/deployments/drift',
    tag: 'deployments',
    permission: 'deployments:read',
    errors: [],
    summary: 'What is otherwise than Git says, by stack, as of the last look.',
    response: z.object({ checks: z.array(DriftCheck), interval_seconds: z.number() }),
  },
  checkDrift: {
    method: 'POST',
    path: '/api/v1/deployments/drift/detect',
    tag: 'deployments',
    permission: 'deployments:write',
    errors: ['UPSTREAM_FAILED'],
    summary: 'Look now.',
    body: z.object({ repository: z.string().optional(), stack: z.string().optional() }),
    response: z.object({ checks: z.array(DriftCheck) }),
  },
  getDeploymentControl: {
    method: 'GET',
    path: '/api/v1/deployments/control',
    tag: 'deployments',
    permission: 'deployments:read',
    errors: [],
    summary: 'Kill switch, freeze windows, how many are open, and what plans and applies here.',
    response: z.object({
      kill_switch: z.object({
        on: z.boolean(),
        by: z.string().nullable(),
        at: Time.nullable(),
        reason: z.string().nullable(),
      }),
      freezes: z.array(
        z.object({
          name: z.string(),
          active: z.boolean(),
          next_start: Time.nullable(),
          next_end: Time.nullable(),
        }),
      ),
      open: z.number().int(),
      open_max: z.number().int(),
      engine: z.object({ name: z.string(), version: z.string() }).nullable(),
      repositories: z.array(
        z.object({
          name: z.string(),
          forge: z.string(),
          url: z.string(),
          stacks: z.array(z.string()),
          error: z.string().nullable(),
        }),
      ),
    }),
  },
  setKillSwitch: {
    method: 'PUT',
    path: '/api/v1/deployments/control/kill-switch',
    tag: 'deployments',
    permission: 'deployments:approve',
    errors: ['VALIDATION_FAILED'],
    summary: 'Stop everything that has not been applied, at once, or let it go on.',
    body: z.object({ on: z.boolean(), reason: z.string().min(1).max(1_000) }),
    response: z.object({ on: z.boolean(), at: Time }),
  },
})
