import type { ForgeService } from '../../../service/forge/index.ts'
import type { Handler } from '../handler-deps.ts'

type ForgeHandlers = {
  [K in
    | 'listForgeProjects'
    | 'createForgeProject'
    | 'listMergeRequests'
    | 'getMergeRequest'
    | 'getMergeRequestDiff'
    | 'approveMergeRequest'
    | 'unapproveMergeRequest'
    | 'mergeMergeRequest'
    | 'closeMergeRequest'
    | 'addMergeRequestNote'
    | 'getForgeTree'
    | 'getForgeFile']: Handler<K>
}

export const forgeHandlers = (forge: ForgeService): ForgeHandlers => {
  const { projects, requests, views } = forge
  /** Throws NOT_FOUND for a repository of another tenant as for one that is not. */
  const known = async (tenant: string, project: string): Promise<string> =>
    (await projects.find(tenant, project)).name
  return {
    listForgeProjects: async (_, { tenant }) => ({
      git: await projects.version(),
      projects: await projects.list(tenant),
    }),
    async createForgeProject({ body }, caller) {
      const { default_branch: defaultBranch, approvals_required: approvalsRequired, ...rest } = body
      const made = await projects.create(caller, { ...rest, defaultBranch, approvalsRequired })
      return projects.view(caller.tenant, made)
    },
    async listMergeRequests({ params, query }, { tenant }) {
      const project = await known(tenant, params.project)
      const { page, page_size: size, state } = query
      const found = await requests.list(tenant, project, { state, limit: size, offset: (page - 1) * size })
      return {
        items: found.requests.map((request) => views.request(tenant, project, request)),
        ...{ total: found.total, page, page_size: size, total_pages: Math.ceil(found.total / size) },
      }
    },
    getMergeRequest: ({ params }, caller) => views.detail(caller, params.project, params.number),
    getMergeRequestDiff: ({ params }, { tenant }) => views.diff(tenant, params.project, params.number),
    async approveMergeRequest({ params, body }, caller) {
      const project = await known(caller.tenant, params.project)
      await requests.approve(caller.actor, caller.tenant, project, params.number, body.head_sha)
      return views.detail(caller, project, params.number)
    },
    async unapproveMergeRequest({ params }, caller) {
      const project = await known(caller.tenant, params.project)
      await requests.unapprove(caller.actor, caller.tenant, project, params.number)
      return views.detail(caller, project, params.number)
    },
    async mergeMergeRequest({ params, body }, caller) {
      const project = await known(caller.tenant, params.project)
      const guard = { headSha: body.head_sha, rule: 'PEOPLE' as const }
      await requests.merge(caller.actor, caller.tenant, project, params.number, guard)
      return views.detail(caller, project, params.number)
    },
    async closeMergeRequest({ params }, caller) {
      const project = await known(caller.tenant, params.project)
      await requests.close(caller.actor, caller.tenant, project, params.number)
      return views.detail(caller, project, params.number)
    },
    async addMergeRequestNote({ params, body }, caller) {
      const project = await known(caller.tenant, params.project)
      const note = await requests.note(caller.actor, caller.tenant, project, params.number, body.text, null)
      return views.note(note)
    },
    getForgeTree: ({ params, query }, { tenant }) => views.tree(tenant, params.project, query),
    getForgeFile: ({ params, query }, { tenant }) => views.file(tenant, params.project, query),
  }
}
