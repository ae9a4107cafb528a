import { z } from 'zod'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault, isFault } from '../../../kernel/fault.ts'
import type { WebRoute } from '../../../port/web-route.ts'
import type { ForgeApiDeps } from '../index.ts'
import { noteForm, requestForm, statusForm, userForm } from './form.ts'
import { requestIn } from './request-in.ts'
import { fields, type GitlabAsked, gitlabRoutes, pagedOf, refused } from './route.ts'

const sha = z.string().regex(/^[0-9a-f]{40}$/)
const Seen = z.object({ sha })
const Merge = z.object({ sha, merge_commit_message: z.string().max(65_536).optional() })
const Note = z.object({ body: z.string().min(1) })
const Status = z.object({
  state: z.enum(['pending', 'running', 'success', 'failed', 'canceled', 'skipped']),
  name: z.string().min(1).max(255).optional(),
  context: z.string().min(1).max(255).optional(),
  description: z.string().default(''),
  target_url: z.string().max(2_000).optional(),
})
const stateOf = {
  pending: 'PENDING',
  running: 'RUNNING',
  success: 'SUCCESS',
  failed: 'FAILURE',
  canceled: 'FAILURE',
  skipped: 'SUCCESS',
} as const

/** Approvals and merges of the commit that was seen, notes, and statuses of commits. */
export function reviewRoutes(deps: ForgeApiDeps): readonly WebRoute[] {
  const { forge, publicUrl } = deps
  const root = '/projects/{id}/merge_requests/{iid}'
  const read = { method: 'GET', permission: 'deployments:read', action: 'readForge' } as const
  const write = { permission: 'deployments:write', action: 'writeForge' } as const
  const approve = { permission: 'deployments:approve', action: 'reviewInForge' } as const

  async function approvalsOf(asked: GitlabAsked) {
    const { project, request } = await requestIn(forge, asked)
    const { tenant, actor } = asked.caller
    const all = await forge.requests.approvals(tenant, project, request)
    const { approvalsRequired } = await asked.project()
    const counted = all.filter(({ counts }) => counts)
    return {
      ...{ iid: request.number, approved: counted.length >= approvalsRequired },
      ...{
        approvals_required: approvalsRequired,
        approvals_left: Math.max(0, approvalsRequired - counted.length),
      },
      user_has_approved: counted.some(({ by }) => by === actor),
      // `sha` and `counts` are ours: GitLab does not say what was approved.
      approved_by: all.map(({ by, atMs, headSha, counts }) => ({
        ...{ user: userForm(by), approved_at: isoTime(atMs), sha: headSha, counts },
      })),
    }
  }
  async function merge(asked: GitlabAsked) {
    const { sha: headSha, merge_commit_message: message } = fields(Merge, asked.body)
    const { project, request } = await requestIn(forge, asked)
    if (request.headSha !== headSha)
      return refused(409, `SHA does not match HEAD of source branch: ${request.headSha}`)
    try {
      const merged = await forge.requests.merge(
        asked.caller.actor,
        asked.caller.tenant,
        project,
        request.number,
        {
          ...{ headSha, rule: 'PEOPLE' },
          ...(message === undefined ? {} : { message }),
        },
      )
      return { json: requestForm(merged, await asked.project(), publicUrl(), 'not_open') }
    } catch (error) {
      if (isFault(error) && error.code === 'CONFLICT')
        return refused(405, `405 Method Not Allowed: ${error.message}`)
      throw error
    }
  }

  return gitlabRoutes(deps, [
    {
      ...{ ...read, path: `${root}/approvals`, summary: 'Who approved which commit.' },
      run: async (asked) => ({ json: await approvalsOf(asked) }),
    },
    {
      ...{
        ...approve,
        method: 'POST',
        path: `${root}/approve`,
        summary: 'Approve the commit `sha`, which must be the head.',
      },
      async run(asked) {
        const { sha: headSha } = fields(Seen, asked.body)
        const { project, request } = await requestIn(forge, asked)
        await forge.requests.approve(
          asked.caller.actor,
          asked.caller.tenant,
          project,
          request.number,
          headSha,
        )
        return { status: 201, json: await approvalsOf(asked) }
      },
    },
    {
      ...{ ...approve, method: 'POST', path: `${root}/unapprove`, summary: 'Take your approval back.' },
      async run(asked) {
        const { project, request } = await requestIn(forge, asked)
        await forge.requests.unapprove(asked.caller.actor, asked.caller.tenant, project, request.number)
        return { status: 201, json: await approvalsOf(asked) }
      },
    },
    {
      ...{
        ...approve,
        method: 'PUT',
        path: `${root}/merge`,
        summary: 'Merge the commit `sha`, which must be the head.',
      },
      run: merge,
    },
    {
      ...{ ...read, path: `${root}/notes`, summary: 'Its notes; `sort=asc` for the oldest first.' },
      async run(asked) {
        const { project, request } = await requestIn(forge, asked)
        const notes = await forge.requests.notes(asked.caller.tenant, project, request.number)
        const sorted = asked.query.get('sort') === 'asc' ? notes : notes.toReversed()
        return pagedOf(asked.query, sorted, (note) => noteForm(note, request.number))
      },
    },
    {
      ...{ ...write, method: 'POST', path: `${root}/notes`, summary: 'Write a note.' },
      async run(asked) {
        const { body } = fields(Note, asked.body)
        const { project, request } = await requestIn(forge, asked)
        const note = await forge.requests.note(
          asked.caller.actor,
          asked.caller.tenant,
          project,
          request.number,
          body,
          null,
        )
        return { status: 201, json: noteForm(note, request.number) }
      },
    },
    {
      ...{ ...write, method: 'PUT', path: `${root}/notes/{note}`, summary: 'Change a note of your own.' },
      async run(asked) {
        const { body } = fields(Note, asked.body)
        const { project, request } = await requestIn(forge, asked)
        const at = [asked.caller.actor, asked.caller.tenant, project, request.number] as const
        return {
          json: noteForm(await forge.requests.editNote(...at, asked.number('note'), body), request.number),
        }
      },
    },
    {
      ...{
        ...read,
        path: '/projects/{id}/repository/commits/{sha}/statuses',
        summary: 'Statuses of a commit.',
      },
      async run(asked) {
        const { name } = await asked.project()
        const commit = asked.part('sha')
        const found = await forge.requests.statuses(asked.caller.tenant, name, commit)
        return pagedOf(asked.query, found, (status) => statusForm(commit, status))
      },
    },
    {
      ...{
        ...write,
        method: 'POST',
        path: '/projects/{id}/statuses/{sha}',
        summary: 'Set the status of a commit.',
      },
      async run(asked) {
        const { name } = await asked.project()
        const commit = asked.part('sha')
        if (!/^[0-9a-f]{40}$/.test(commit)) throw new Fault('NOT_FOUND', 'Commit Not Found')
        const { state, name: label, context, description, target_url: url } = fields(Status, asked.body)
        const status = await forge.requests.setStatus(asked.caller.actor, asked.caller.tenant, name, commit, {
          state: stateOf[state],
          ...{ context: label ?? context ?? 'default', description },
          ...(url === undefined ? {} : { url }),
        })
        return { status: 201, json: statusForm(commit, status) }
      },
    },
  ])
}
