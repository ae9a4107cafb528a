import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { eachOf } from '../../kernel/semaphore.ts'
import type { Forge, ForgeApproval, ForgeMergeRequest, ForgeNote } from '../../port/forge.ts'
import { type ForgeAnswer, type ForgeApi, saidBy } from '../../port/forge-api.ts'
import { cutText } from '../../port/forge-name.ts'
import { newNotes, noteMarker, notesLookedMax } from '../../port/forge-note.ts'

const End = z.object({
  ...{ ref: z.string(), sha: z.string() },
  repo: z.object({ full_name: z.string() }).nullish(),
})
const User = z.object({ login: z.string() }).nullish()
const Pull = z.object({
  ...{ number: z.number(), title: z.string(), body: z.string().nullish(), state: z.string() },
  ...{ head: End, base: End, user: User, html_url: z.string() },
  ...{ created_at: z.string(), updated_at: z.string(), merged_at: z.string().nullish() },
  labels: z.array(z.object({ name: z.string() })),
  merge_commit_sha: z.string().nullish(),
  // Only where one is asked for by its number.
  mergeable: z.boolean().nullish(),
  mergeable_state: z.string().nullish(),
})
type Pull = z.output<typeof Pull>
const Reviews = z.array(
  z.object({
    ...{ user: User, state: z.string(), commit_id: z.string().nullish(), submitted_at: z.string().nullish() },
  }),
)
type Review = z.output<typeof Reviews>[number]
const Comments = z.array(
  z.object({
    ...{ id: z.number(), body: z.string().nullish(), user: User },
    ...{ created_at: z.string().nullish(), updated_at: z.string().nullish() },
  }),
)
const Methods = z.object({
  ...{ allow_merge_commit: z.boolean().optional(), allow_squash_merge: z.boolean().optional() },
  allow_rebase_merge: z.boolean().optional(),
})

const page = { name: 'per_page', size: 100 }
const requestsMax = 1_000
const parallelMax = 4
/** GitHub's own limits, in characters. */
const titleMax = 256
const textMax = 65_536
const listState = { OPEN: 'open', MERGED: 'closed', CLOSED: 'closed' } as const

/** Pull requests with their reviews and comments. */
export class GithubPulls {
  readonly #api: ForgeApi
  readonly #root: string
  readonly #owner: string
  readonly #login: string | undefined

  constructor(api: ForgeApi, root: string, owner: string, login: string | undefined) {
    this.#api = api
    this.#root = root
    this.#owner = owner
    this.#login = login
  }

  async self(): Promise<string> {
    return this.#login ?? (await this.#api.need(z.object({ login: z.string() }), { path: '/user' })).login
  }

  async open(input: Parameters<Forge['openMergeRequest']>[0]): Promise<ForgeMergeRequest> {
    const there = (await this.#openOf(input.source)) ?? (await this.#create(input))
    const missing = input.labels.filter((label) => !there.labels.some(({ name }) => name === label))
    if (missing.length === 0) return this.#whole(there)
    const path = `${this.#root}/issues/${there.number}/labels`
    const labels = await this.#api.need(Pull.shape.labels, {
      method: 'POST',
      path,
      body: { labels: missing },
    })
    return this.#whole({ ...there, labels })
  }

  async get(number: number): Promise<ForgeMergeRequest | undefined> {
    const found = await this.#api.read(Pull, { path: this.#path(number) })
    return found && this.#whole(found)
  }

  async list({
    state,
    sourcePrefix = '',
    limit,
  }: Parameters<Forge['mergeRequests']>[0]): Promise<ForgeMergeRequest[]> {
    const wanted: Pull[] = []
    const query = { state: state ? listState[state] : 'all', sort: 'created', direction: 'desc' }
    let looked = 0
    for await (const part of this.#api.list(z.array(Pull), { path: `${this.#root}/pulls`, query }, page)) {
      looked += part.length
      for (const one of part)
        if (
          (state === undefined || stateOf(one) === state) &&
          one.head.ref.startsWith(sourcePrefix) &&
          // A fork may name its branches as it likes.
          (sourcePrefix === '' || ofRepository(one))
        )
          wanted.push(one)
      if (wanted.length >= limit || looked >= requestsMax) break
    }
    wanted.sort((a, b) => b.number - a.number)
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
    await this.#api.need(Pull, {
      ...{ method: 'PATCH', path: this.#path(number) },
      body: {
        ...(title === undefined ? {} : { title: cutText(title, titleMax) }),
        ...(description === undefined ? {} : { body: cutText(description, textMax) }),
      },
    })
  }

  async close(number: number): Promise<void> {
    const pull = await this.#api.need(Pull, { path: this.#path(number) })
    if (stateOf(pull) === 'MERGED') throw new Fault('CONFLICT', `Pull request #${number} is merged already.`)
    if (stateOf(pull) === 'OPEN')
      await this.#api.need(Pull, { method: 'PATCH', path: this.#path(number), body: { state: 'closed' } })
  }

  async note(number: number, key: string, text: string): Promise<void> {
    this.#path(number)
    const path = `${this.#root}/issues/${number}/comments`
    const marker = noteMarker(key)
    const body = { body: cutText(`${marker}\n${text}`, textMax) }
    const self = await this.self()
    for await (const part of this.#api.list(Comments, { path }, page)) {
      const old = part.find((one) => one.user?.login === self && one.body?.startsWith(marker))
      if (!old) continue
      if (old.body !== body.body)
        await this.#api.need(z.unknown(), {
          ...{ method: 'PATCH', path: `${this.#root}/issues/comments/${old.id}`, body },
        })
      return
    }
    await this.#api.need(z.unknown(), { method: 'POST', path, body })
  }

  async notes(number: number, after: number): Promise<ForgeNote[]> {
    this.#path(number)
    const path = `${this.#root}/issues/${number}/comments`
    const found: ForgeNote[] = []
    for await (const part of this.#api.list(Comments, { path }, page)) {
      for (const { id, body, user, created_at, updated_at } of part)
        found.push({
          ...{ number: id, by: user?.login ?? '', text: body ?? '', atMs: Date.parse(created_at ?? '') },
          edited: !created_at || updated_at !== created_at,
        })
      // The oldest come first, and there is no other order.
      if (found.length >= notesLookedMax) break
    }
    return found.length === 0 ? [] : newNotes(found, after, await this.self())
  }

  async merge(number: number, headSha: string, message: string): Promise<{ sha: string }> {
    const before = await this.#api.need(Pull, { path: this.#path(number) })
    if (before.head.sha !== headSha) throw moved(number, headSha, before.head.sha)
    if (stateOf(before) === 'MERGED' && before.merge_commit_sha) return { sha: before.merge_commit_sha }
    if (stateOf(before) === 'CLOSED') throw new Fault('CONFLICT', `Pull request #${number} is closed.`)
    const [title = '', ...rest] = message.split('\n')
    const answer = await this.#api.ask({
      ...{ method: 'PUT', path: `${this.#path(number)}/merge` },
      body: {
        ...{ sha: headSha, merge_method: await this.#method() },
        ...{ commit_title: cutText(title, titleMax), commit_message: rest.join('\n').trim() },
      },
    })
    if (answer.status > 299) throw this.#notMerged(number, answer)
    const { sha } = this.#api.parse(z.object({ sha: z.string(), merged: z.literal(true) }), answer)
    return { sha }
  }

  /** 405 not mergeable, 409 the head moved. */
  #notMerged(number: number, answer: ForgeAnswer): Fault {
    if (answer.status === 405 && /base branch was modified/i.test(saidBy(answer)))
      return new Fault('UPSTREAM_FAILED', `The target of #${number} moved as it was merged; try again.`)
    return this.#api.refusal(answer)
  }

  /** A merge commit where the repository allows it: it keeps the commit that was approved in the history. */
  async #method(): Promise<'merge' | 'squash' | 'rebase'> {
    const allowed = await this.#api.need(Methods, { path: this.#root })
    // Not said to tokens that may not push.
    if (allowed.allow_merge_commit !== false) return 'merge'
    return allowed.allow_squash_merge !== false ? 'squash' : 'rebase'
  }

  async #create(input: Parameters<Forge['openMergeRequest']>[0]): Promise<Pull> {
    const answer = await this.#api.ask({
      ...{ method: 'POST', path: `${this.#root}/pulls` },
      body: {
        ...{ head: input.source, base: input.target, title: cutText(input.title, titleMax) },
        body: cutText(input.description, textMax),
      },
    })
    // Somebody else of us was faster.
    const faster = answer.status === 422 ? await this.#openOf(input.source) : undefined
    return faster ?? this.#api.parse(Pull, answer)
  }

  async #openOf(source: string): Promise<Pull | undefined> {
    const query = { state: 'open', head: `${this.#owner}:${source}`, per_page: 100 }
    const found = await this.#api.need(z.array(Pull), { path: `${this.#root}/pulls`, query })
    return found.find((one) => one.head.ref === source && ofRepository(one))
  }

  async #whole(pull: Pull): Promise<ForgeMergeRequest> {
    return {
      ...{ number: pull.number, title: pull.title, description: pull.body ?? '' },
      ...{ source: pull.head.ref, target: pull.base.ref, headSha: pull.head.sha, state: stateOf(pull) },
      ...{ labels: pull.labels.map(({ name }) => name), author: pull.user?.login ?? '', url: pull.html_url },
      ...{ createdMs: Date.parse(pull.created_at), updatedMs: Date.parse(pull.updated_at) },
      mergedSha: stateOf(pull) === 'MERGED' ? (pull.merge_commit_sha ?? null) : null,
      mergeable: mergeableOf(pull),
      approvals: await this.#approvals(pull.number),
    }
  }

  /** Of each person the newest review that says yes or no, where it is a yes that was not dismissed, of who may push. */
  async #approvals(number: number): Promise<ForgeApproval[]> {
    const newest = new Map<string, Review>()
    for await (const part of this.#api.list(Reviews, { path: `${this.#path(number)}/reviews` }, page))
      for (const review of part)
        if (review.user && ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'].includes(review.state))
          newest.set(review.user.login, review)
    const approving = [...newest].filter(([, { state }]) => state === 'APPROVED')
    if (approving.length === 0) return []
    const self = await this.self()
    const given: ForgeApproval[] = []
    for (const [by, { commit_id, submitted_at }] of approving)
      if (by !== self && submitted_at && (await this.#mayPush(by)))
        given.push({ by, headSha: commit_id ?? null, atMs: Date.parse(submitted_at) })
    return given
  }

  /** Anybody may review a public repository. */
  async #mayPush(login: string): Promise<boolean> {
    const path = `${this.#root}/collaborators/${encodeURIComponent(login)}/permission`
    const found = await this.#api.read(z.object({ permission: z.string() }), { path })
    return found?.permission === 'admin' || found?.permission === 'write'
  }

  #path(number: number): string {
    if (!Number.isSafeInteger(number) || number < 1)
      throw new Fault('NOT_FOUND', `There is no pull request ${number}.`)
    return `${this.#root}/pulls/${number}`
  }
}

const ofRepository = ({ head, base }: Pull): boolean =>
  head.repo !== null && head.repo !== undefined && head.repo.full_name === base.repo?.full_name

function stateOf({ state, merged_at }: Pull): ForgeMergeRequest['state'] {
  if (merged_at) return 'MERGED'
  return state === 'open' ? 'OPEN' : 'CLOSED'
}

/** `blocked` and `behind`: the rules of the branch forbid it for now. */
function mergeableOf(pull: Pull): boolean | null {
  if (stateOf(pull) !== 'OPEN') return false
  if (pull.mergeable === null || pull.mergeable === undefined) return null
  return pull.mergeable && !['dirty', 'blocked', 'behind', 'draft'].includes(pull.mergeable_state ?? '')
}

const moved = (number: number, seen: string, stands: string): Fault =>
  new Fault(
    'CONFLICT',
    `The head of #${number} is no longer ${seen.slice(0, 12)}, but ${stands.slice(0, 12)}.`,
  )
