import { z } from 'zod'
import { TerraformStateLock, TerraformStateSummary, TerraformStateVersion } from '../model/terraform-state.ts'
import { operations } from './operation.ts'

const params = z.object({ project: z.string().min(1).max(200), name: z.string().min(1).max(200) })

/** What people need beside the engines' own http backend, which is at /api/v4/projects/{project}/terraform/state/{name}. */
export const terraformState = operations({
  listTerraformStates: {
    method: 'GET',
    path: '/api/v1/terraform/states',
    tag: 'deployments',
    permission: 'deployments:read',
    errors: [],
    summary: 'The states of infrastructure that are kept here, with their newest version and lock.',
    response: z.object({ states: z.array(TerraformStateSummary) }),
  },
  listTerraformStateVersions: {
    method: 'GET',
    path: '/api/v1/terraform/states/{project}/{name}/versions',
    tag: 'deployments',
    permission: 'deployments:read',
    errors: [],
    summary: 'The versions of a state that are kept, newest first.',
    params,
    response: z.object({ versions: z.array(TerraformStateVersion) }),
  },
  unlockTerraformState: {
    method: 'POST',
    path: '/api/v1/terraform/states/{project}/{name}/unlock',
    tag: 'deployments',
    permission: 'deployments:approve',
    errors: ['NOT_FOUND'],
    summary:
      'Give back the lock of a state whose run has died. Locks never end by themselves: one that still runs looks the same.',
    params,
    response: TerraformStateLock,
  },
  rollbackTerraformState: {
    method: 'POST',
    path: '/api/v1/terraform/states/{project}/{name}/rollback',
    tag: 'deployments',
    permission: 'deployments:approve',
    errors: ['NOT_FOUND', 'CONFLICT', 'VALIDATION_FAILED'],
    summary:
      'Go back to a former version of a state: a new version with its content. Infrastructure is not touched.',
    params,
    body: z.object({ number: z.number().int().min(1) }),
    response: TerraformStateVersion,
  },
})
