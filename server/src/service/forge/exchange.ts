import { Fault } from '../../kernel/fault.ts'
import type { GitAnswer } from '../../port/git-repositories.ts'
import type { Caller } from '../../port/operation-client.ts'
import { matchesBranch } from './branch-pattern.ts'
import type { HookEvent } from './hook-payload.ts'
import type { ForgeDeps, ForgeProjects, GitAsked, PushSummary } from './index.ts'
import { none, type PushCommand, type PushRequest, pushRequest, refusal, refusedReport } from './push.ts'

const branchesMax = 1_000

export type ExchangeParts = ForgeDeps & {
  projects: ForgeProjects
  login: string
  tell(tenant: string, project: string, event: HookEvent): void
}

/**
 * Git's smart HTTP. A push is read before git sees it: what it may not do is refused as a whole, in git's own form. git refuses the same
 * branches once more by `receive.hideRefs`, so that a reading that differs from git's own lets nothing by.
 */
export function createExchange(parts: ExchangeParts) {
  const { git, records, clock, projects, metrics, tell } = parts
  const pushes = metrics.counter('aiops_forge_pushes_total', 'Pushes to the local forge.', ['outcome'])

  async function pushed(caller: Caller, project: string, commands: readonly PushCommand[]): Promise<void> {
    const repository = git.open({ tenant: caller.tenant, project })
    for (const { ref, from, to } of commands) {
      if (!ref.startsWith('refs/heads/')) continue
      const now = (await repository.head(ref.slice('refs/heads/'.length))) ?? none
      if (now !== to) continue
      if (to !== none)
        await records.recordPush(caller.tenant, project, { sha: to, by: caller.actor, atMs: clock.now() })
      tell(caller.tenant, project, { kind: 'PUSH', ref, from, to, by: caller.actor })
      await updated(caller, project, ref.slice('refs/heads/'.length), to)
    }
  }

  async function updated(caller: Caller, project: string, source: string, sha: string): Promise<void> {
    if (sha === none) return
    const open = await records.requests(caller.tenant, project, { state: 'OPEN', source, limit: 20 })
    for (const stored of open.requests) {
      const change = { headSha: sha, headMs: clock.now(), updatedMs: clock.now() }
      const request = await records.changeRequest(caller.tenant, project, stored.number, 'OPEN', change)
      if (request)
        tell(caller.tenant, project, { kind: 'MERGE_REQUEST', action: 'update', request, by: caller.actor })
    }
  }

  async function push(
    caller: Caller,
    asked: GitAsked & { body: Uint8Array },
    defaultBranch: string,
  ): Promise<GitAnswer & { push: PushSummary }> {
    const { tenant, actor } = caller
    const { project } = asked
    const key = { tenant, project }
    const request = pushRequest(plain(asked))
    const patterns = await records.protections(tenant, project)
    const approver = caller.permissions.includes('deployments:approve')
    const empty = (await git.open(key).head(defaultBranch)) === undefined
    const isProtected = (branch: string): boolean =>
      branch === defaultBranch || patterns.some(({ pattern }) => matchesBranch(pattern, branch))
    const mayPush = (branch: string): boolean =>
      approver &&
      patterns.some(({ pattern, push }) => push === 'APPROVERS' && matchesBranch(pattern, branch)) &&
      !patterns.some(({ pattern, push }) => push === 'NOBODY' && matchesBranch(pattern, branch))
    const rules = { isProtected, mayPush, mayBegin: (branch: string) => empty && branch === defaultBranch }
    const reasons = new Map(
      request.commands.flatMap((command) => {
        const reason = refusal(command, rules)
        return reason ? [[command.ref, reason] as const] : []
      }),
    )
    if (reasons.size > 0) {
      pushes.inc({ outcome: 'refused' })
      const sentences = [...reasons]
        .slice(0, 5)
        .map(([ref, reason]) => `${ref.replace(/^refs\/(heads|tags)\//, '')}: ${reason}.`)
      return {
        ...answerOf(refusedReport(request, reasons, sentences)),
        push: { refs: refsOf(request), refused: sentences },
      }
    }
    const named = new Set(request.commands.map(({ ref }) => ref))
    const branches = await git.open(key).branches('', branchesMax)
    const refused = branches
      .filter(({ name }) => isProtected(name) && !(named.has(`refs/heads/${name}`) && mayPush(name)))
      .map(({ name }) => `refs/heads/${name}`)
    const forwardOnly = request.commands.some(({ ref }) => isProtected(ref.replace('refs/heads/', '')))
    const answer = await git.exchange(key, { ...asked, user: actor, refused, forwardOnly })
    const done = answer.done.then(() => pushed(caller, project, request.commands))
    done.then(
      () => pushes.inc({ outcome: request.commands.length > 0 ? 'taken' : 'probed' }),
      () => pushes.inc({ outcome: 'failed' }),
    )
    return { ...answer, done, push: { refs: refsOf(request), refused: [] } }
  }

  return async (caller: Caller, asked: GitAsked): Promise<GitAnswer & { push?: PushSummary }> => {
    const { name, defaultBranch } = await projects.find(caller.tenant, asked.project)
    const named = { ...asked, project: name }
    if (asked.step === 'RECEIVE_PACK' && asked.body)
      return push(caller, { ...named, body: asked.body }, defaultBranch)
    return git.exchange(
      { tenant: caller.tenant, project: name },
      { ...named, user: caller.actor, refused: [], forwardOnly: true },
    )
  }
}

/** Stock git sends pushes as they are; whoever compresses one is asked not to, since its commands are read here. */
function plain({ headers, body }: GitAsked & { body: Uint8Array }): Uint8Array {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    throw new Fault('UNSUPPORTED_MEDIA_TYPE', 'Send a push without a content encoding.')
  return body
}

const answerOf = (body: Buffer): GitAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/x-git-receive-pack-result', 'cache-control': 'no-cache' },
  body: new Blob([new Uint8Array(body)]).stream(),
  done: Promise.resolve(),
})

const refsOf = ({ commands }: PushRequest): string[] => commands.slice(0, 50).map(({ ref }) => ref)
