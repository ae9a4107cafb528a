import { GitStore } from './git-store.ts'

export type Approval = {
  login: string
  headSha: string
  timeMs: number
  state: string
  id: number
  dismissed?: boolean
}
export type Note = {
  id: number
  author: string
  body: string
  system: boolean
  timeMs: number
  editedMs?: number
}
export type Request = {
  number: number
  title: string
  description: string
  source: string
  target: string
  labels: string[]
  author: string
  state: 'OPEN' | 'MERGED' | 'CLOSED'
  createdMs: number
  updatedMs: number
  mergedSha: string | null
  /** Of the branch when it was merged or closed; while it is open the branch says. */
  lastHead: string
  /** Each head that it had. */
  versions: { sha: string; timeMs: number }[]
  approvals: Approval[]
  notes: Note[]
  /** A branch of the same name in somebody's fork. */
  fork?: string
}
export type Status = { state: string; context: string; description: string; pipeline?: number | undefined }

export const bot = 'aiops-bot'

/** One project at a forge that is made up: what its servers show in their own words. */
export class World {
  readonly git = new GitStore()
  readonly requests = new Map<number, Request>()
  readonly statuses = new Map<string, Status[]>()
  readonly labels = new Map<string, number>()
  /** Who may push, beside the platform. */
  readonly members = new Set(['anna', 'ben'])
  readonly defaultBranch = 'main'
  #next = 1

  constructor(seed: Readonly<Record<string, string | Uint8Array>>) {
    this.git.branches.set('main', this.git.change('', new Map(Object.entries(seed)), 'Begin', 'anna'))
  }

  id(): number {
    this.#next += 1
    return this.#next - 1
  }

  /** Moves a branch, and what follows it. */
  move(branch: string, sha: string): void {
    this.git.branches.set(branch, sha)
    for (const request of this.requests.values())
      if (request.source === branch && request.state === 'OPEN' && !request.fork) {
        request.versions.unshift({ sha, timeMs: this.git.tick() })
        request.updatedMs = this.git.tick()
      }
  }

  push(branch: string, files: Readonly<Record<string, string>>, author = 'anna'): string {
    const parent = this.git.branches.get(branch) ?? this.git.branches.get('main') ?? ''
    const sha = this.git.change(parent, new Map(Object.entries(files)), 'Theirs', author)
    this.move(branch, sha)
    return sha
  }

  open(
    input: Pick<Request, 'title' | 'description' | 'source' | 'target' | 'labels'>,
    author = bot,
    fork?: string,
  ): Request {
    const timeMs = this.git.tick()
    const lastHead = this.git.branches.get(input.source) ?? ''
    const request: Request = {
      ...{ ...input, number: this.id(), author, state: 'OPEN', createdMs: timeMs, updatedMs: timeMs },
      ...{ mergedSha: null, lastHead, versions: [{ sha: lastHead, timeMs }], approvals: [], notes: [] },
      ...(fork ? { fork } : {}),
    }
    this.requests.set(request.number, request)
    return request
  }

  headOf(request: Request): string {
    return request.state === 'OPEN'
      ? (this.git.branches.get(request.source) ?? request.lastHead)
      : request.lastHead
  }

  openOf(source: string): Request | undefined {
    return [...this.requests.values()].find(
      (one) => one.state === 'OPEN' && one.source === source && !one.fork,
    )
  }

  newestFirst(): Request[] {
    return [...this.requests.values()].sort((a, b) => b.number - a.number)
  }

  review(number: number, login: string, state = 'APPROVED'): Approval {
    const request = this.requests.get(number)
    if (!request) throw new Error(`no request ${number}`)
    const review = {
      ...{ login, state, id: this.id() },
      headSha: this.headOf(request),
      timeMs: this.git.tick(),
    }
    request.approvals.push(review)
    return review
  }

  conflicts(request: Request): boolean {
    return !this.git.merged(this.git.branches.get(request.target) ?? '', this.headOf(request))
  }

  /** The merge commit, or undefined where both sides conflict. */
  merge(request: Request, message: string): string | undefined {
    const [target, head] = [this.git.branches.get(request.target) ?? '', this.headOf(request)]
    const files = this.git.merged(target, head)
    if (!files) return undefined
    const sha = this.git.commit(this.git.tree(files), [target, head], message, bot)
    this.move(request.target, sha)
    Object.assign(request, { state: 'MERGED', mergedSha: sha, lastHead: head, updatedMs: this.git.tick() })
    return sha
  }

  close(request: Request): void {
    Object.assign(request, { lastHead: this.headOf(request), state: 'CLOSED', updatedMs: this.git.tick() })
  }

  edit(note: Note, body: string): void {
    note.body = body
    note.editedMs = this.git.tick()
  }

  note(request: Request, author: string, body: string, system = false): Note {
    const note = { id: this.id(), author, body, system, timeMs: this.git.tick() }
    request.notes.push(note)
    return note
  }

  status(sha: string, status: Status): void {
    this.statuses.set(sha, [...(this.statuses.get(sha) ?? []), status])
  }
}
