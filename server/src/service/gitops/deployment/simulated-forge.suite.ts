import { createHash } from 'node:crypto'
import { Fault } from '../../../kernel/fault.ts'
import type { Forge, ForgeApproval, ForgeMergeRequest } from '../../../port/forge.ts'
import type { Process, Schedule } from './simulated-schedule.suite.ts'

type Files = ReadonlyMap<string, string>
type Request = Omit<ForgeMergeRequest, 'approvals'> & { approvals: (ForgeApproval & { step: number })[] }

/** A forge in memory: commits are whole trees. Each process sees it through `seenBy`, with the schedule between every call and effect. */
export class SimulatedForge {
  readonly commits = new Map<string, { files: Files; parent: string | null }>()
  readonly branches = new Map<string, string>()
  readonly requests: Request[] = []
  /** Chance that a call says it failed; half of those have done what was asked. */
  lies = 0
  readonly #schedule: Schedule

  constructor(schedule: Schedule, files: Record<string, string>) {
    this.#schedule = schedule
    this.branches.set('main', this.write(new Map(Object.entries(files)), null))
  }

  write(files: Files, parent: string | null): string {
    const sha = createHash('sha1')
      .update(JSON.stringify([parent, [...files]]))
      .digest('hex')
    this.commits.set(sha, { files, parent })
    return sha
  }

  filesOf(ref: string): Files {
    const sha = this.branches.get(ref) ?? ref
    return this.commits.get(sha)?.files ?? new Map()
  }

  /** Somebody pushes a change to a branch. */
  push(branch: string, path: string, content: string): void {
    const sha = this.branches.get(branch)
    if (sha === undefined) return
    this.branches.set(branch, this.write(new Map([...this.filesOf(sha), [path, content]]), sha))
    for (const one of this.requests)
      if (one.source === branch && one.state === 'OPEN')
        one.headSha = this.branches.get(branch) ?? one.headSha
  }

  approve(number: number, by: string): void {
    const found = this.requests[number - 1]
    if (!found || found.state === 'CLOSED') return
    this.revoke(number, by)
    const { now, step } = this.#schedule
    found.approvals.push({ by, headSha: found.headSha, atMs: now + step, step })
  }

  revoke(number: number, by: string): void {
    const found = this.requests[number - 1]
    if (found) found.approvals = found.approvals.filter((one) => one.by !== by)
  }

  /** Three ways by path: what the branch changed since it began, over the target as it is now. */
  mergeNow(number: number): string | undefined {
    const found = this.requests[number - 1]
    if (found?.state !== 'OPEN') return undefined
    const merged = this.#merged(found)
    if (!merged) return undefined
    const sha = this.write(merged, this.branches.get('main') ?? '')
    this.branches.set('main', sha)
    Object.assign(found, { state: 'MERGED', mergedSha: sha })
    return sha
  }

  #merged(found: Request): Files | undefined {
    const target = this.branches.get('main') ?? ''
    const base = this.#base(found.headSha, target)
    const before = this.filesOf(base)
    const merged = new Map(this.filesOf(target))
    for (const [path, content] of this.filesOf(found.headSha)) {
      if (before.get(path) === content) continue
      const theirs = merged.get(path)
      const text =
        theirs === before.get(path) ? content : mergeLines(before.get(path) ?? '', content, theirs ?? '')
      if (text === undefined) return undefined
      merged.set(path, text)
    }
    return merged
  }

  seenBy(process: Process): Forge {
    const call = async <T>(name: string, effect: () => T): Promise<T> => {
      const lie =
        this.#schedule.random() < this.lies ? (this.#schedule.random() < 0.5 ? 'before' : 'after') : ''
      return this.#schedule.call(process, `forge.${name}`, () => {
        if (lie === 'before') throw new Fault('UPSTREAM_FAILED', 'The forge answered 502.')
        const result = effect()
        if (lie === 'after') throw new Fault('UPSTREAM_FAILED', 'The forge answered 502.')
        return structuredClone(result)
      })
    }
    return {
      kind: 'LOCAL',
      self: async () => 'aiops-bot',
      defaultBranch: async () => 'main',
      head: (branch) =>
        call('head', () => {
          const sha = this.branches.get(branch)
          if (branch === 'main' && sha) process.seen.head = sha
          return sha
        }),
      branches: (prefix) =>
        call('branches', () =>
          [...this.branches].flatMap(([name, sha]) =>
            name.startsWith(prefix) ? [{ name, sha, committedMs: 0 }] : [],
          ),
        ),
      deleteBranch: (branch, sha) =>
        call('deleteBranch', () => {
          if (this.branches.get(branch) !== sha) throw new Fault('CONFLICT', 'It moved.')
          this.branches.delete(branch)
        }),
      readFile: (ref, path) => call('readFile', () => this.filesOf(ref).get(path)),
      tree: (ref, folder) =>
        call('tree', () =>
          [...this.filesOf(ref)].flatMap(([path, content]) =>
            path.startsWith(`${folder}/`) ? [{ path, content }] : [],
          ),
        ),
      commit: ({ branch, from, files }) => call('commit', () => this.#commit(branch, from.sha, files)),
      openMergeRequest: (input) => call('openMergeRequest', () => this.#open(input, process)),
      mergeRequest: (number) =>
        call('mergeRequest', () => {
          const found = this.requests[number - 1]
          if (found) found.mergeable = found.state !== 'OPEN' || this.#merged(found) !== undefined
          process.seen.request = found && structuredClone(found)
          return found
        }),
      mergeRequests: ({ state, sourcePrefix = '' }) =>
        call('mergeRequests', () =>
          this.requests.filter(
            (one) => one.source.startsWith(sourcePrefix) && (state === undefined || one.state === state),
          ),
        ),
      describe: () => call('describe', () => undefined),
      close: (number) =>
        call('close', () => {
          const found = this.requests[number - 1]
          if (found?.state === 'OPEN') found.state = 'CLOSED'
        }),
      note: () => call('note', () => undefined),
      notes: async () => [],
      setStatus: async () => undefined,
      merge: (number, headSha) =>
        call('merge', () => {
          const found = this.requests[number - 1]
          if (!found || found.headSha !== headSha || found.state !== 'OPEN')
            throw new Fault('CONFLICT', 'The head has moved.')
          const sha = this.mergeNow(number)
          if (sha === undefined) throw new Fault('CONFLICT', 'It does not merge.')
          return { sha }
        }),
    }
  }

  #commit(
    branch: string,
    from: string,
    files: readonly { path: string; content: string | null }[],
  ): { sha: string } {
    const tree = new Map(this.filesOf(from))
    for (const { path, content } of files) tree.set(path, content ?? '')
    const sha = this.write(tree, from)
    const standing = this.branches.get(branch)
    if (standing !== undefined && standing !== sha && standing !== from)
      throw new Fault('CONFLICT', 'The branch holds other commits.')
    this.branches.set(branch, sha)
    return { sha }
  }

  #open(
    input: { source: string; target: string; title: string; description: string },
    process: Process,
  ): Request {
    const known = this.requests.find(({ source, state }) => source === input.source && state === 'OPEN')
    if (known) return known
    const headSha = this.branches.get(input.source)
    if (headSha === undefined) throw new Fault('NOT_FOUND', 'There is no such branch.')
    const number = this.requests.length + 1
    const made: Request = {
      ...{ number, title: input.title, description: '', source: input.source, target: input.target, headSha },
      ...{ state: 'OPEN', labels: [], author: 'aiops-bot', url: `http://forge/${number}`, createdMs: 0 },
      ...{ updatedMs: 0, mergedSha: null, mergeable: true, approvals: [] },
    }
    this.requests.push(made)
    this.#schedule.opened(made, process)
    return made
  }

  #base(head: string, target: string): string {
    const ancestors = new Set<string>()
    for (let at: string | null = target; at; at = this.commits.get(at)?.parent ?? null) ancestors.add(at)
    for (let at: string | null = head; at; at = this.commits.get(at)?.parent ?? null)
      if (ancestors.has(at)) return at
    return target
  }
}

/** Line by line; undefined where both changed one. */
function mergeLines(before: string, ours: string, theirs: string): string | undefined {
  const [a, b, c] = [before.split('\n'), ours.split('\n'), theirs.split('\n')]
  if (a.length !== b.length || a.length !== c.length) return undefined
  const lines: string[] = []
  for (const [at, line] of a.entries()) {
    if (b[at] !== line && c[at] !== line && b[at] !== c[at]) return undefined
    lines.push((b[at] === line ? c[at] : b[at]) ?? '')
  }
  return lines.join('\n')
}
