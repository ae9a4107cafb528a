import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import type { MergeRequestState } from '../../../port/forge.ts'
import type { StoredMergeRequest } from '../../../port/forge-repository.ts'
import type { WebRoute } from '../../../port/web-route.ts'
import type { ForgeApiDeps } from '../index.ts'
import { commitForm, diffForm, requestForm } from './form.ts'
import { mergeStatus, requestIn } from './request-in.ts'
import { fields, type GitlabAsked, gitlabRoutes, paged, pagedOf, pageOf, refused } from './route.ts'

const Labels = z.union([
  z.array(z.string()),
  z.string().transform((text) =>
    text
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  ),
])
const NewRequest = z.object({
  source_branch: z.string().min(1),
  target_branch: z.string().min(1),
  title: z.string().min(1),
  description: z.string().default(''),
  labels: Labels.default([]),
})
const RequestChange = z.object({
  title: z.string().min(1).optional(),
  description: z.string().optional(),
  labels: Labels.optional(),
  state_event: z.enum(['close', 'reopen']).optional(),
})
const states: Record<string, MergeRequestState> = { opened: 'OPEN', merged: 'MERGED', closed: 'CLOSED' }

/** Merge requests: opened, listed, changed, and what is in them. */
export function mergeRequestRoutes(deps: ForgeApiDeps): readonly WebRoute[] {
  const { forge, publicUrl } = deps
  const root = '/projects/{id}/merge_requests'
  const read = { method: 'GET', permission: 'deployments:read', action: 'readForge' } as const
  const write = { permission: 'deployments:write', action: 'writeForge' } as const
  const whole = async (asked: GitlabAsked, request: StoredMergeRequest) => {
    const project = await asked.project()
    return requestForm(
      request,
      project,
      publicUrl(),
      await mergeStatus(forge, asked.caller.tenant, project.name, request),
    )
  }

  return gitlabRoutes(deps, [
    {
      ...{
        ...read,
        path: root,
        summary: 'Merge requests, newest first; `state`, `source_branch`, `target_branch`.',
      },
      async run(asked) {
        const { query, caller } = asked
        const project = await asked.project()
        const { size, offset } = pageOf(query)
        const state = query.get('state') ?? 'all'
        if (state !== 'all' && !states[state])
          throw new Fault('VALIDATION_FAILED', 'state does not have a valid value')
        const { requests, total } = await forge.requests.list(caller.tenant, project.name, {
          ...{ state: states[state], limit: size, offset },
          ...{
            source: query.get('source_branch') ?? undefined,
            target: query.get('target_branch') ?? undefined,
          },
        })
        const forms = requests.map((request) =>
          requestForm(request, project, publicUrl(), request.state === 'OPEN' ? 'unchecked' : 'not_open'),
        )
        return paged(query, total, forms)
      },
    },
    {
      ...{ ...write, method: 'POST', path: root, summary: 'Open a merge request.' },
      async run(asked) {
        const { source_branch: source, target_branch: target, ...texts } = fields(NewRequest, asked.body)
        const { name } = await asked.project()
        const { request, isNew } = await forge.requests.open(asked.caller.actor, asked.caller.tenant, name, {
          source,
          target,
          ...texts,
        })
        if (!isNew)
          return refused(409, [
            `Another open merge request already exists for this source branch: !${request.number}`,
          ])
        return { status: 201, json: await whole(asked, request) }
      },
    },
    {
      ...{ ...read, path: `${root}/{iid}`, summary: 'One merge request.' },
      run: async (asked) => ({ json: await whole(asked, (await requestIn(forge, asked)).request) }),
    },
    {
      ...{
        ...write,
        method: 'PUT',
        path: `${root}/{iid}`,
        summary: 'Change title, description or labels; close or reopen.',
      },
      async run(asked) {
        const { state_event: event, ...texts } = fields(RequestChange, asked.body)
        const { project, request } = await requestIn(forge, asked)
        const at = [asked.caller.tenant, project, request.number] as const
        let changed = request
        const { title, description, labels } = texts
        if (title !== undefined || description !== undefined || labels !== undefined)
          changed = await forge.requests.describe(...at, {
            ...(title === undefined ? {} : { title }),
            ...(description === undefined ? {} : { description }),
            ...(labels === undefined ? {} : { labels }),
          })
        if (event === 'close') changed = await forge.requests.close(asked.caller.actor, ...at)
        if (event === 'reopen') changed = await forge.requests.reopen(asked.caller.actor, ...at)
        return { json: await whole(asked, changed) }
      },
    },
    {
      ...{ ...read, path: `${root}/{iid}/commits`, summary: 'Its commits, newest first.' },
      async run(asked) {
        const { project, request } = await requestIn(forge, asked)
        return pagedOf(
          asked.query,
          await forge.requests.commits(asked.caller.tenant, project, request),
          commitForm,
        )
      },
    },
    {
      ...{ ...read, path: `${root}/{iid}/diffs`, summary: 'Its files.' },
      async run(asked) {
        const { project, request } = await requestIn(forge, asked)
        const diff = await forge.compare(asked.caller.tenant, project, request.target, request.headSha)
        return pagedOf(asked.query, diff.diff.files, diffForm)
      },
    },
    {
      ...{ ...read, path: `${root}/{iid}/versions`, summary: 'Its head, and since when that is it.' },
      async run(asked) {
        const { request } = await requestIn(forge, asked)
        const created = new Date(request.headMs).toISOString()
        return {
          json: [
            { id: request.number, head_commit_sha: request.headSha, created_at: created, state: 'collected' },
          ],
        }
      },
    },
  ])
}
