import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serveGithub } from '../../../../test/forge/github-server.ts'
import { openScripted, type ScriptedRig, tokenSecret } from '../../../../test/forge/rig.ts'
import { bot } from '../../../../test/forge/world.ts'
import { forgeSeed } from '../../port/forge.suite.ts'
import { apiOf, createGithubForge } from './forge.ts'

const cart = 'infra/service/cart.tfvars'
const branch = 'aiops/cart'
let rig: ScriptedRig
let base: string

beforeEach(async () => {
  rig = await openScripted(forgeSeed, serveGithub, (deps, url) =>
    createGithubForge(deps, { url, project: 'octo/shop', tokenSecret }),
  )
  base = rig.world.git.branches.get('main') ?? ''
})
afterEach(() => rig.close())

const commit = (content: string | null = 'one\n', path = cart) =>
  rig.forge.commit({ branch, from: { branch: 'main', sha: base }, message: 'm', files: [{ path, content }] })
const request = (labels: string[] = [], description = 'd') =>
  rig.forge.openMergeRequest({ source: branch, target: 'main', title: 't', description, labels })
const approvals = async (number: number) => (await rig.forge.mergeRequest(number))?.approvals ?? []
/** Gives a file another mode on the default branch. */
const setMode = (path: string, mode: string): void => {
  const { git } = rig.world
  const files = git.files(base)
  files.set(path, { mode, sha: files.get(path)?.sha ?? '' })
  base = git.commit(git.tree(files), [base], 'mode', 'anna')
  git.branches.set('main', base)
}

describe('GitHub, scripted after its documentation: commits', () => {
  it('a branch that moved between look and write is never overwritten', async () => {
    const { sha } = await commit()
    rig.server.intercept = ({ method }) => {
      if (method === 'PATCH' && rig.world.git.branches.get(branch) === sha)
        rig.world.push(branch, { 'README.md': 'theirs\n' })
      return undefined
    }
    const second = rig.forge.commit({
      branch,
      from: { branch, sha },
      message: 'm',
      files: [{ path: cart, content: 'two\n' }],
    })
    await expect(second).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await rig.forge.readFile(branch, cart)).toBe('one\n')
    expect(await rig.forge.readFile(branch, 'README.md')).toBe('theirs\n')
  })

  it('a program stays one that may be run', async () => {
    setMode('infra/main.tf', '100755')
    const { sha } = await commit('x\n', 'infra/main.tf')
    expect(rig.world.git.files(sha).get('infra/main.tf')?.mode).toBe('100755')
  })

  it('a link is neither read as a file nor written through', async () => {
    setMode('infra/main.tf', '120000')
    await expect(commit('x\n', 'infra/main.tf')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    await expect(commit('x\n', 'infra')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    expect((await rig.forge.tree('main', 'infra')).map(({ path }) => path)).toEqual([cart])
  })

  it('one that changes nothing is refused', async () => {
    await expect(commit(forgeSeed[cart] as string)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    await expect(commit(null, 'infra/none.tf')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
  })

  it('a file that is read twice comes once', async () => {
    await rig.forge.tree('main', '')
    const before = rig.server.calls.filter(({ path }) => path.includes('/git/blobs/')).length
    await rig.forge.tree('main', '')
    expect(rig.server.calls.filter(({ path }) => path.includes('/git/blobs/'))).toHaveLength(before)
  })
})

describe('GitHub, scripted after its documentation: approvals', () => {
  let number = 0
  let head = ''
  beforeEach(async () => {
    head = (await commit()).sha
    number = (await request()).number
  })

  it('are of the commit that the review names', async () => {
    rig.world.review(number, 'anna')
    rig.world.push(branch, { 'README.md': 'more\n' })
    expect(await approvals(number)).toMatchObject([{ by: 'anna', headSha: head }])
  })

  it.each([
    ['changes are asked for afterwards', ['APPROVED', 'CHANGES_REQUESTED'], 0],
    ['they are dismissed', ['DISMISSED'], 0],
    ['an older one stands before a dismissed one', ['APPROVED', 'DISMISSED'], 0],
    ['a comment follows', ['APPROVED', 'COMMENTED'], 1],
    ['changes were asked for before', ['CHANGES_REQUESTED', 'APPROVED'], 1],
    ['only comments were made', ['COMMENTED', 'PENDING'], 0],
  ])('count or not when %s', async (_, states, count) => {
    for (const state of states) rig.world.review(number, 'anna', state)
    expect(await approvals(number)).toHaveLength(count)
  })

  it('of somebody who may not push, or of the platform, do not count', async () => {
    rig.world.review(number, 'mallory')
    rig.world.review(number, bot)
    expect(await approvals(number)).toEqual([])
  })

  it('are read to the last page', async () => {
    for (let i = 0; i < 130; i += 1) rig.world.review(number, 'ben', 'COMMENTED')
    rig.world.review(number, 'anna')
    expect(await approvals(number)).toMatchObject([{ by: 'anna' }])
  })
})

describe('GitHub, scripted after its documentation: requests', () => {
  beforeEach(() => commit())

  it('one that was merged with another head is not merged with this', async () => {
    const { number, headSha } = await request()
    await rig.forge.merge(number, headSha, 'm')
    await expect(rig.forge.merge(number, base, 'm')).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('a fork with a branch of the same name is not ours', async () => {
    rig.world.open(
      { title: 'x', description: '', source: branch, target: 'main', labels: [] },
      'mallory',
      'mallory',
    )
    const { number } = await request()
    expect(
      (await rig.forge.mergeRequests({ sourcePrefix: 'aiops/', limit: 10 })).map((one) => one.number),
    ).toEqual([number])
  })

  it('labels that a crash left out are added the next time', async () => {
    rig.server.intercept = ({ path }) => (path.endsWith('/labels') ? { status: 503 } : undefined)
    await expect(request(['aiops'])).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
    rig.server.intercept = undefined
    expect((await request(['aiops'])).labels).toEqual(['aiops'])
    expect(rig.world.requests.size).toBe(1)
  })

  it('a text that is too long is cut, and says so', async () => {
    const { number } = await request([], 'x'.repeat(100_000))
    const { description = '' } = (await rig.forge.mergeRequest(number)) ?? {}
    expect(description.length).toBe(65_536)
    expect(description).toMatch(/Cut here/)
  })

  it('the trial merge of an open request is no merge', async () => {
    const { number } = await request()
    expect(await rig.forge.mergeRequest(number)).toMatchObject({ mergedSha: null, mergeable: true })
  })

  it('a target that moved as it was merged is tried again', async () => {
    const { number, headSha } = await request()
    rig.server.intercept = ({ path }) =>
      path.endsWith('/merge')
        ? { status: 405, json: { message: 'Base branch was modified. Review and try the merge again.' } }
        : undefined
    await expect(rig.forge.merge(number, headSha, 'm')).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
  })
})

it.each([
  ['https://github.com/', 'https://api.github.com'],
  ['https://api.github.com', 'https://api.github.com'],
  ['https://ghe.example', 'https://ghe.example/api/v3'],
  ['https://ghe.example/api/v3/', 'https://ghe.example/api/v3'],
  ['https://github.com.evil.example', 'https://github.com.evil.example/api/v3'],
])('the API of %s is at %s', (url, api) => {
  expect(apiOf(url)).toBe(api)
})

it('a token that may no longer see the repository at GitHub is not a branch or request that is gone', async () => {
  rig.server.intercept = () => ({ status: 404, json: { message: 'Not Found' } })
  for (const look of [
    rig.forge.head('main'),
    rig.forge.mergeRequest(1),
    rig.forge.deleteBranch(branch, base),
  ])
    await expect(look).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
