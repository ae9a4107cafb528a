import { Fault } from '../../kernel/fault.ts'
import type { StoredMergeRequest, StoredStatus } from '../../port/forge-repository.ts'
import type { ForgeDeps, ForgeRequests } from './index.ts'
import { createMerger } from './merge.ts'
import type { RequestParts } from './request-parts.ts'
import { createReview } from './review.ts'

const notesMax = 500
const statusesMax = 100
const commitsMax = 250
export const statusDescriptionMax = 140

/** Merge requests of every repository. What changes one runs one at a time for each repository. */
export function createForgeRequests(deps: RequestParts): ForgeRequests {
  const { records, git, clock, random, serial, login, tell } = deps
  const repository = (tenant: string, project: string) => git.open({ tenant, project })

  /** An open request stands where its branch stands; without one, where it stood last. */
  async function fresh(tenant: string, project: string, request: StoredMergeRequest, head?: string) {
    if (request.state !== 'OPEN' || (await git.version()) === undefined) return request
    const now = head ?? (await repository(tenant, project).head(request.source))
    if (now === undefined || now === request.headSha) return request
    const change = { headSha: now, headMs: clock.now(), updatedMs: clock.now() }
    return (
      (await records.changeRequest(tenant, project, request.number, 'OPEN', change)) ?? {
        ...request,
        ...change,
      }
    )
  }
  async function get(tenant: string, project: string, number: number) {
    const stored = await records.request(tenant, project, number)
    return stored && fresh(tenant, project, stored)
  }
  async function must(tenant: string, project: string, number: number): Promise<StoredMergeRequest> {
    const found = await get(tenant, project, number)
    if (!found) throw new Fault('NOT_FOUND', `There is no merge request ${number} in ${project}.`)
    return found
  }
  async function change(
    ...[tenant, project, number, from, what]: Parameters<ForgeDeps['records']['changeRequest']>
  ): Promise<StoredMergeRequest> {
    const changed = await records.changeRequest(tenant, project, number, from, {
      ...what,
      updatedMs: clock.now(),
    })
    if (!changed) throw new Fault('CONFLICT', `Merge request ${number} is no longer ${from.toLowerCase()}.`)
    return changed
  }

  async function openNow(
    by: string,
    tenant: string,
    project: string,
    input: Parameters<ForgeRequests['open']>[3],
  ) {
    const { source, target, title, description, labels } = input
    checkTexts(title, description, labels)
    if (source === target) throw new Fault('VALIDATION_FAILED', 'A branch is not merged into itself.')
    const there = await records.openRequest(tenant, project, source, target)
    if (there) return { request: await fresh(tenant, project, there), isNew: false }
    const [headSha, targetSha] = [
      await repository(tenant, project).head(source),
      await repository(tenant, project).head(target),
    ]
    if (!headSha || !targetSha)
      throw new Fault(
        'NOT_FOUND',
        `There is no branch ${JSON.stringify((headSha ? target : source).slice(0, 200))} in ${project}.`,
      )
    const nowMs = clock.now()
    const request = await records.insertRequest(tenant, project, {
      ...{ title, description, source, target, headSha, state: 'OPEN' as const, labels: [...labels] },
      ...{
        author: by,
        createdMs: nowMs,
        updatedMs: nowMs,
        mergedSha: null,
        headMs: nowMs,
        mergedBy: null,
        mergedMs: null,
      },
    })
    await repository(tenant, project).keep(`kept/merge-requests/${request.number}/head`, headSha)
    tell(tenant, project, { kind: 'MERGE_REQUEST', action: 'open', request, by })
    return { request, isNew: true }
  }

  const parts = { ...deps, get, must, change }
  return {
    ...createReview(parts),
    ...createMerger(parts),
    get,
    open: (by, tenant, project, input) =>
      serial.run(tenant, project, () => openNow(by, tenant, project, input)),
    async list(tenant, project, filter) {
      const { requests, total } = await records.requests(tenant, project, filter)
      const open = requests.some(({ state }) => state === 'OPEN') && (await git.version()) !== undefined
      const heads = open ? await repository(tenant, project).branches('', 1_000) : []
      const headOf = new Map(heads.map(({ name, sha }) => [name, sha]))
      const current = requests.map((request) => {
        const head = headOf.get(request.source)
        return head === undefined ? request : fresh(tenant, project, request, head)
      })
      return { requests: await Promise.all(current), total }
    },
    async describe(tenant, project, number, { title, description, labels }) {
      const { state, ...before } = await must(tenant, project, number)
      checkTexts(title ?? before.title, description ?? before.description, labels ?? before.labels)
      const what = {
        ...(title === undefined ? {} : { title }),
        ...(description === undefined ? {} : { description }),
        ...(labels === undefined ? {} : { labels }),
      }
      return change(tenant, project, number, state, what)
    },
    close: (by, tenant, project, number) =>
      serial.run(tenant, project, async () => {
        const request = await must(tenant, project, number)
        if (request.state === 'CLOSED') return request
        const closed = await change(tenant, project, number, 'OPEN', { state: 'CLOSED' })
        tell(tenant, project, { kind: 'MERGE_REQUEST', action: 'close', request: closed, by })
        return closed
      }),
    reopen: (by, tenant, project, number) =>
      serial.run(tenant, project, async () => {
        const { source, target, state } = await must(tenant, project, number)
        if (state === 'OPEN') return must(tenant, project, number)
        const headSha = await repository(tenant, project).head(source)
        if (!headSha) throw new Fault('CONFLICT', `Its branch ${source} is gone.`)
        if (await records.openRequest(tenant, project, source, target))
          throw new Fault('CONFLICT', `Another merge request of ${source} into ${target} is open.`)
        const opened = await change(tenant, project, number, 'CLOSED', {
          state: 'OPEN',
          headSha,
          headMs: clock.now(),
        })
        tell(tenant, project, { kind: 'MERGE_REQUEST', action: 'reopen', request: opened, by })
        return opened
      }),
    notes: (tenant, project, number) => records.notes(tenant, project, number, notesMax),
    async note(by, tenant, project, number, text, key) {
      const request = await must(tenant, project, number)
      if (text.trim() === '' || text.length > 1_048_576)
        throw new Fault('VALIDATION_FAILED', 'A note has between 1 and 1,048,576 characters.')
      const nowMs = clock.now()
      const made = {
        id: random.uuid(nowMs),
        key,
        author: by,
        text,
        createdMs: nowMs,
        updatedMs: nowMs,
      }
      const note = await records.saveNote(tenant, project, number, made)
      tell(tenant, project, { kind: 'NOTE', request, note, by })
      return note
    },
    async editNote(by, tenant, project, number, noteNumber, text) {
      const notes = await records.notes(tenant, project, number, notesMax)
      const there = notes.find((one) => one.number === noteNumber)
      if (!there) throw new Fault('NOT_FOUND', `There is no note ${noteNumber} there.`)
      if (there.author !== by) throw new Fault('PERMISSION_DENIED', 'Only its author changes a note.')
      if (text.trim() === '' || text.length > 1_048_576)
        throw new Fault('VALIDATION_FAILED', 'A note has between 1 and 1,048,576 characters.')
      return records.saveNote(tenant, project, number, { ...there, text, updatedMs: clock.now() })
    },
    statuses: (tenant, project, sha) => records.statuses(tenant, project, sha),
    async setStatus(by, tenant, project, sha, { context, state, description, url }) {
      if ((await repository(tenant, project).resolve(sha)) !== sha)
        throw new Fault('NOT_FOUND', `There is no commit ${sha.slice(0, 40)} in ${project}.`)
      if (context === '' || context.length > 255)
        throw new Fault('VALIDATION_FAILED', 'The context of a status has between 1 and 255 characters.')
      const known = await records.statuses(tenant, project, sha)
      // Merging waits for the platform's word on a change; nobody else takes it back.
      if (by !== login && known.some((one) => one.context === context && one.by === login))
        throw new Fault('PERMISSION_DENIED', `The status ${context} is the platform's own.`)
      if (known.length >= statusesMax && !known.some((one) => one.context === context))
        throw new Fault('CONFLICT', `A commit has at most ${statusesMax} statuses.`)
      const status: StoredStatus = {
        ...{ context, state, description: description.slice(0, statusDescriptionMax) },
        ...(url !== undefined && /^https?:\/\//.test(url) ? { url: url.slice(0, 2_000) } : {}),
        ...{ by, atMs: clock.now() },
      }
      await records.setStatus(tenant, project, sha, status)
      return status
    },
    async commits(tenant, project, { headSha, target, mergedSha }) {
      const opened = repository(tenant, project)
      // After the merge the target has them all: what came by it is what its first parent lacked.
      const [before] = mergedSha ? await opened.log(mergedSha, { limit: 1 }) : []
      const not = before ? before.parents[0] : await opened.head(target)
      if ((await opened.resolve(headSha)) === undefined) return []
      return opened.log(headSha, { ...(not ? { not } : {}), limit: commitsMax })
    },
  }
}

function checkTexts(title: string, description: string, labels: readonly string[]): void {
  if (title.trim() === '' || title.length > 500)
    throw new Fault('VALIDATION_FAILED', 'A title has between 1 and 500 characters.')
  if (description.length > 1_048_576)
    throw new Fault('VALIDATION_FAILED', 'A description has at most 1,048,576 characters.')
  if (labels.length > 50 || labels.some((label) => label === '' || label.length > 255))
    throw new Fault('VALIDATION_FAILED', 'There are at most 50 labels, each of 1 to 255 characters.')
}
