import { ForgeProjectName } from '@aiops/contract/model/merge-request'
import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import type { StoredProject } from '../../../port/forge-repository.ts'
import type { WebRoute } from '../../../port/web-route.ts'
import type { ForgeApiDeps } from '../index.ts'
import { hookForm, projectForm, protectionForm, userForm } from './form.ts'
import { fields, gitlabRoutes, pagedOf } from './route.ts'

const flag = z.union([z.boolean(), z.stringbool()])
const NewProject = z.object({
  name: z.string().optional(),
  path: z.string().optional(),
  description: z.string().max(1_000).default(''),
  default_branch: z.string().min(1).max(200).default('main'),
})
const NewProtection = z.object({
  name: z.string().min(1).max(200),
  push_access_level: z.coerce.number().int().default(0),
})
const NewHook = z.object({
  url: z.string().min(1).max(2_000),
  token: z.string().max(500).optional(),
  push_events: flag.default(true),
  merge_requests_events: flag.default(false),
  note_events: flag.default(false),
})

/** Version, user, projects, protected branches and webhooks. */
export function projectRoutes(deps: ForgeApiDeps): readonly WebRoute[] {
  const { forge, publicUrl, version } = deps
  const form = async (tenant: string, project: StoredProject) => {
    const { head_sha: head } = await forge.projects.view(tenant, project)
    return projectForm(tenant, project, publicUrl(), head === null)
  }
  const read = { method: 'GET', permission: 'deployments:read', action: 'readForge' } as const
  const set = { permission: 'deployments:approve', action: 'configureForge' } as const
  return gitlabRoutes(deps, [
    {
      ...{ ...read, path: '/version', summary: 'Which API this is a part of.' },
      run: async () => ({
        json: { version: `16.0.0-aiops-${version}`, revision: version, enterprise: false },
      }),
    },
    {
      ...{ ...read, path: '/user', summary: 'Who asks.' },
      run: async ({ caller }) => ({ json: userForm(caller.actor) }),
    },
    {
      ...{ ...read, path: '/projects', summary: 'Repositories.' },
      async run({ caller, query }) {
        const search = query.get('search') ?? ''
        const found: StoredProject[] = []
        for (const { name } of await forge.projects.list(caller.tenant))
          if (name.includes(search)) found.push(await forge.projects.find(caller.tenant, name))
        const answer = pagedOf(query, found, (project) => project)
        const shown = answer.json as StoredProject[]
        return { ...answer, json: await Promise.all(shown.map((project) => form(caller.tenant, project))) }
      },
    },
    {
      ...{ ...set, method: 'POST', path: '/projects', summary: 'Make an empty repository.' },
      async run({ caller, body }) {
        const { name, path, description, default_branch: defaultBranch } = fields(NewProject, body)
        const chosen = ForgeProjectName.safeParse(path ?? name)
        if (!chosen.success)
          throw new Fault('VALIDATION_FAILED', 'path is missing or no name for a repository')
        const made = { name: chosen.data, description, defaultBranch, approvalsRequired: 1 }
        return { status: 201, json: await form(caller.tenant, await forge.projects.create(caller, made)) }
      },
    },
    {
      ...{ ...read, path: '/projects/{id}', summary: 'One repository.' },
      run: async ({ caller, project }) => ({ json: await form(caller.tenant, await project()) }),
    },
    {
      ...{ ...read, path: '/projects/{id}/protected_branches', summary: 'Protected branches.' },
      async run({ caller, project, query }) {
        const { name } = await project()
        return pagedOf(query, await forge.projects.protections(caller.tenant, name), protectionForm)
      },
    },
    {
      ...{ ...set, method: 'POST', path: '/projects/{id}/protected_branches' },
      summary: 'Protect a branch, or all that a pattern with `*` means.',
      async run({ caller, project, body }) {
        const { name } = await project()
        const { name: pattern, push_access_level: level } = fields(NewProtection, body)
        const protection = { pattern, push: level >= 30 ? ('APPROVERS' as const) : ('NOBODY' as const) }
        await forge.projects.protect(caller.tenant, name, protection)
        return { status: 201, json: protectionForm(protection) }
      },
    },
    {
      ...{ ...set, method: 'DELETE', path: '/projects/{id}/protected_branches/{name}' },
      summary: 'Protect a branch no longer.',
      async run({ caller, project, part }) {
        const { name, defaultBranch } = await project()
        if (part('name') === defaultBranch)
          throw new Fault('PERMISSION_DENIED', 'The default branch stays protected.')
        if (!(await forge.projects.unprotect(caller.tenant, name, part('name'))))
          throw new Fault('NOT_FOUND', 'Not found')
        return { status: 204 }
      },
    },
    {
      ...{ ...set, method: 'GET', path: '/projects/{id}/hooks', summary: 'Webhooks, without their tokens.' },
      async run({ caller, project, query }) {
        const found = await project()
        return pagedOf(query, await forge.projects.hooks(caller.tenant, found.name), (hook) =>
          hookForm(hook, found),
        )
      },
    },
    {
      ...{ ...set, method: 'POST', path: '/projects/{id}/hooks', summary: 'Add a webhook.' },
      async run({ caller, project, body }) {
        const found = await project()
        const { url, token, ...wanted } = fields(NewHook, body)
        const events = [
          ...(wanted.push_events ? (['PUSH'] as const) : []),
          ...(wanted.merge_requests_events ? (['MERGE_REQUEST'] as const) : []),
          ...(wanted.note_events ? (['NOTE'] as const) : []),
        ]
        const hook = await forge.projects.addHook(caller.tenant, found.name, {
          url,
          token: token ?? null,
          events,
        })
        return { status: 201, json: hookForm(hook, found) }
      },
    },
    {
      ...{ ...set, method: 'DELETE', path: '/projects/{id}/hooks/{hook}', summary: 'Remove a webhook.' },
      async run({ caller, project, number }) {
        const { name } = await project()
        if (!(await forge.projects.deleteHook(caller.tenant, name, number('hook'))))
          throw new Fault('NOT_FOUND', 'Not found')
        return { status: 204 }
      },
    },
  ])
}
