import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import type { FileChange } from '../../../port/forge.ts'
import type { GitRepository } from '../../../port/git-repositories.ts'
import type { WebRoute } from '../../../port/web-route.ts'
import type { ForgeApiDeps } from '../index.ts'
import { branchForm, commitForm, diffForm, entryForm } from './form.ts'
import { fields, type GitlabAsked, gitlabRoutes, pagedOf, pageOf } from './route.ts'

const entriesMax = 5_000
const commitsMax = 1_000

const NewBranch = z.object({ branch: z.string().min(1), ref: z.string().min(1) })
const Action = z.object({
  action: z.enum(['create', 'update', 'delete']),
  file_path: z.string(),
  content: z.string().default(''),
  encoding: z.enum(['text', 'base64']).default('text'),
  last_commit_id: z.string().optional(),
})
const NewCommit = z.object({
  branch: z.string().min(1),
  commit_message: z.string().min(1).max(65_536),
  start_branch: z.string().optional(),
  start_sha: z.string().optional(),
  actions: z.array(Action).min(1).max(500),
})
type Action = z.output<typeof Action>

/** Branches, files, commits, and what lies between two. */
export function repositoryRoutes(deps: ForgeApiDeps): readonly WebRoute[] {
  const { forge } = deps
  const root = '/projects/{id}/repository'
  const read = { method: 'GET', permission: 'deployments:read', action: 'readForge' } as const
  const write = { permission: 'deployments:write', action: 'writeForge' } as const

  async function opened({ caller, project }: GitlabAsked) {
    const found = await project()
    const { tenant } = caller
    return { ...found, tenant, repository: forge.git.open({ tenant, project: found.name }) }
  }
  async function branchOf(asked: GitlabAsked, name: string) {
    const { tenant, name: project, defaultBranch, repository } = await opened(asked)
    const sha = await repository.head(name)
    const [commit] = sha ? await repository.log(sha, { limit: 1 }) : []
    if (!commit) throw new Fault('NOT_FOUND', 'Branch Not Found')
    const isProtected = await forge.projects.isProtected(tenant, project, name)
    const form = branchForm(
      { name, sha: commit.sha, committedMs: commit.committedMs },
      isProtected,
      name === defaultBranch,
    )
    return { ...form, commit: commitForm(commit) }
  }
  async function fileOf(asked: GitlabAsked) {
    const { repository, defaultBranch } = await opened(asked)
    const path = asked.part('path')
    const ref = asked.query.get('ref') ?? defaultBranch
    const commit = await repository.resolve(ref === 'HEAD' ? defaultBranch : ref)
    const bytes = commit && (await repository.readFile(commit, path))
    if (!commit || !bytes) throw new Fault('NOT_FOUND', 'File Not Found')
    return { repository, path, ref, commit, bytes }
  }

  return gitlabRoutes(deps, [
    {
      ...{ ...read, path: `${root}/branches`, summary: 'Branches; `search` as `^beginning`, or any part.' },
      async run(asked) {
        const { tenant, name: project, defaultBranch } = await opened(asked)
        const search = asked.query.get('search') ?? ''
        const all = await forge.branches(tenant, project, search.startsWith('^') ? search.slice(1) : '')
        const found = all.filter(({ name }) => search.startsWith('^') || name.includes(search))
        const forms = found.map(async (branch) =>
          branchForm(
            branch,
            await forge.projects.isProtected(tenant, project, branch.name),
            branch.name === defaultBranch,
          ),
        )
        return pagedOf(asked.query, await Promise.all(forms), (form) => form)
      },
    },
    {
      ...{ ...read, path: `${root}/branches/{branch}`, summary: 'One branch.' },
      run: async (asked) => ({ json: await branchOf(asked, asked.part('branch')) }),
    },
    {
      ...{ ...write, method: 'POST', path: `${root}/branches`, summary: 'Make a branch.' },
      async run(asked) {
        const { branch, ref } = fields(NewBranch, {
          ...Object.fromEntries(asked.query),
          ...(asked.body as object),
        })
        await forge.createBranch(asked.caller, (await asked.project()).name, branch, ref)
        return { status: 201, json: await branchOf(asked, branch) }
      },
    },
    {
      ...{ ...write, method: 'DELETE', path: `${root}/branches/{branch}`, summary: 'Delete a branch.' },
      async run(asked) {
        await forge.deleteBranch(asked.caller, (await asked.project()).name, asked.part('branch'))
        return { status: 204 }
      },
    },
    {
      ...{ ...read, path: `${root}/tree`, summary: 'What lies in a folder; `recursive=true` for all below.' },
      async run(asked) {
        const { repository, defaultBranch } = await opened(asked)
        const { query } = asked
        const recursive = query.get('recursive') === 'true'
        const found = await repository.list(
          ...([query.get('ref') ?? defaultBranch, (query.get('path') ?? '').replace(/\/$/, '')] as const),
          ...([entriesMax, recursive] as const),
        )
        if (!found) throw new Fault('NOT_FOUND', 'Tree Not Found')
        return pagedOf(query, found.entries, entryForm)
      },
    },
    {
      ...{ ...read, path: `${root}/files/{path}/raw`, summary: 'A file as it is.' },
      run: async (asked) => ({ bytes: (await fileOf(asked)).bytes }),
    },
    {
      ...{ ...read, path: `${root}/files/{path}`, summary: 'A file in base64, with what is known of it.' },
      async run(asked) {
        const { repository, path, ref, commit, bytes } = await fileOf(asked)
        const [last] = await repository.log(commit, { path, limit: 1 })
        const blob = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
        return {
          json: {
            ...{ file_name: path.slice(path.lastIndexOf('/') + 1), file_path: path, size: bytes.length },
            ...{ encoding: 'base64', content: bytes.toString('base64'), ref, blob_id: blob },
            content_sha256: createHash('sha256').update(bytes).digest('hex'),
            ...{ commit_id: commit, last_commit_id: last?.sha ?? commit },
          },
        }
      },
    },
    {
      ...{ ...read, path: `${root}/blobs/{sha}/raw`, summary: 'A file by its own hash.' },
      async run(asked) {
        const bytes = await (await opened(asked)).repository.readBlob(asked.part('sha'))
        if (!bytes) throw new Fault('NOT_FOUND', 'Blob Not Found')
        return { bytes }
      },
    },
    {
      ...{ ...read, path: `${root}/compare`, summary: 'Commits and files between two branches or commits.' },
      async run(asked) {
        const { tenant, name } = await opened(asked)
        const { query } = asked
        const [from, to] = [query.get('from') ?? '', query.get('to') ?? '']
        const { commits, diff } = await forge.compare(tenant, name, from, to)
        const forms = commits.map(commitForm)
        return {
          json: {
            ...{ commit: forms[0] ?? null, commits: forms.reverse(), diffs: diff.files.map(diffForm) },
            ...{ compare_timeout: diff.truncated, compare_same_ref: from === to },
          },
        }
      },
    },
    {
      ...{ ...read, path: `${root}/commits`, summary: 'Commits of a branch, newest first.' },
      async run(asked) {
        const { repository, defaultBranch } = await opened(asked)
        const { query } = asked
        const { size, offset } = pageOf(query)
        const path = query.get('path')
        const limit = Math.min(offset + size, commitsMax)
        const found = await repository.log(query.get('ref_name') ?? defaultBranch, {
          limit,
          ...(path ? { path } : {}),
        })
        return { json: found.slice(offset).map(commitForm) }
      },
    },
    {
      ...{ ...read, path: `${root}/commits/{sha}`, summary: 'One commit.' },
      async run(asked) {
        const { repository } = await opened(asked)
        const sha = await repository.resolve(asked.part('sha'))
        const [commit] = sha ? await repository.log(sha, { limit: 1 }) : []
        if (!commit) throw new Fault('NOT_FOUND', 'Commit Not Found')
        return { json: commitForm(commit) }
      },
    },
    {
      ...{
        ...read,
        path: `${root}/commits/{sha}/diff`,
        summary: 'What a commit changed against its first parent.',
      },
      async run(asked) {
        const { repository } = await opened(asked)
        const sha = await repository.resolve(asked.part('sha'))
        const [commit] = sha ? await repository.log(sha, { limit: 1 }) : []
        if (!commit) throw new Fault('NOT_FOUND', 'Commit Not Found')
        const [parent] = commit.parents
        const files = parent ? (await repository.diff(parent, commit.sha)).files : []
        return pagedOf(asked.query, files, diffForm)
      },
    },
    {
      ...{ ...write, method: 'POST', path: `${root}/commits`, summary: 'Commit text files to a branch.' },
      async run(asked) {
        const { name, repository, defaultBranch } = await opened(asked)
        const {
          branch,
          commit_message: message,
          start_branch: startBranch,
          start_sha: startSha,
          actions,
        } = fields(NewCommit, asked.body)
        const there = await repository.head(branch)
        const begin = there ?? (await repository.resolve(startSha ?? startBranch ?? defaultBranch))
        if (!begin) throw new Fault('NOT_FOUND', 'You can only create or edit files when you are on a branch')
        if (there !== undefined && (startSha !== undefined || startBranch !== undefined))
          throw new Fault(
            'CONFLICT',
            `A branch called '${branch}' already exists. Switch to that branch in order to make changes`,
          )
        const files: FileChange[] = []
        for (const action of actions) files.push(await changeOf(repository, begin, action))
        const from = { branch: startBranch ?? branch, sha: begin }
        const { sha } = await forge.commit(asked.caller, name, { branch, from, message, files })
        const [commit] = await repository.log(sha, { limit: 1 })
        return { status: 201, json: commit ? commitForm(commit) : { id: sha } }
      },
    },
  ])
}

/** An action that says which commit it saw last of the file is held to it. */
async function changeOf(repository: GitRepository, commit: string, action: Action): Promise<FileChange> {
  const { file_path: path, content, encoding, last_commit_id: seen } = action
  const there = (await repository.readFile(commit, path)) !== undefined
  if (action.action === 'create' && there)
    throw new Fault('VALIDATION_FAILED', 'A file with this name already exists')
  if (action.action !== 'create' && !there)
    throw new Fault('VALIDATION_FAILED', "A file with this name doesn't exist")
  if (seen !== undefined) {
    const [last] = await repository.log(commit, { path, limit: 1 })
    if (last && last.sha !== seen)
      throw new Fault(
        'CONFLICT',
        'You are attempting to update a file that has changed since you started editing it.',
      )
  }
  if (action.action === 'delete') return { path, content: null }
  return { path, content: encoding === 'text' ? content : textOf(Buffer.from(content, 'base64')) }
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Fault('VALIDATION_FAILED', 'content is no text; push other files with git')
  }
}
