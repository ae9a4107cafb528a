import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { eachOf } from '../../kernel/semaphore.ts'
import type { CommitStatus, FileChange, Forge, RepositoryFile } from '../../port/forge.ts'
import { type ForgeAnswer, type ForgeApi, saidBy } from '../../port/forge-api.ts'
import { checkBranch, checkCommit, checkPath, cutText, isSha } from '../../port/forge-name.ts'
import { BlobCache, fileBytesMax, readTree, textOf, tooLarge } from '../../port/forge-tree.ts'
import { type GitEntry, isFile, TreeWalk } from '../../port/forge-walk.ts'

const Ref = z.object({ ref: z.string(), object: z.object({ sha: z.string() }) })
const Branch = z.object({ name: z.string(), commit: z.object({ sha: z.string() }) })
const Sha = z.object({ sha: z.string() })
const Commit = Sha.extend({ tree: Sha, parents: z.array(Sha), committer: z.object({ date: z.string() }) })
const Entry = z.object({
  ...{ path: z.string(), mode: z.string(), type: z.string(), sha: z.string() },
  size: z.number().optional(),
})
const Tree = z.object({ sha: z.string(), tree: z.array(Entry), truncated: z.boolean().optional() })
const Content = z.union([
  z.object({
    type: z.string(),
    size: z.number(),
    encoding: z.string().optional(),
    content: z.string().optional(),
  }),
  z.array(z.unknown()),
])

const page = { name: 'per_page', size: 100 }
const branchesMax = 1_000
const parallelMax = 4
const states = { PENDING: 'pending', RUNNING: 'pending', SUCCESS: 'success', FAILURE: 'failure' } as const

/** Branches, files, commits and their statuses, by the Git data API. */
export class GithubRepository {
  readonly #api: ForgeApi
  readonly #root: string
  readonly #defaultBranch: string | undefined
  readonly #blobs = new BlobCache()
  /** When a commit was made, which never changes; the newest so many. */
  readonly #times = new Map<string, number>()

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
    const found = await this.#api.read(Ref, { path: `${this.#root}/git/ref/heads/${encoded(branch)}` })
    return found?.ref === `refs/heads/${branch}` ? found.object.sha : undefined
  }

  async branches(prefix: string): ReturnType<Forge['branches']> {
    const found: { name: string; sha: string; committedMs: number }[] = []
    for await (const part of this.#heads(prefix)) {
      for (const one of part) if (one.name.startsWith(prefix)) found.push({ ...one, committedMs: 0 })
      if (found.length >= branchesMax) break
    }
    found.splice(branchesMax)
    await eachOf(found, parallelMax, async (one) => {
      one.committedMs = await this.#timeOf(one.sha)
    })
    return found
  }

  async deleteBranch(branch: string, sha: string): Promise<void> {
    const head = await this.head(branch)
    if (head === undefined) return
    if (head !== sha) throw movedOn(branch, sha, head)
    const answer = await this.#api.ask({
      ...{ method: 'DELETE', path: `${this.#root}/git/refs/heads/${encoded(branch)}` },
    })
    if (answer.status > 299 && (await this.head(branch)) !== undefined) throw this.#refusal(answer)
  }

  async readFile(ref: string, path: string): Promise<string | undefined> {
    checkPath(path)
    const sha = await this.#commitOf(ref)
    if (sha === undefined) return undefined
    const question = { path: `${this.#root}/contents/${encoded(path)}`, query: { ref: sha } }
    const found = await this.#api.read(Content, question)
    if (!found || Array.isArray(found) || found.type !== 'file') return undefined
    // Above 1 MB the content is left out of the answer.
    if (found.size > fileBytesMax || found.encoding !== 'base64' || found.content === undefined)
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
    const { tree: root } = await this.#commit(sha)
    const top = below === '' ? { type: 'tree', sha: root.sha } : await this.#walk().entry(root.sha, below)
    if (top?.type !== 'tree') return []
    const { tree, truncated } = await this.#api.need(Tree, {
      ...{ path: `${this.#root}/git/trees/${top.sha}`, query: { recursive: 1 } },
    })
    if (truncated) throw tooLarge()
    const files = tree.filter(isFile).map(({ path, sha: blob, size }) => ({
      path: below === '' ? path : `${below}/${path}`,
      sha: blob,
      sizeBytes: size,
    }))
    return readTree(files, this.#blobs, async (blob) => {
      const answer = await this.#api.ask({
        ...{ path: `${this.#root}/git/blobs/${blob}`, accept: 'application/vnd.github.raw+json' },
        bytesMax: fileBytesMax,
      })
      if (answer.status > 299) throw this.#refusal(answer)
      return answer.body
    })
  }

  async commit(input: Parameters<Forge['commit']>[0]): Promise<{ sha: string }> {
    const { branch, from, message, files } = input
    checkCommit(branch, from, files)
    const head = await this.head(branch)
    if (head === undefined && branch === from.branch) throw movedOn(branch, from.sha, 'nothing')
    if (head !== undefined && head !== from.sha) {
      const { parents } = await this.#commit(head)
      if (parents.length !== 1 || parents[0]?.sha !== from.sha) throw movedOn(branch, from.sha, head)
    }
    const tree = await this.#treeWith(from.sha, files)
    if (head !== undefined && head !== from.sha) return this.#same(branch, head, from.sha, tree)
    const body = { message, tree, parents: [from.sha] }
    const made = await this.#api.need(Sha, { method: 'POST', path: `${this.#root}/git/commits`, body })
    const answer = await this.#api.ask(
      head === undefined
        ? {
            ...{ method: 'POST', path: `${this.#root}/git/refs` },
            body: { ref: `refs/heads/${branch}`, sha: made.sha },
          }
        : {
            ...{ method: 'PATCH', path: `${this.#root}/git/refs/heads/${encoded(branch)}` },
            body: { sha: made.sha, force: false },
          },
    )
    if (answer.status <= 299) return made
    const refusal = this.#refusal(answer)
    const stands = refusal.code === 'CONFLICT' ? await this.head(branch) : undefined
    if (stands !== undefined && stands !== from.sha) return this.#same(branch, stands, from.sha, tree)
    throw refusal
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

  /** The branch stands at this very change on top of `parent`, or the change is refused. */
  async #same(branch: string, head: string, parent: string, tree: string): Promise<{ sha: string }> {
    const commit = await this.#commit(head)
    if (commit.parents.length !== 1 || commit.parents[0]?.sha !== parent || commit.tree.sha !== tree)
      throw movedOn(branch, parent, head)
    return { sha: head }
  }

  /** Trees are named by what they hold, so making one twice gives the same. */
  async #treeWith(sha: string, files: readonly FileChange[]): Promise<string> {
    const base = (await this.#commit(sha)).tree.sha
    const walk = this.#walk()
    const tree: unknown[] = []
    for (const { path, content } of files) {
      const there = await walk.file(base, path)
      const entry = { path, mode: there?.mode ?? '100644', type: 'blob' }
      if (content !== null) tree.push({ ...entry, content })
      else if (there) tree.push({ ...entry, sha: null })
    }
    const body = { base_tree: base, tree }
    const made =
      tree.length === 0
        ? base
        : (await this.#api.need(Sha, { method: 'POST', path: `${this.#root}/git/trees`, body })).sha
    if (made === base) throw new Fault('VALIDATION_FAILED', 'The commit would change nothing.')
    return made
  }

  #walk(): TreeWalk {
    return new TreeWalk(async (sha) => {
      const { tree, truncated } = await this.#api.need(Tree, { path: `${this.#root}/git/trees/${sha}` })
      if (truncated) throw tooLarge()
      return tree satisfies GitEntry[]
    })
  }

  async *#heads(prefix: string): AsyncGenerator<{ name: string; sha: string }[]> {
    if (prefix === '') {
      for await (const part of this.#api.list(z.array(Branch), { path: `${this.#root}/branches` }, page))
        yield part.map(({ name, commit }) => ({ name, sha: commit.sha }))
      return
    }
    const path = `${this.#root}/git/matching-refs/heads/${encoded(prefix)}`
    for await (const part of this.#api.list(z.array(Ref), { path }, page))
      yield part.map(({ ref, object }) => ({ name: ref.replace('refs/heads/', ''), sha: object.sha }))
  }

  async #timeOf(sha: string): Promise<number> {
    const known = this.#times.get(sha)
    if (known !== undefined) return known
    const timeMs = Date.parse((await this.#commit(sha)).committer.date)
    this.#times.set(sha, timeMs)
    if (this.#times.size > branchesMax) this.#times.delete(this.#times.keys().next().value ?? '')
    return timeMs
  }

  #commit(sha: string): Promise<z.output<typeof Commit>> {
    return this.#api.need(Commit, { path: `${this.#root}/git/commits/${sha}` })
  }

  async #commitOf(ref: string): Promise<string | undefined> {
    return isSha(ref) ? ref : this.head(ref)
  }

  #refusal(answer: ForgeAnswer): Fault {
    const said = saidBy(answer)
    if (/protected branch|rule violations|through a pull request/i.test(said))
      return new Fault('PERMISSION_DENIED', `GitHub refuses the commit: ${said}`)
    return this.#api.refusal(answer)
  }
}

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

const movedOn = (branch: string, seen: string, stands: string): Fault =>
  new Fault(
    'CONFLICT',
    `"${branch}" no longer stands at ${seen.slice(0, 12)}, but at ${stands.slice(0, 12)}.`,
  )
