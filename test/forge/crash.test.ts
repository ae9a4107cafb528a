import { describe, expect, it } from 'vitest'
import { createGiteaForge } from '../../server/src/adapter/gitea/index.ts'
import { createGithubForge } from '../../server/src/adapter/github/index.ts'
import { createGitlabForge } from '../../server/src/adapter/gitlab/index.ts'
import { forgeSeed } from '../../server/src/port/forge.suite.ts'
import type { Forge } from '../../server/src/port/forge.ts'
import { serveGitea } from './gitea-server.ts'
import { serveGithub } from './github-server.ts'
import { serveGitlab } from './gitlab-server.ts'
import { openScripted, type ScriptedRig, tokenSecret } from './rig.ts'

const rigs = {
  GitLab: () =>
    openScripted(
      forgeSeed,
      (world) => serveGitlab(world),
      (deps, url) => createGitlabForge(deps, { url, project: 'group/shop', tokenSecret }),
    ),
  GitHub: () =>
    openScripted(forgeSeed, serveGithub, (deps, url) =>
      createGithubForge(deps, { url, project: 'octo/shop', tokenSecret }),
    ),
  Gitea: () =>
    openScripted(forgeSeed, serveGitea, (deps, url) =>
      createGiteaForge(deps, { url, project: 'team/shop', tokenSecret }),
    ),
}
const branch = 'aiops/cart'
const files = [
  { path: 'infra/service/cart.tfvars', content: 'size = "m5.small"\n' },
  { path: 'infra/new.tf', content: '# new\n' },
  { path: 'README.md', content: null },
]

type State = { base: string; failed: number; sha?: string; number?: number; merged?: string }
/** As a flow does it: what a step gave is kept once it came back, and a step that did not come back is done again. */
const steps: ((forge: Forge, state: State) => Promise<void>)[] = [
  async (forge, state) => {
    const input = { branch, from: { branch: 'main', sha: state.base }, message: 'm', files }
    state.sha = (await forge.commit(input)).sha
  },
  async (forge, state) => {
    const input = { source: branch, target: 'main', title: 't', description: 'd', labels: ['aiops'] }
    state.number = (await forge.openMergeRequest(input)).number
  },
  (forge, state) =>
    forge.setStatus(state.sha ?? '', { context: 'aiops/plan', state: 'SUCCESS', description: 'ok' }),
  (forge, state) => forge.note(state.number ?? 0, 'plan', '1 to change'),
  async (forge, state) => {
    state.merged = (await forge.merge(state.number ?? 0, state.sha ?? '', 'Merge')).sha
  },
  (forge, state) => forge.deleteBranch(branch, state.sha ?? ''),
]

async function play(rig: ScriptedRig): Promise<State> {
  const state: State = { failed: 0, base: rig.world.git.branches.get('main') ?? '' }
  for (const step of steps)
    await step(rig.forge, state).catch(async () => {
      state.failed += 1
      rig.server.intercept = undefined
      rig.server.lose = undefined
      await step(rig.forge, state)
    })
  return state
}

function expectOnce({ world }: ScriptedRig, { base, sha, number, merged }: State): void {
  const { git } = world
  expect([...world.requests.values()]).toMatchObject([{ number, state: 'MERGED', labels: ['aiops'] }])
  expect([...git.branches.keys()]).toEqual(['main'])
  expect(git.branches.get('main')).toBe(merged)
  expect(git.commits.get(merged ?? '')?.parents).toEqual([base, sha])
  expect(git.commits.get(sha ?? '')?.parents).toEqual([base])
  expect(git.changedPaths(sha ?? '')).toEqual(files.map(({ path }) => path).sort())
  expect(world.requests.get(number ?? 0)?.notes).toHaveLength(1)
  expect(world.statuses.get(sha ?? '')?.at(-1)).toMatchObject({ state: 'success' })
}

describe.each(Object.entries(rigs))('%s, scripted after its documentation', (_, open) => {
  it('does each thing once, whichever of its requests breaks off, before or after it was done', {
    timeout: 120_000,
  }, async () => {
    const whole = await open()
    expectOnce(whole, await play(whole))
    const requests = whole.server.calls.length
    await whole.close()
    expect(requests).toBeGreaterThan(15)
    let failed = 0
    for (const [at, done] of Array.from(
      { length: requests },
      (_, index) =>
        [
          [index + 1, false],
          [index + 1, true],
        ] as const,
    ).flat()) {
      const rig = await open()
      if (done) rig.server.lose = () => rig.server.calls.length === at
      else rig.server.intercept = () => (rig.server.calls.length === at ? { status: 503 } : undefined)
      const state = await play(rig)
      expectOnce(rig, state)
      failed += state.failed
      await rig.close()
    }
    // Each that was refused, and each write whose answer was lost; a lost answer to a question is asked for again below.
    expect(failed).toBeGreaterThan(requests)
  })
})
