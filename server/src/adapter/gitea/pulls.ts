import { z } from 'zod'
import { Fault, isFault } from '../../kernel/fault.ts'
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
const Labels = z.array(z.object({ id: z.number(), name: z.string() }))
const Pull = z.object({
  ...{ number: z.number(), title: z.string(), body: z.string().nullish(), state: z.string() },
  ...{ head: End, base: End, user: User, html_url: z.string() },
  ...{ created_at: z.string(), updated_at: z.string(), merged: z.boolean() },
  ...{ labels: Labels.nullish(), merge_commit_sha: z.string().nullish(), mergeable: z.boolean().nullish() },
})
type Pull = z.output<typeof Pull>
const Reviews = z.array(
  z.object({
    ...{ id: z.number(), user: User, state: z.string(), commit_id: z.string().nullish() },
    ...{ dismissed: z.boolean().nullish(), official: z.boolean().nullish() },
    submitted_at: z.string(),
  }),
)
type Review = z.output<typeof Reviews>[number]
const Comments = z.array(
  z.object({
    ...{ id: z.number(), body: z.string(), user: User },
    ...{ created_at: z.string().nullish(), updated_at: z.string().nullish() },
  }),
)
const Styles = z.object({
  ...{ allow_merge_commits: z.boolean().nullish(), allow_squash_merge: z.boolean().nullish() },
})

const page = { name: 'limit', size: 50 }
const requestsMax = 1_000
const parallelMax = 4
const titleMax = 255
/** Gitea itself has none. In characters. */
const textMax = 65_536
const listState = { OPEN: 'open', MERGED: 'closed', CLOSED: 'closed' } as const
const labelColor = '#8b949e'

/** Pull requests with their reviews and comments. */
export class GiteaPulls {
  readonly #api: ForgeApi
  readonly #root: string

  constructor(api: ForgeApi, root: string) {
    this.#api = api
    this.#root = root
  }

  async self(): Promise<string> {
    return (await this.#api.need(z.object({ login: z.string() }), { path: '/user' })).login
  }

  async open(input: Parameters<Forge['openMergeRequest']>[0]): Promise<ForgeMergeRequest> {
    const there = await this.#openOf(input.source)
    if (there) return this.#whole(there)
    const answer = await this.#api.ask({
      ...{ method: 'POST', path: `${this.#root}/pulls` },
      body: {
        ...{ head: input.source, base: input.target, title: cutText(input.title, titleMax) },
        ...{ body: cutText(input.description, textMax), labels: await this.#labelIds(input.labels) },
      },
    })
    // Somebody else of us was faster.
    const faster =
      answer.status === 409 || answer.status === 422 ? await this.#openOf(input.source) : undefined
    return this.#whole(faster ?? this.#api.parse(Pull, answer))
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
    let looked = 0
    // Gitea lists the newest first.
    for await (const part of this.#pulls(state ? listState[state] : 'all')) {
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
    // Gitea gives them all at once.
    const comments = await this.#api.need(Comments, { path })
    const old = comments.find((one) => one.user?.login === self && one.body.startsWith(marker))
    if (!old) await this.#api.need(z.unknown(), { method: 'POST', path, body })
    else if (old.body !== body.body)
      await this.#api.need(z.unknown(), {
        ...{ method: 'PATCH', path: `${this.#root}/issues/comments/${old.id}`, body },
      })
  }

  async notes(number: number, after: number): Promise<ForgeNote[]> {
    this.#path(number)
    const path = `${this.#root}/issues/${number}/comments`
    const found: ForgeNote[] = []
    // Gitea gives them all at once.
    const comments = await this.#api.need(Comments, { path })
    for (const { id, body, user, created_at, updated_at } of comments.slice(0, notesLookedMax))
      found.push({
        ...{ number: id, by: user?.login ?? '', text: body, atMs: Date.parse(created_at ?? '') },
        edited: !created_at || updated_at !== created_at,
      })
    return found.length === 0 ? [] : newNotes(found, after, await this.self())
  }

  async merge(number: number, headSha: string, message: string): Promise<{ sha: string }> {
    const before = await this.#api.need(Pull, { path: this.#path(number) })
    if (before.head.sha !== headSha) throw moved(number, headSha, before.head.sha)
    if (before.merged && before.merge_commit_sha) return { sha: before.merge_commit_sha }
    if (stateOf(before) === 'CLOSED') throw new Fault('CONFLICT', `Pull request #${number} is closed.`)
    const [title = '', ...rest] = message.split('\n')
    const answer = await this.#api.ask({
      ...{ method: 'POST', path: `${this.#path(number)}/merge` },
      body: {
        ...{ Do: await this.#style(), head_commit_id: headSha, delete_branch_after_merge: false },
        ...{ MergeTitleField: cutText(title, titleMax), MergeMessageField: rest.join('\n').trim() },
      },
    })
    if (answer.status > 299) throw this.#notMerged(number, answer)
    // Its answer is empty.
    const after = await this.#api.need(Pull, { path: this.#path(number) })
    if (!after.merged || !after.merge_commit_sha)
      throw new Fault('UPSTREAM_FAILED', `Gitea has not merged #${number} yet.`)
    return { sha: after.merge_commit_sha }
  }

  /** 405 not mergeable, not allowed, or not worked out yet; 409 the head moved or conflicts. */
  #notMerged(number: number, answer: ForgeAnswer): Fault {
    const said = saidBy(answer)
    if (answer.status === 405 && /try again later/i.test(said))
      return new Fault('UPSTREAM_FAILED', `Gitea is still working out whether #${number} can be merged.`)
    if (answer.status === 405 && /not allowed to merge/i.test(said))
      return new Fault('PERMISSION_DENIED', `Gitea refuses to merge #${number}: ${said}`)
    return this.#api.refusal(answer)
  }

  /** A merge commit where the repository allows it: it keeps the commit that was approved in the history. */
  async #style(): Promise<'merge' | 'squash' | 'rebase'> {
    const allowed = await this.#api.need(Styles, { path: this.#root })
    if (allowed.allow_merge_commits !== false) return 'merge'
    return allowed.allow_squash_merge !== false ? 'squash' : 'rebase'
  }

  /** Labels go by number here; what the repository does not have is made. */
  async #labelIds(names: readonly string[]): Promise<number[]> {
    if (names.length === 0) return []
    const path = `${this.#root}/labels`
    const known = new Map<string, number>()
    for await (const part of this.#api.list(Labels, { path }, page))
      for (const { name, id } of part) if (!known.has(name)) known.set(name, id)
    const ids: number[] = []
    for (const name of new Set(names)) {
      const body = { name: cutText(name, 50), color: labelColor }
      const id = known.get(body.name)
      ids.push(id ?? (await this.#api.need(Labels.element, { method: 'POST', path, body })).id)
    }
    return ids
  }

  async #openOf(source: string): Promise<Pull | undefined> {
    let looked = 0
    for await (const part of this.#pulls('open')) {
      const found = part.find((one) => one.head.ref === source && ofRepository(one))
      looked += part.length
      if (found || looked >= requestsMax) return found
    }
    return undefined
  }

  #pulls(state: string): AsyncGenerator<Pull[]> {
    return this.#api.list(z.array(Pull), { path: `${this.#root}/pulls`, query: { state } }, page)
  }

  async #whole(pull: Pull): Promise<ForgeMergeRequest> {
    return {
      ...{ number: pull.number, title: pull.title, description: pull.body ?? '' },
      ...{ source: pull.head.ref, target: pull.base.ref, headSha: pull.head.sha, state: stateOf(pull) },
      ...{
        labels: (pull.labels ?? []).map(({ name }) => name),
        author: pull.user?.login ?? '',
        url: pull.html_url,
      },
      ...{ createdMs: Date.parse(pull.created_at), updatedMs: Date.parse(pull.updated_at) },
      mergedSha: pull.merged ? (pull.merge_commit_sha ?? null) : null,
      // Gitea says false also while it has not looked, so that alone is no conflict.
      mergeable: stateOf(pull) !== 'OPEN' ? false : pull.mergeable ? true : null,
      approvals: await this.#approvals(pull.number),
    }
  }

  /** Of each person the newest review that says yes or no, where it is a yes that was not dismissed, of who may push. */
  async #approvals(number: number): Promise<ForgeApproval[]> {
    const reviews: Review[] = []
    for await (const part of this.#api.list(Reviews, { path: `${this.#path(number)}/reviews` }, page))
      reviews.push(...part)
    const newest = new Map<string, Review>()
    // A review that is asked for anew takes the place of the one before.
    for (const review of reviews.sort((a, b) => a.id - b.id))
      if (review.user && ['APPROVED', 'REQUEST_CHANGES', 'REQUEST_REVIEW'].includes(review.state))
        newest.set(review.user.login, review)
    const approving = [...newest].filter(([, { state, dismissed }]) => state === 'APPROVED' && !dismissed)
    if (approving.length === 0) return []
    const self = await this.self()
    const given: ForgeApproval[] = []
    for (const [by, { commit_id, submitted_at, official }] of approving)
      if (by !== self && (official || (await this.#mayPush(by))))
        given.push({ by, headSha: commit_id || null, atMs: Date.parse(submitted_at) })
    return given
  }

  /**
   * Anybody may review a public repository; Gitea marks a review as official only where the target is protected. Elsewhere the rights
   * of the reviewer count, which only an administrator of the repository may ask for.
   */
  async #mayPush(login: string): Promise<boolean> {
    const path = `${this.#root}/collaborators/${encodeURIComponent(login)}/permission`
    try {
      const found = await this.#api.read(z.object({ permission: z.string() }), { path })
      return ['owner', 'admin', 'write'].includes(found?.permission ?? '')
    } catch (error) {
      if (isFault(error) && error.code === 'PERMISSION_DENIED') return false
      throw error
    }
  }

  #path(number: number): string {
    if (!Number.isSafeInteger(number) || number < 1)
      throw new Fault('NOT_FOUND', `There is no pull request ${number}.`)
    return `${this.#root}/pulls/${number}`
  }
}

const ofRepository = ({ head, base }: Pull): boolean =>
  head.repo !== null && head.repo !== undefined && head.repo.full_name === base.repo?.full_name

function stateOf({ state, merged }: Pull): ForgeMergeRequest['state'] {
  if (merged) return 'MERGED'
  return state === 'open' ? 'OPEN' : 'CLOSED'
}

const moved = (number: number, seen: string, stands: string): Fault =>
  new Fault(
    'CONFLICT',
    `The head of #${number} is no longer ${seen.slice(0, 12)}, but ${stands.slice(0, 12)}.`,
  )
