import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { eachOf } from '../../kernel/semaphore.ts'
import type { Forge, ForgeApproval, ForgeMergeRequest, ForgeNote } from '../../port/forge.ts'
import type { ForgeAnswer, ForgeApi } from '../../port/forge-api.ts'
import { cutText } from '../../port/forge-name.ts'
import { newNotes, noteMarker, notesLookedMax } from '../../port/forge-note.ts'

const Request = z.object({
  iid: z.number(),
  title: z.string(),
  description: z.string().nullish(),
  source_branch: z.string(),
  target_branch: z.string(),
  source_project_id: z.number().nullish(),
  target_project_id: z.number().nullish(),
  sha: z.string().nullish(),
  state: z.string(),
  labels: z.array(z.string()),
  author: z.object({ username: z.string() }),
  web_url: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
  detailed_merge_status: z.string().nullish(),
  merge_status: z.string().nullish(),
})
type Request = z.output<typeof Request>
const Approvals = z.object({
  approved_by: z.array(
    z.object({
      ...{ user: z.object({ username: z.string() }), approved_at: z.string().nullish() },
      // Not of GitLab: servers with its API, such as the local forge, may say which commit was approved.
      sha: z.string().nullish(),
    }),
  ),
})
const Notes = z.array(
  z.object({
    ...{ id: z.number(), body: z.string(), system: z.boolean().nullish(), created_at: z.string() },
    updated_at: z.string().nullish(),
    author: z.object({ username: z.string() }),
  }),
)
const Versions = z.array(z.object({ head_commit_sha: z.string(), created_at: z.string() }))

const page = { name: 'per_page', size: 100 }
const requestsMax = 1_000
const parallelMax = 4
/** GitLab's own limits, in characters. */
const titleMax = 255
const textMax = 1_000_000
const unsettled = ['checking', 'unchecked', 'preparing', 'approvals_syncing', 'cannot_be_merged_recheck']
const listState = { OPEN: 'opened', MERGED: 'merged', CLOSED: 'closed' } as const

/** Merge requests with their notes and approvals. */
export class GitlabMergeRequests {
  readonly #api: ForgeApi
  readonly #root: string
  readonly #trustTime: boolean

  constructor(api: ForgeApi, root: string, trustTime: boolean) {
    this.#api = api
    this.#root = root
    this.#trustTime = trustTime
  }

  async self(): Promise<string> {
    return (await this.#api.need(z.object({ username: z.string() }), { path: '/user' })).username
  }

  async open(input: Parameters<Forge['openMergeRequest']>[0]): Promise<ForgeMergeRequest> {
    const there = await this.#openOf(input.source)
    if (there) return this.#whole(there)
    const answer = await this.#api.ask({
      ...{ method: 'POST', path: `${this.#root}/merge_requests` },
      body: {
        ...{ source_branch: input.source, target_branch: input.target, remove_source_branch: false },
        ...{ title: cutText(input.title, titleMax), description: safeText(input.description) },
        labels: input.labels.map((label) => label.replaceAll(',', ' ')).join(','),
      },
    })
    // Somebody else of us was faster.
    const faster =
      answer.status === 409 || answer.status === 400 ? await this.#openOf(input.source) : undefined
    return this.#whole(faster ?? this.#api.parse(Request, answer))
  }

  async get(number: number): Promise<ForgeMergeRequest | undefined> {
    const found = await this.#api.read(Request, { path: this.#path(number) })
    return found && this.#whole(found)
  }

  async list({
    state,
    sourcePrefix = '',
    limit,
  }: Parameters<Forge['mergeRequests']>[0]): Promise<ForgeMergeRequest[]> {
    const wanted: Request[] = []
    const query = { state: state ? listState[state] : 'all', order_by: 'created_at', sort: 'desc' }
    const question = { path: `${this.#root}/merge_requests`, query }
    let looked = 0
    for await (const part of this.#api.list(z.array(Request), question, page)) {
      looked += part.length
      // A fork may name its branches as it likes.
      for (const one of part)
        if (one.source_branch.startsWith(sourcePrefix) && (sourcePrefix === '' || ofProject(one)))
          wanted.push(one)
      if (wanted.length >= limit || looked >= requestsMax) break
    }
    wanted.sort((a, b) => b.iid - a.iid)
    const found: ForgeMergeRequest[] = []
    await eachOf(wanted.slice(0, limit).entries(), parallelMax, async ([index, one]) => {
      found[index] = await this.#whole(one)
    })
    return found
  }

  async describe(
    number: number,
    { title, description }: { title?: string; description?: string },
  ): Promise<void> {
    await this.#api.need(z.unknown(), {
      ...{ method: 'PUT', path: this.#path(number) },
      body: {
        ...(title === undefined ? {} : { title: cutText(title, titleMax) }),
        ...(description === undefined ? {} : { description: safeText(description) }),
      },
    })
  }

  async close(number: number): Promise<void> {
    const { state } = await this.#api.need(Request, { path: this.#path(number) })
    if (state === 'closed') return
    if (state === 'merged') throw new Fault('CONFLICT', `Merge request !${number} is merged already.`)
    const body = { state_event: 'close' }
    await this.#api.need(Request, { method: 'PUT', path: this.#path(number), body })
  }

  async note(number: number, key: string, text: string): Promise<void> {
    const path = `${this.#path(number)}/notes`
    const marker = noteMarker(key)
    const body = { body: cutText(`${marker}\n${safeText(text)}`, textMax) }
    const self = await this.self()
    const query = { sort: 'asc', order_by: 'created_at' }
    for await (const part of this.#api.list(Notes, { path, query }, page)) {
      const old = part.find(
        (one) => !one.system && one.author.username === self && one.body.startsWith(marker),
      )
      if (!old) continue
      if (old.body === body.body) return
      await this.#api.need(z.unknown(), { method: 'PUT', path: `${path}/${old.id}`, body })
      return
    }
    await this.#api.need(z.unknown(), { method: 'POST', path, body })
  }

  async notes(number: number, after: number): Promise<ForgeNote[]> {
    const found: ForgeNote[] = []
    const question = {
      path: `${this.#path(number)}/notes`,
      query: { sort: 'desc', order_by: 'created_at' },
    }
    let looked = 0
    for await (const part of this.#api.list(Notes, question, page)) {
      for (const { id, body, system, author, created_at, updated_at } of part)
        if (!system)
          found.push({
            ...{ number: id, by: author.username, text: body, atMs: Date.parse(created_at) },
            edited: updated_at !== created_at,
          })
      looked += part.length
      if (looked >= notesLookedMax || part.some(({ id }) => id <= after)) break
    }
    return found.length === 0 ? [] : newNotes(found, after, await this.self())
  }

  async merge(number: number, headSha: string, message: string): Promise<{ sha: string }> {
    const before = await this.#api.need(Request, { path: this.#path(number) })
    if (before.sha !== headSha) throw moved(number, headSha, before.sha ?? 'nothing')
    const merged = mergedShaOf(before)
    if (merged !== null) return { sha: merged }
    if (before.state === 'closed') throw new Fault('CONFLICT', `Merge request !${number} is closed.`)
    const answer = await this.#api.ask({
      ...{ method: 'PUT', path: `${this.#path(number)}/merge` },
      body: {
        ...{ sha: headSha, merge_commit_message: message, squash_commit_message: message },
        should_remove_source_branch: false,
      },
    })
    if (answer.status > 299) throw await this.#notMerged(number, answer)
    const sha = mergedShaOf(this.#api.parse(Request, answer))
    if (sha === null) throw new Fault('UPSTREAM_FAILED', `GitLab has not merged !${number} yet.`)
    return { sha }
  }

  /** 405 not mergeable, 409 the head moved, 422 failed; the status says which of its reasons holds. */
  async #notMerged(number: number, answer: ForgeAnswer): Promise<Fault> {
    const refusal = this.#api.refusal(answer)
    if (answer.status === 404) return refusal
    const now = await this.#api.read(Request, { path: this.#path(number) })
    const status = now?.detailed_merge_status ?? now?.merge_status ?? 'unknown'
    if (answer.status === 405 && unsettled.includes(status))
      return new Fault('UPSTREAM_FAILED', `GitLab is still working out whether !${number} can be merged.`)
    return new Fault('CONFLICT', `${refusal.message} (merge status: ${status.slice(0, 60)})`)
  }

  async #openOf(source: string): Promise<Request | undefined> {
    const query = { state: 'opened', source_branch: source, per_page: 100 }
    const found = await this.#api.need(z.array(Request), { path: `${this.#root}/merge_requests`, query })
    return found.find((one) => one.source_branch === source && ofProject(one))
  }

  async #whole(request: Request): Promise<ForgeMergeRequest> {
    return {
      ...{ number: request.iid, title: request.title, description: request.description ?? '' },
      ...{ source: request.source_branch, target: request.target_branch, headSha: request.sha ?? '' },
      ...{
        state: stateOf(request),
        labels: request.labels,
        author: request.author.username,
        url: request.web_url,
      },
      ...{ createdMs: Date.parse(request.created_at), updatedMs: Date.parse(request.updated_at) },
      ...{ mergedSha: mergedShaOf(request), mergeable: mergeableOf(request) },
      approvals: await this.#approvals(request),
    }
  }

  /** The list of who approved is there on every tier; rules of who must is not, and is not asked for. */
  async #approvals(request: Request): Promise<ForgeApproval[]> {
    const path = this.#path(request.iid)
    const given = (await this.#api.read(Approvals, { path: `${path}/approvals` }))?.approved_by ?? []
    if (given.length === 0) return []
    const self = await this.self()
    const versions = await this.#api.read(Versions, { path: `${path}/versions`, query: { per_page: 100 } })
    const times = given.every((one) => one.approved_at)
      ? new Map<string, number>()
      : await this.#approvalTimes(path)
    return given
      .filter(({ user }) => user.username !== self)
      .map(({ user, approved_at, sha }) => {
        // Not known at all: not before the request was opened.
        const known = approved_at ? Date.parse(approved_at) : times.get(user.username)
        const atMs = known ?? Date.parse(request.created_at)
        return {
          by: user.username,
          atMs,
          headSha: sha ?? this.#seen(atMs, request.sha ?? '', versions ?? []),
        }
      })
  }

  /**
   * GitLab does not keep which commit was approved, and keeps approvals when the branch moves unless it is told otherwise. Sure is that one
   * from before the newest version was not of that version.
   */
  #seen(atMs: number, headSha: string, versions: z.output<typeof Versions>): string | null {
    const stood = [...versions]
      .sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at))
      .find(({ created_at }) => Date.parse(created_at) <= atMs)
    if (!stood) return null
    return stood.head_commit_sha !== headSha || this.#trustTime ? stood.head_commit_sha : null
  }

  /** Older servers say when only in the notes that they write themselves; the newest 100 are looked at. */
  async #approvalTimes(path: string): Promise<Map<string, number>> {
    const query = { sort: 'desc', order_by: 'created_at', per_page: 100 }
    const notes = (await this.#api.read(Notes, { path: `${path}/notes`, query })) ?? []
    const times = new Map<string, number>()
    for (const { author, body, system, created_at } of notes)
      if (system && body === 'approved this merge request' && !times.has(author.username))
        times.set(author.username, Date.parse(created_at))
    return times
  }

  #path(number: number): string {
    if (!Number.isSafeInteger(number) || number < 1)
      throw new Fault('NOT_FOUND', `There is no merge request ${number}.`)
    return `${this.#root}/merge_requests/${number}`
  }
}

/** A line that begins with a slash would be a command (`/approve`, `/merge`) which GitLab carries out for the owner of the token. */
export function safeText(text: string): string {
  return cutText(text.replace(/^([^\S\r\n]*)\//gm, '$1\\/'), textMax)
}

const ofProject = (request: Request): boolean =>
  (request.source_project_id ?? null) === (request.target_project_id ?? null)

function stateOf({ state }: Request): ForgeMergeRequest['state'] {
  if (state === 'merged') return 'MERGED'
  return state === 'closed' ? 'CLOSED' : 'OPEN'
}

/** A fast-forward leaves no commit of its own. */
function mergedShaOf(request: Request): string | null {
  if (request.state !== 'merged') return null
  return request.merge_commit_sha ?? request.squash_commit_sha ?? request.sha ?? null
}

function mergeableOf(request: Request): boolean | null {
  const status = request.detailed_merge_status ?? request.merge_status
  if (!status || request.state !== 'opened' || unsettled.includes(status))
    return request.state === 'opened' ? null : false
  return status === 'mergeable' || status === 'can_be_merged'
}

const moved = (number: number, seen: string, stands: string): Fault =>
  new Fault(
    'CONFLICT',
    `The head of !${number} is no longer ${seen.slice(0, 12)}, but ${stands.slice(0, 12)}.`,
  )
