import { Fault } from '../../kernel/fault.ts'
import type { StoredMergeRequest } from '../../port/forge-repository.ts'
import type { ForgeRequests } from './index.ts'
import type { ReviewParts } from './request-parts.ts'

const commitsMax = 250

/** Approvals are of one commit: when the branch moves on they are kept, and count no more. */
export function createReview(
  parts: ReviewParts,
): Pick<ForgeRequests, 'approvals' | 'notApprovable' | 'approve' | 'unapprove' | 'blockedBy' | 'mergeable'> {
  const { records, git, clock, serial, login, tell, must } = parts
  const repository = (tenant: string, project: string) => git.open({ tenant, project })

  const approvals: ForgeRequests['approvals'] = async (tenant, project, request) => {
    const all = await records.approvals(tenant, project, request.number)
    return all.map((one) => ({
      ...one,
      counts: one.headSha === request.headSha && one.by !== request.author && one.by !== login,
    }))
  }

  /** Whose work it is: the author, and whoever pushed one of its commits. */
  async function wroteIt(
    by: string,
    tenant: string,
    project: string,
    request: StoredMergeRequest,
  ): Promise<string | undefined> {
    if (by === login) return 'The platform does not approve changes.'
    if (by === request.author) return 'Nobody approves a merge request of their own.'
    const opened = repository(tenant, project)
    const target = await opened.head(request.target)
    const commits = await opened.log(request.headSha, {
      ...(target ? { not: target } : {}),
      limit: commitsMax,
    })
    const pushers = await records.pushers(tenant, project, [
      request.headSha,
      ...commits.map(({ sha }) => sha),
    ])
    return pushers.includes(by) ? 'Nobody approves commits that they have pushed themselves.' : undefined
  }

  const notApprovable: ForgeRequests['notApprovable'] = async (by, tenant, project, request) => {
    if (request.state !== 'OPEN') return `It is ${request.state.toLowerCase()}.`
    return wroteIt(by, tenant, project, request)
  }

  const mergeable: ForgeRequests['mergeable'] = async (
    tenant,
    project,
    { state, source, target, headSha },
  ) => {
    if (state !== 'OPEN') return null
    const opened = repository(tenant, project)
    const [there, onto] = [await opened.head(source), await opened.head(target)]
    return there === headSha && onto !== undefined && (await opened.mergeable(onto, headSha))
  }

  return {
    approvals,
    notApprovable,
    mergeable,
    approve: (by, tenant, project, number, headSha) =>
      serial.run(tenant, project, async () => {
        const request = await must(tenant, project, number)
        if (request.headSha !== headSha)
          throw new Fault(
            'CONFLICT',
            `The branch has moved on to ${request.headSha.slice(0, 12)}; look at that before you approve it.`,
          )
        const why = await notApprovable(by, tenant, project, request)
        if (why) throw new Fault(request.state === 'OPEN' ? 'PERMISSION_DENIED' : 'CONFLICT', why)
        await records.approve(tenant, project, number, { by, headSha, atMs: clock.now() })
        await repository(tenant, project).keep(`kept/merge-requests/${number}/head`, headSha)
        tell(tenant, project, { kind: 'MERGE_REQUEST', action: 'approved', request, by })
        return request
      }),
    unapprove: (by, tenant, project, number) =>
      serial.run(tenant, project, async () => {
        const request = await must(tenant, project, number)
        if (request.state !== 'OPEN') throw new Fault('CONFLICT', `It is ${request.state.toLowerCase()}.`)
        const was = await records.unapprove(tenant, project, number, by)
        if (was) tell(tenant, project, { kind: 'MERGE_REQUEST', action: 'unapproved', request, by })
        return request
      }),
    async blockedBy(tenant, project, request) {
      if (request.state !== 'OPEN') return [`It is ${request.state.toLowerCase()}.`]
      const settings = await records.project(tenant, project)
      const required = settings?.approvalsRequired ?? 1
      const count = (await approvals(tenant, project, request)).filter(({ counts }) => counts).length
      const statuses = await records.statuses(tenant, project, request.headSha)
      const failed = statuses.filter(({ state }) => state === 'FAILURE').map(({ context }) => context)
      const running = statuses.filter(({ state }) => state === 'RUNNING' || state === 'PENDING')
      const missing = required - count
      return [
        ...((await mergeable(tenant, project, request))
          ? []
          : [`It cannot be merged into ${request.target} without conflict.`]),
        ...(missing > 0
          ? [
              `It needs ${missing} more approval${missing === 1 ? '' : 's'} of this commit, by somebody who did not write it.`,
            ]
          : []),
        ...(failed.length > 0 ? [`Failed: ${failed.join(', ')}.`] : []),
        ...(running.length > 0 ? [`Not finished: ${running.map(({ context }) => context).join(', ')}.`] : []),
      ]
    },
  }
}
