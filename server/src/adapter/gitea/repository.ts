import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { CommitStatus, FileChange, Forge, RepositoryFile } from '../../port/forge.ts'
import { type ForgeAnswer, type ForgeApi, saidBy } from '../../port/forge-api.ts'
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
import { type GitEntry, isFile, TreeWalk } from '../../port/forge-walk.ts'

const Branch = z.object({ name: z.string(), commit: z.object({ id: z.string(), timestamp: z.string() }) })
const Sha = z.object({ sha: z.string() })
const Commit = z.object({
  ...{ sha: z.string(), parents: z.array(Sha) },
  commit: z.object({ tree: Sha }),
  files: z.array(z.object({ filename: z.string() })).nullish(),
})
const Made = z.object({ commit: z.object({ sha: z.string(), parents: z.array(Sha) }) })
const Tree = z.object({
  sha: z.string(),
  total_count: z.number().optional(),
  truncated: z.boolean().optional(),
  tree: z
    .array(
      z.object({
        ...{ path: z.string(), mode: z.string(), type: z.string(), sha: z.string() },
        size: z.number().optional(),
      }),
    )
    .nullish(),
})
const Content = z.union([
  z.object({
    ...{ type: z.string(), size: z.number() },
    ...{ encoding: z.string().nullish(), content: z.string().nullish() },
  }),
  z.array(z.unknown()),
])
const Blob = z.object({ content: z.string().nullish(), encoding: z.string().nullish() })

/** Gitea gives at most 50 a page unless it is set otherwise. */
const page = { name: 'limit', size: 50 }
const treePage = 1_000
const treePagesMax = 50
const branchesMax = 1_000
/** A blob in base64 within its JSON. */
const blobAnswerBytesMax = Math.ceil(fileBytesMax * 1.4) + 4_096
const states = { PENDING: 'pending', RUNNING: 'pending', SUCCESS: 'success', FAILURE: 'failure' } as const

/** Branches, files, commits and their statuses. */
export class GiteaRepository {
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
    return (await this.#api.need(z.object({ default_branch: z.string() }), { path: this.#root }))
      .default_branch
  }

  async head(branch: string): Promise<string | undefined> {
    checkBranch(branch)
    return (await this.#api.read(Branch, { path: `${this.#root}/branches/${encoded(branch)}` }))?.commit.id
  }

  async branches(prefix: string): ReturnType<Forge['branches']> {
    const found: Awaited<ReturnType<Forge['branches']>> = []
    for await (const part of this.#api.list(z.array(Branch), { path: `${this.#root}/branches` }, page)) {
      for (const { name, commit } of part)
        if (name.startsWith(prefix))
          found.push({ name, sha: commit.id, committedMs: Date.parse(commit.timestamp) })
      if (found.length >= branchesMax) break
    }
    return found.slice(0, branchesMax)
  }

  async deleteBranch(branch: string, sha: string): Promise<void> {
    const head = await this.head(branch)
    if (head === undefined) return
    if (head !== sha) throw movedOn(branch, sha, head)
    const answer = await this.#api.ask({
      method: 'DELETE',
      path: `${this.#root}/branches/${encoded(branch)}`,
    })
    if (answer.status > 299 && answer.status !== 404) throw this.#refusal(answer)
  }

  async readFile(ref: string, path: string): Promise<string | undefined> {
    checkPath(path)
    const sha = await this.#commitOf(ref)
    if (sha === undefined) return undefined
    const question = { path: `${this.#root}/contents/${encoded(path)}`, query: { ref: sha } }
    const found = await this.#api.read(Content, question)
    if (!found || Array.isArray(found) || found.type !== 'file') return undefined
    if (found.size > fileBytesMax || found.encoding !== 'base64' || typeof found.content !== 'string')
      throw new Fault('BODY_TOO_LARGE', `The file "${path}" is larger than 1 MiB.`)
    const text = textOf(Buffer.from(found.content, 'base64'))
    if (text === undefined) throw new Fault('VALIDATION_FAILED', `The file "${path}" is no text.`)
    return text
  }

  async tree(ref: string, folder: string): Promise<RepositoryFile[]> {
    const below = folder.replace(/\/+$/, '')
    if (below !== '') checkPath(below)
    const sha = await this.#commitOf(ref)
    if (sha === undefined) throw new Fault('NOT_FOUND', `There is no branch "${ref}".`)
    const root = (await this.#commit(sha)).commit.tree.sha
    const top = below === '' ? { type: 'tree', sha: root } : await this.#walk().entry(root, below)
    if (top?.type !== 'tree') return []
    const files: TreeEntry[] = []
    for await (const part of this.#entries(top.sha, true)) {
      for (const { path, sha: blob, sizeBytes } of part.filter(isFile))
        files.push({ path: below === '' ? path : `${below}/${path}`, sha: blob, sizeBytes })
      if (files.length > treeFilesMax) throw tooLarge()
    }
    return readTree(files, this.#blobs, async (blob) => {
      const question = { path: `${this.#root}/git/blobs/${blob}`, bytesMax: blobAnswerBytesMax }
      const { content, encoding } = await this.#api.need(Blob, question)
      return encoding === 'base64' && typeof content === 'string' ? Buffer.from(content, 'base64') : undefined
    })
  }

  /** A new branch is made where it was seen first, and takes the commit then: a crash between leaves it empty, and the next try goes on. */
  async commit(input: Parameters<Forge['commit']>[0]): Promise<{ sha: string }> {
    const { branch, from, message, files } = input
    checkCommit(branch, from, files)
    const head = await this.head(branch)
    if (head === undefined && branch === from.branch) throw movedOn(branch, from.sha, 'nothing')
    if (head !== undefined && head !== from.sha) return this.#same(branch, head, from.sha, files)
    const operations = await this.#operations(from.sha, files)
    if (head === undefined && !(await this.#makeBranch(branch, from.sha)))
      return this.#same(branch, (await this.head(branch)) ?? 'nothing', from.sha, files)
    const answer = await this.#api.ask({
      ...{ method: 'POST', path: `${this.#root}/contents` },
      body: { branch, message, files: operations },
    })
    if (answer.status > 299) {
      const stands = await this.head(branch)
      if (stands !== undefined && stands !== from.sha) return this.#same(branch, stands, from.sha, files)
      throw this.#refusal(answer)
    }
    const { commit } = this.#api.parse(Made, answer)
    if (commit.parents[0]?.sha !== from.sha)
      throw new Fault(
        'CONFLICT',
        `Others committed to "${branch}" at the same moment; the change lies on top of theirs, as ${commit.sha}.`,
      )
    return { sha: commit.sha }
  }

  async setStatus(sha: string, status: CommitStatus): Promise<void> {
    if (!isSha(sha)) throw new Fault('VALIDATION_FAILED', 'A status needs a whole commit id.')
    await this.#api.need(z.unknown(), {
      ...{ method: 'POST', path: `${this.#root}/statuses/${sha}` },
      body: {
        ...{ state: states[status.state], context: cutText(status.context, 255) },
        description: cutText(status.description, 140),
        ...(status.url === undefined ? {} : { target_url: status.url }),
      },
    })
  }

  /** False where somebody else made it meanwhile. */
  async #makeBranch(branch: string, sha: string): Promise<boolean> {
    const body = { new_branch_name: branch, old_ref_name: sha }
    const answer = await this.#api.ask({ method: 'POST', path: `${this.#root}/branches`, body })
    if (answer.status === 409) return false
    if (answer.status > 299) throw this.#refusal(answer)
    return true
  }

  /** With the blob that each file holds, so that a change of others since is not overwritten. */
  async #operations(sha: string, files: readonly FileChange[]): Promise<unknown[]> {
    const root = (await this.#commit(sha)).commit.tree.sha
    const walk = this.#walk()
    const operations: unknown[] = []
    for (const { path, content } of files) {
      const there = await walk.file(root, path)
      const coded = content === null ? {} : { content: Buffer.from(content).toString('base64') }
      if (there)
        operations.push({ operation: content === null ? 'delete' : 'update', path, sha: there.sha, ...coded })
      else if (content !== null) operations.push({ operation: 'create', path, ...coded })
    }
    if (operations.length === 0) throw new Fault('VALIDATION_FAILED', 'The commit would change nothing.')
    return operations
  }

  /** The branch stands at this very change on top of `parent`, or the change is refused. */
  async #same(
    branch: string,
    head: string,
    parent: string,
    files: readonly FileChange[],
  ): Promise<{ sha: string }> {
    if (!isSha(head) || head === parent) throw movedOn(branch, parent, head)
    const made = await this.#commit(head)
    if (made.parents.length !== 1 || made.parents[0]?.sha !== parent) throw movedOn(branch, parent, head)
    const wanted = new Set(files.map(({ path }) => path))
    if (!made.files || made.files.some(({ filename }) => !wanted.has(filename)))
      throw movedOn(branch, parent, head)
    const walk = this.#walk()
    for (const { path, content } of files) {
      const there = await walk.entry(made.commit.tree.sha, path)
      if (there?.sha !== (content === null ? undefined : blobSha(content, head.length)))
        throw movedOn(branch, parent, head)
    }
    return { sha: head }
  }

  #walk(): TreeWalk {
    return new TreeWalk(async (sha) => {
      const found: GitEntry[] = []
      for await (const part of this.#entries(sha, false)) found.push(...part)
      return found
    })
  }

  async *#entries(treeSha: string, recursive: boolean): AsyncGenerator<GitEntry[]> {
    let seen = 0
    for (let at = 1; at <= treePagesMax; at += 1) {
      const query = { page: at, per_page: treePage, ...(recursive ? { recursive: true } : {}) }
      const part = await this.#api.need(Tree, { path: `${this.#root}/git/trees/${treeSha}`, query })
      const entries = part.tree ?? []
      seen += entries.length
      yield entries.map(({ size, ...entry }) => ({ ...entry, sizeBytes: size }))
      if (entries.length === 0 || !part.truncated || seen >= (part.total_count ?? 0)) return
    }
    throw tooLarge()
  }

  #commit(sha: string): Promise<z.output<typeof Commit>> {
    return this.#api.need(Commit, {
      path: `${this.#root}/git/commits/${sha}`,
      query: { stat: false, verification: false },
    })
  }

  async #commitOf(ref: string): Promise<string | undefined> {
    return isSha(ref) ? ref : this.head(ref)
  }

  #refusal(answer: ForgeAnswer): Fault {
    const said = saidBy(answer)
    if (/protected branch|cannot commit|not allowed to push/i.test(said))
      return new Fault('PERMISSION_DENIED', `Gitea refuses the commit: ${said}`)
    return this.#api.refusal(answer)
  }
}

/** The name git gives to a text, of as many digits as a commit there has. */
export function blobSha(content: string, digits: number): string {
  const body = Buffer.from(content)
  return createHash(digits === 64 ? 'sha256' : 'sha1')
    .update(`blob ${body.length}\0`)
    .update(body)
    .digest('hex')
}

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

const movedOn = (branch: string, seen: string, stands: string): Fault =>
  new Fault(
    'CONFLICT',
    `"${branch}" no longer stands at ${seen.slice(0, 12)}, but at ${stands.slice(0, 12)}.`,
  )
