import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serveGitea } from '../../../../test/forge/gitea-server.ts'
import { openScripted, type ScriptedRig, tokenSecret } from '../../../../test/forge/rig.ts'
import { bot } from '../../../../test/forge/world.ts'
import { forgeSeed } from '../../port/forge.suite.ts'
import { createGiteaForge } from './forge.ts'
import { blobSha } from './repository.ts'

const cart = 'infra/service/cart.tfvars'
const branch = 'aiops/cart'
let rig: ScriptedRig
let base: string

beforeEach(async () => {
  rig = await openScripted(forgeSeed, serveGitea, (deps, url) =>
    createGiteaForge(deps, { url, project: 'team/shop', tokenSecret }),
  )
  base = rig.world.git.branches.get('main') ?? ''
})
afterEach(() => rig.close())

const commit = (content: string | null = 'one\n', from = { branch: 'main', sha: base }) =>
  rig.forge.commit({ branch, from, message: 'm', files: [{ path: cart, content }] })
const request = () =>
  rig.forge.openMergeRequest({ source: branch, target: 'main', title: 't', description: 'd', labels: [] })
const approvals = async (number: number) => (await rig.forge.mergeRequest(number))?.approvals ?? []

describe('Gitea, scripted after its Swagger document: commits', () => {
  it('a crash between making the branch and the commit is gone on from', async () => {
    rig.server.intercept = ({ method, path }) =>
      method === 'POST' && path.endsWith('/contents') ? { status: 502 } : undefined
    await expect(commit()).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
    expect(rig.world.git.branches.get(branch)).toBe(base)
    rig.server.intercept = undefined
    const { sha } = await commit()
    expect(rig.world.git.commits.get(sha)?.parents).toEqual([base])
  })

  it('an answer that was lost is found again, also where a file was deleted', async () => {
    const { sha } = await commit(null)
    expect(await commit(null)).toEqual({ sha })
    await expect(commit('else\n')).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('a commit of others between look and write is told, though Gitea let it pass', async () => {
    const { sha } = await commit()
    let theirs = ''
    rig.server.intercept = ({ method, path }) => {
      if (method === 'POST' && path.endsWith('/contents') && theirs === '')
        theirs = rig.world.push(branch, { 'README.md': 'theirs\n' })
      return undefined
    }
    await expect(commit('two\n', { branch, sha })).rejects.toMatchObject({
      ...{ code: 'CONFLICT', message: expect.stringContaining('on top of theirs') },
    })
  })

  it('a file that others changed meanwhile is not overwritten', async () => {
    const { sha } = await commit()
    rig.server.intercept = ({ method, path }) => {
      if (method === 'POST' && path.endsWith('/contents') && rig.world.git.branches.get(branch) === sha)
        rig.world.push(branch, { [cart]: 'theirs\n' })
      return undefined
    }
    await expect(commit('two\n', { branch, sha })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await rig.forge.readFile(branch, cart)).toBe('theirs\n')
  })

  it('a text has the name that git gives it', () => {
    // `printf 'hello\n' | git hash-object --stdin`
    expect(blobSha('hello\n', 40)).toBe('ce013625030ba8dba906f756967f9e9ca394464a')
  })
})

describe('Gitea, scripted after its Swagger document: approvals', () => {
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
    ['changes are asked for afterwards', ['APPROVED', 'REQUEST_CHANGES'], 0],
    ['a review is asked for anew', ['APPROVED', 'REQUEST_REVIEW'], 0],
    ['a comment follows', ['APPROVED', 'COMMENT'], 1],
    ['changes were asked for before', ['REQUEST_CHANGES', 'APPROVED'], 1],
  ])('count or not when %s', async (_, states, count) => {
    for (const state of states) rig.world.review(number, 'anna', state)
    expect(await approvals(number)).toHaveLength(count)
  })

  it('do not count once they are dismissed', async () => {
    rig.world.review(number, 'anna').dismissed = true
    expect(await approvals(number)).toEqual([])
  })

  it('of somebody who may not push, or of the platform, do not count', async () => {
    rig.world.review(number, 'mallory')
    rig.world.review(number, bot)
    expect(await approvals(number)).toEqual([])
  })

  it('do not count where Gitea does not let the token ask who may push', async () => {
    rig.world.review(number, 'anna')
    rig.server.intercept = ({ path }) =>
      path.endsWith('/permission') ? { status: 403, json: { message: 'Only admins' } } : undefined
    expect(await approvals(number)).toEqual([])
  })
})

describe('Gitea, scripted after its Swagger document: requests', () => {
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

  it('one that Gitea has not looked at yet is tried again, and is no conflict', async () => {
    const { number, headSha } = await request()
    rig.server.intercept = ({ path }) =>
      path.endsWith('/merge') ? { status: 405, json: { message: 'Please try again later' } } : undefined
    await expect(rig.forge.merge(number, headSha, 'm')).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
    rig.world.push('main', { [cart]: 'theirs\n' })
    expect((await rig.forge.mergeRequest(number))?.mergeable).toBeNull()
  })

  it('who may not merge is told so', async () => {
    const { number, headSha } = await request()
    rig.server.intercept = ({ path }) =>
      path.endsWith('/merge') ? { status: 405, json: { message: 'User not allowed to merge PR' } } : undefined
    await expect(rig.forge.merge(number, headSha, 'm')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  })

  it('a label is made once', async () => {
    const open = (source: string) =>
      rig.forge.openMergeRequest({
        source,
        target: 'main',
        title: 't',
        description: '',
        labels: ['cost', 'cost', 'aiops'],
      })
    await open(branch)
    rig.world.push('aiops/other', { 'README.md': 'x\n' })
    expect([...(await open('aiops/other')).labels].sort()).toEqual(['aiops', 'cost'])
    expect([...rig.world.labels.keys()].sort()).toEqual(['aiops', 'cost'])
  })
})

it('a token that may no longer see the repository at Gitea is not a branch or request that is gone', async () => {
  rig.server.intercept = () => ({ status: 404, json: { message: 'Not Found' } })
  for (const look of [
    rig.forge.head('main'),
    rig.forge.mergeRequest(1),
    rig.forge.deleteBranch(branch, base),
  ])
    await expect(look).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
