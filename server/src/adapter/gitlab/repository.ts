import { z } from 'zod'
import { Fault, isFault } from '../../kernel/fault.ts'
import type { CommitStatus, FileChange, Forge, RepositoryFile } from '../../port/forge.ts'
import { type ForgeAnswer, type ForgeApi, type ForgeQuestion, saidBy } from '../../port/forge-api.ts'
import { checkBranch, checkCommit, checkPath, cutText, isSha } from '../../port/forge-name.ts'
import {
  BlobCache,
  fileBytesMax,
  readTree,
  type TreeEntry,
  textOf,
  tooLarge,
  treeFilesMax,
} from '../../port/forge-tree.ts'

const Branch = z.object({
  name: z.string(),
  commit: z.object({ id: z.string(), committed_date: z.string() }),
})
const Commit = z.object({ id: z.string(), parent_ids: z.array(z.string()) })
const Diff = z.array(z.object({ old_path: z.string(), new_path: z.string() }))
const Entries = z.array(z.object({ id: z.string(), path: z.string(), type: z.string(), mode: z.string() }))
const File = z.object({ last_commit_id: z.string(), content: z.string(), encoding: z.string() })

const page = { name: 'per_page', size: 100 }
const branchesMax = 1_000
const states = { PENDING: 'pending', RUNNING: 'running', SUCCESS: 'success', FAILURE: 'failed' } as const

/** Branches, files, commits and their statuses. */
export class GitlabRepository {
  readonly #api: ForgeApi
  readonly #root: string
  readonly #defaultBranch: string | undefined
  readonly #blobs = new BlobCache()

  constructor(api: ForgeApi, root: string, defaultBranch: string | undefined) {
    this.#api = api
    this.#root = root
    this.#defaultBranch = defaultBranch
  }

  async defaultBranch(): Promise<string> {
    if (this.#defaultBranch !== undefined) return this.#defaultBranch
    const { default_branch: name } = await this.#api.need(
      z.object({ default_branch: z.string().nullable() }),
      {
        path: this.#root,
      },
    )
    if (name === null) throw new Fault('NOT_FOUND', 'The project at GitLab has no branch yet.')
    return name
  }

  async head(branch: string): Promise<string | undefined> {
    checkBranch(branch)
    return (await this.#read(Branch, { path: `/branches/${encodeURIComponent(branch)}` }))?.commit.id
  }

  async branches(prefix: string): ReturnType<Forge['branches']> {
    const found: Awaited<ReturnType<Forge['branches']>> = []
    const query = prefix === '' ? {} : { search: `^${prefix}` }
    for await (const part of this.#api.list(
      z.array(Branch),
      { path: `${this.#root}/repository/branches`, query },
      page,
    )) {
      for (const { name, commit } of part)
        if (name.startsWith(prefix))
          found.push({ name, sha: commit.id, committedMs: Date.parse(commit.committed_date) })
      if (found.length >= branchesMax) break
    }
    return found.slice(0, branchesMax)
  }

  async deleteBranch(branch: string, sha: string): Promise<void> {
    const head = await this.head(branch)
    if (head === undefined) return
    if (head !== sha) throw movedOn(branch, sha, head)
    const answer = await this.#ask({ method: 'DELETE', path: `/branches/${encodeURIComponent(branch)}` })
    if (answer.status > 299 && answer.status !== 404) throw this.#refusal(answer)
  }

  async readFile(ref: string, path: string): Promise<string | undefined> {
    checkPath(path)
    const sha = await this.#commitOf(ref)
    if (sha === undefined) return undefined
    const answer = await this.#ask({
      ...{ path: `/files/${encodeURIComponent(path)}/raw`, query: { ref: sha } },
      ...{ accept: '*/*', bytesMax: fileBytesMax },
    })
    if (answer.status === 404) return undefined
    if (answer.status > 299) throw this.#refusal(answer)
    const text = textOf(answer.body)
    if (text === undefined) throw new Fault('VALIDATION_FAILED', `The file "${path}" is no text.`)
    return text
  }

  async tree(ref: string, folder: string): Promise<RepositoryFile[]> {
    const below = folder.replace(/\/+$/, '')
    if (below !== '') checkPath(below)
    const sha = await this.#commitOf(ref)
    if (sha === undefined) throw new Fault('NOT_FOUND', `There is no branch "${ref}".`)
    const entries: TreeEntry[] = []
    const query = {
      ref: sha,
      recursive: true,
      pagination: 'keyset',
      ...(below === '' ? {} : { path: below }),
    }
    try {
      for await (const part of this.#api.list(
        Entries,
        { path: `${this.#root}/repository/tree`, query },
        page,
      )) {
        // Links (mode 120000) and submodules are no files.
        for (const { id, path, type, mode } of part)
          if (type === 'blob' && mode.startsWith('100')) entries.push({ path, sha: id })
        if (entries.length > treeFilesMax) throw tooLarge()
      }
    } catch (error) {
      // GitLab says the same of a folder and of a commit that are not there.
      const folderOnly = isFault(error) && error.code === 'NOT_FOUND' && below !== ''
      if (folderOnly && (await this.#read(Commit, { path: `/commits/${sha}` }))) return []
      throw error
    }
    return readTree(entries, this.#blobs, (id) => this.#blob(id))
  }

  async commit(input: Parameters<Forge['commit']>[0]): Promise<{ sha: string }> {
    const { branch, from, message, files } = input
    checkCommit(branch, from, files)
    const head = await this.head(branch)
    if (head !== undefined && head !== from.sha) return this.#same(branch, head, from.sha, files)
    if (head === undefined && branch === from.branch) throw movedOn(branch, from.sha, 'nothing')
    const actions = await this.#actions(from.sha, files)
    const answer = await this.#ask({
      ...{ method: 'POST', path: '/commits' },
      body: {
        branch,
        commit_message: message,
        actions,
        ...(head === undefined ? { start_sha: from.sha } : {}),
      },
    })
    if (answer.status > 299) {
      const refusal = this.#refusal(answer)
      const stands = refusal.code === 'CONFLICT' ? await this.head(branch) : undefined
      if (stands !== undefined && stands !== from.sha) return this.#same(branch, stands, from.sha, files)
      throw refusal
    }
    const made = this.#api.parse(Commit, answer)
    if (made.parent_ids[0] !== from.sha)
      throw new Fault(
        'CONFLICT',
        `Others committed to "${branch}" at the same moment; the change lies on top of theirs, as ${made.id}.`,
      )
    return { sha: made.id }
  }

  async setStatus(sha: string, status: CommitStatus): Promise<void> {
    if (!isSha(sha)) throw new Fault('VALIDATION_FAILED', 'A status needs a whole commit id.')
    const state = states[status.state]
    const name = cutText(status.context, 255)
    // In the pipeline that is there: alone, a status would make a pipeline of its own, which "pipelines must succeed" takes for the
    // project's (gitlab-org/gitlab issue 443254).
    const pipeline = await this.#pipelineOf(sha)
    const answer = await this.#api.ask({
      ...{ method: 'POST', path: `${this.#root}/statuses/${sha}` },
      body: {
        ...{ state, name, description: cutText(status.description, 140) },
        ...(status.url === undefined ? {} : { target_url: status.url }),
        ...(pipeline === undefined ? {} : { pipeline_id: pipeline }),
      },
    })
    // GitLab refuses to say the same again: "Cannot transition status via :run from :running".
    if (
      answer.status === 400 &&
      new RegExp(`cannot transition status.*from :${state}`, 'i').test(saidBy(answer))
    )
      return
    if (answer.status > 299) throw this.#refusal(answer)
  }

  async #pipelineOf(sha: string): Promise<number | undefined> {
    const query = { sha, per_page: 1, order_by: 'id', sort: 'desc' }
    try {
      const found = await this.#api.read(z.array(z.object({ id: z.number() })), {
        path: `${this.#root}/pipelines`,
        query,
      })
      return found?.[0]?.id
    } catch (error) {
      // Pipelines are off in this project, or hidden from this token.
      if (isFault(error) && error.code === 'PERMISSION_DENIED') return undefined
      throw error
    }
  }

  async #commitOf(ref: string): Promise<string | undefined> {
    return isSha(ref) ? ref : this.head(ref)
  }

  async #blob(sha: string): Promise<Buffer | undefined> {
    try {
      const answer = await this.#ask({ path: `/blobs/${sha}/raw`, accept: '*/*', bytesMax: fileBytesMax })
      if (answer.status > 299) throw this.#refusal(answer)
      return answer.body
    } catch (error) {
      if (isFault(error) && error.code === 'BODY_TOO_LARGE') return undefined
      throw error
    }
  }

  /** With the commit that last changed each file, so that a change of others since is not overwritten. */
  async #actions(sha: string, files: readonly FileChange[]): Promise<unknown[]> {
    const actions: unknown[] = []
    for (const { path, content } of files) {
      const there = await this.#file(sha, path)
      if (there)
        actions.push({
          ...{ action: content === null ? 'delete' : 'update', file_path: path },
          ...{ last_commit_id: there.last_commit_id },
          ...(content === null ? {} : { content }),
        })
      else if (content !== null) actions.push({ action: 'create', file_path: path, content })
    }
    if (actions.length === 0) throw new Fault('VALIDATION_FAILED', 'The commit would change nothing.')
    return actions
  }

  /** The commit that stands there, where it is this very change on top of `parent`. */
  async #same(
    branch: string,
    head: string,
    parent: string,
    files: readonly FileChange[],
  ): Promise<{ sha: string }> {
    const commit = await this.#read(Commit, { path: `/commits/${head}` })
    if (commit?.parent_ids.length !== 1 || commit.parent_ids[0] !== parent)
      throw movedOn(branch, parent, head)
    const wanted = new Map(files.map(({ path, content }) => [path, content]))
    const question = { path: `${this.#root}/repository/commits/${head}/diff` }
    for await (const part of this.#api.list(Diff, question, page))
      for (const { old_path, new_path } of part)
        if (!wanted.has(old_path) || !wanted.has(new_path)) throw movedOn(branch, parent, head)
    for (const [path, content] of wanted) {
      const there = await this.#file(head, path)
      const text = there ? Buffer.from(there.content, 'base64').toString('utf8') : null
      if (text !== content) throw movedOn(branch, parent, head)
    }
    return { sha: head }
  }

  #file(sha: string, path: string): Promise<z.output<typeof File> | undefined> {
    return this.#read(File, { path: `/files/${encodeURIComponent(path)}`, query: { ref: sha } })
  }

  #read<S extends z.ZodType>(schema: S, question: ForgeQuestion): Promise<z.output<S> | undefined> {
    return this.#api.read(schema, { ...question, path: `${this.#root}/repository${question.path}` })
  }

  #ask(question: ForgeQuestion): Promise<ForgeAnswer> {
    return this.#api.ask({ ...question, path: `${this.#root}/repository${question.path}` })
  }

  #refusal(answer: ForgeAnswer): Fault {
    const said = saidBy(answer)
    if (/not allowed to push|protected branch/i.test(said))
      return new Fault('PERMISSION_DENIED', `GitLab refuses the commit: ${said}`)
    return this.#api.refusal(answer)
  }
}

const movedOn = (branch: string, seen: string, stands: string): Fault =>
  new Fault(
    'CONFLICT',
    `"${branch}" no longer stands at ${seen.slice(0, 12)}, but at ${stands.slice(0, 12)}.`,
  )
