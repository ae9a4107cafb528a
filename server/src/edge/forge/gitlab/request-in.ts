import { Fault } from '../../../kernel/fault.ts'
import type { StoredMergeRequest } from '../../../port/forge-repository.ts'
import type { ForgeService } from '../../../service/forge/index.ts'
import type { GitlabAsked } from './route.ts'

/** The merge request that a path names. */
export async function requestIn(
  forge: ForgeService,
  asked: GitlabAsked,
): Promise<{ project: string; request: StoredMergeRequest }> {
  const { name } = await asked.project()
  const request = await forge.requests.get(asked.caller.tenant, name, asked.number('iid'))
  if (!request) throw new Fault('NOT_FOUND', 'Not found')
  return { project: name, request }
}

/** GitLab's `detailed_merge_status`, of what stands in the way first. */
export async function mergeStatus(
  forge: ForgeService,
  tenant: string,
  project: string,
  request: StoredMergeRequest,
): Promise<string> {
  if (request.state !== 'OPEN') return 'not_open'
  if (!(await forge.requests.mergeable(tenant, project, request))) return 'conflict'
  const blocked = await forge.requests.blockedBy(tenant, project, request)
  if (blocked.some((why) => why.startsWith('It needs'))) return 'not_approved'
  return blocked.length > 0 ? 'ci_must_pass' : 'mergeable'
}
