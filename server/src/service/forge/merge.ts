import { Fault } from '../../kernel/fault.ts'
import type { StoredMergeRequest } from '../../port/forge-repository.ts'
import type { ForgeRequests } from './index.ts'
import type { ReviewParts } from './request-parts.ts'
import { createReview } from './review.ts'

/** Between looking at the target and moving it somebody may have pushed; so often it is tried. */
const attemptsMax = 5

/** Merging is a commit with both as parents, made beside the repository, and one compare-and-swap of the target. */
export function createMerger(parts: ReviewParts): Pick<ForgeRequests, 'merge'> {
  const { git, clock, serial, tell, must, change } = parts
  const { blockedBy } = createReview(parts)

  async function joined(
    by: string,
    tenant: string,
    project: string,
    request: StoredMergeRequest,
    message: string,
  ) {
    const repository = git.open({ tenant, project })
    const { headSha, target } = request
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const onto = await repository.head(target)
      if (!onto) throw new Fault('CONFLICT', `The branch ${target} is gone.`)
      // Merged before, and the process ended before it was written down; or somebody pushed it there.
      if (await repository.isAncestor(headSha, onto))
        return (await repository.joinOf(headSha, headSha, onto)) ?? headSha
      const author = { name: by, email: `${by}@aiops.invalid` }
      const sha = await repository.join({ target: onto, source: headSha, message, author, atMs: clock.now() })
      if (!sha)
        throw new Fault('CONFLICT', `It cannot be merged into ${target}: both changed the same lines.`)
      if (await repository.moveBranch(target, sha, onto)) {
        tell(tenant, project, { kind: 'PUSH', ref: `refs/heads/${target}`, from: onto, to: sha, by })
        return sha
      }
    }
    throw new Fault('CONFLICT', `The branch ${target} is pushed to all the time; try again.`)
  }

  return {
    merge: (by, tenant, project, number, { headSha, message, rule }) =>
      serial.run(tenant, project, async () => {
        const request = await must(tenant, project, number)
        if (request.state === 'MERGED' && request.headSha === headSha) return request
        if (request.state !== 'OPEN')
          throw new Fault('CONFLICT', `Merge request ${number} is ${request.state.toLowerCase()}.`)
        const live = await git.open({ tenant, project }).head(request.source)
        if (live !== headSha)
          throw new Fault(
            'CONFLICT',
            live === undefined
              ? `Its branch ${request.source} is gone.`
              : `The branch has moved on to ${live.slice(0, 12)}.`,
          )
        const [why] = rule === 'PEOPLE' ? await blockedBy(tenant, project, request) : []
        if (why) throw new Fault('CONFLICT', why)
        const text =
          message ??
          `Merge branch '${request.source}' into '${request.target}'\n\n${request.title}\n\nMerge request !${number}`
        const mergedSha = await joined(by, tenant, project, request, text)
        await git.open({ tenant, project }).keep(`kept/merge-requests/${number}/head`, headSha)
        const merged = await change(tenant, project, number, 'OPEN', {
          ...{ state: 'MERGED', headSha, mergedSha, mergedBy: by, mergedMs: clock.now() },
        })
        tell(tenant, project, { kind: 'MERGE_REQUEST', action: 'merge', request: merged, by })
        return merged
      }),
  }
}
