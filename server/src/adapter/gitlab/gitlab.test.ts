import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serveGitlab } from '../../../../test/forge/gitlab-server.ts'
import { openScripted, type ScriptedRig, tokenSecret } from '../../../../test/forge/rig.ts'
import { bot } from '../../../../test/forge/world.ts'
import { forgeSeed } from '../../port/forge.suite.ts'
import { noteMarker } from '../../port/forge-note.ts'
import { createGitlabForge } from './forge.ts'
import { safeText } from './merge-requests.ts'

const cart = 'infra/service/cart.tfvars'
const branch = 'aiops/cart'
let rig: ScriptedRig
let base: string

const open = async (options: { approvedAt?: boolean; pipeline?: number } = {}, trustApprovalTime = false) => {
  await rig?.close()
  rig = await openScripted(
    forgeSeed,
    (world) => serveGitlab(world, options),
    (deps, url) => createGitlabForge(deps, { url, project: 'group/shop', tokenSecret, trustApprovalTime }),
  )
  base = rig.world.git.branches.get('main') ?? ''
}
const commit = (content = 'one\n') =>
  rig.forge.commit({
    branch,
    from: { branch: 'main', sha: base },
    message: 'm',
    files: [{ path: cart, content }],
  })
const request = () =>
  rig.forge.openMergeRequest({ source: branch, target: 'main', title: 't', description: 'd', labels: [] })
const approvals = async (number: number) => (await rig.forge.mergeRequest(number))?.approvals

beforeEach(() => open())
afterEach(() => rig.close())

describe('GitLab, scripted after its documentation: commits', () => {
  it('a commit of others between look and write is told, though GitLab let it pass', async () => {
    const { sha } = await commit()
    let theirs = ''
    rig.server.intercept = ({ method, path }) => {
      if (method === 'POST' && path.endsWith('/commits') && theirs === '')
        theirs = rig.world.push(branch, { 'README.md': 'theirs\n' })
      return undefined
    }
    const second = rig.forge.commit({
      branch,
      from: { branch, sha },
      message: 'm',
      files: [{ path: cart, content: 'two\n' }],
    })
    await expect(second).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('on top of theirs'),
    })
  })

  it('a file that others changed meanwhile is not overwritten', async () => {
    const { sha } = await commit()
    rig.server.intercept = ({ method, path }) => {
      if (method === 'POST' && path.endsWith('/commits') && rig.world.git.branches.get(branch) === sha)
        rig.world.push(branch, { [cart]: 'theirs\n' })
      return undefined
    }
    const second = rig.forge.commit({
      branch,
      from: { branch, sha },
      message: 'm',
      files: [{ path: cart, content: 'two\n' }],
    })
    await expect(second).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await rig.forge.readFile(branch, cart)).toBe('theirs\n')
  })

  it('a commit whose answer was lost is found again', async () => {
    rig.server.intercept = ({ method, path, body }) => {
      if (method !== 'POST' || !path.endsWith('/commits')) return undefined
      rig.server.intercept = undefined
      const sha = rig.world.git.change(base, new Map([[cart, body.actions[0].content]]), 'm', bot)
      rig.world.move(branch, sha)
      return { status: 502 }
    }
    await expect(commit()).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
    expect((await commit()).sha).toBe(rig.world.git.branches.get(branch))
  })

  it('a folder that is not there is empty, a commit that is not there is no folder', async () => {
    expect(await rig.forge.tree(base, 'none')).toEqual([])
    await expect(rig.forge.tree('0123456789012345678901234567890123456789', 'infra')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    rig.server.intercept = () => ({ status: 404, json: { message: '404 Project Not Found' } })
    await expect(rig.forge.tree(base, 'infra')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('a project that is not there is not a branch that is not there', async () => {
    rig.server.intercept = () => ({ status: 404, json: { message: '404 Project Not Found' } })
    await expect(rig.forge.head('main')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('GitLab, scripted after its documentation: approvals', () => {
  beforeEach(() => commit())

  it('are of no certain commit while it stands, since GitLab does not say which was seen', async () => {
    const { number } = await request()
    await rig.approve(number, 'anna')
    expect(await approvals(number)).toMatchObject([{ by: 'anna', headSha: null }])
  })

  it('are surely of an older commit when a newer came after them', async () => {
    const { number, headSha } = await request()
    await rig.approve(number, 'anna')
    rig.world.push(branch, { 'README.md': 'more\n' })
    expect(await approvals(number)).toMatchObject([{ by: 'anna', headSha }])
  })

  it('are of the commit that stood then, where the time is trusted', async () => {
    await open({}, true)
    const { sha } = await commit()
    const { number } = await request()
    await rig.approve(number, 'anna')
    expect(await approvals(number)).toMatchObject([{ by: 'anna', headSha: sha }])
    rig.world.push(branch, { 'README.md': 'more\n' })
    expect(await approvals(number)).toMatchObject([{ by: 'anna', headSha: sha }])
  })

  it('have their time from the notes of servers that do not say it with them', async () => {
    await open({ approvedAt: false })
    await commit()
    const { number } = await request()
    const given = rig.world.review(number, 'anna')
    expect(await approvals(number)).toMatchObject([{ by: 'anna', atMs: given.timeMs }])
  })

  it('are of the commit that a server with this API names, as the local forge does', async () => {
    const { number, headSha } = await request()
    rig.server.intercept = ({ path }) =>
      path.endsWith('/approvals')
        ? {
            status: 200,
            json: {
              approved_by: [
                { user: { username: 'anna' }, approved_at: '2026-01-05T10:00:00Z', sha: headSha },
              ],
            },
          }
        : undefined
    expect(await approvals(number)).toMatchObject([{ by: 'anna', headSha }])
  })

  it('of the platform itself are never shown', async () => {
    const { number } = await request()
    await rig.approve(number, bot)
    expect(await approvals(number)).toEqual([])
  })
})

describe('GitLab, scripted after its documentation: requests', () => {
  beforeEach(() => commit())

  it('one that was merged with another head is not merged with this', async () => {
    const { number, headSha } = await request()
    await rig.forge.merge(number, headSha, 'm')
    await expect(rig.forge.merge(number, base, 'm')).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('a fork with a branch of the same name is not ours', async () => {
    const theirs = rig.world.open(
      { title: 'x', description: '', source: branch, target: 'main', labels: [] },
      'mallory',
      'mallory',
    )
    const { number } = await request()
    expect(number).not.toBe(theirs.number)
    const ours = await rig.forge.mergeRequests({ sourcePrefix: 'aiops/', limit: 10 })
    expect(ours.map((one) => one.number)).toEqual([number])
  })

  it('texts never command GitLab', async () => {
    const { number } = await request()
    await rig.forge.note(number, 'plan', 'log says:\n/approve\n  /merge\r\n/close now, see a/b')
    await rig.forge.describe(number, { description: '/assign @mallory' })
    const [note] = await rig.notes(number)
    for (const text of [note ?? '', rig.world.requests.get(number)?.description ?? ''])
      expect(text).not.toMatch(/^\s*\//m)
    expect(note).toContain('a/b')
    expect(safeText('a\n/b\n\t/c\u2028/d')).toBe('a\n\\/b\n\t\\/c\u2028\\/d')
  })

  it("somebody else's note with our marker is left alone", async () => {
    const { number } = await request()
    const open = rig.world.requests.get(number)!
    const fake = rig.world.note(open, 'mallory', `${noteMarker('plan')}\nfake`)
    await rig.forge.note(number, 'plan', 'first')
    await rig.forge.note(number, 'plan', 'second')
    expect(fake.body).toContain('fake')
    expect(open.notes.map(({ author }) => author)).toEqual(['mallory', bot])
    expect(open.notes[1]?.body).toContain('second')
  })

  it('one that GitLab has not looked at yet is tried again, one that it forbids is not', async () => {
    const { number, headSha } = await request()
    const answer = (status: string) => {
      rig.server.intercept = ({ method, path }) => {
        if (method === 'PUT' && path.endsWith('/merge'))
          return { status: 405, json: { message: '405 Method Not Allowed' } }
        const json = method === 'GET' && path.endsWith(`/merge_requests/${number}`)
        const { world } = rig
        const { createdMs } = world.requests.get(number)!
        const time = new Date(createdMs).toISOString()
        if (!json) return undefined
        return {
          status: 200,
          json: {
            ...{
              iid: number,
              title: 't',
              source_branch: branch,
              target_branch: 'main',
              sha: headSha,
              state: 'opened',
              labels: [],
            },
            ...{
              author: { username: bot },
              web_url: 'x',
              created_at: time,
              updated_at: time,
              detailed_merge_status: status,
            },
          },
        }
      }
    }
    answer('checking')
    await expect(rig.forge.merge(number, headSha, 'm')).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
    answer('not_approved')
    await expect(rig.forge.merge(number, headSha, 'm')).rejects.toMatchObject({
      ...{ code: 'CONFLICT', message: expect.stringContaining('not_approved') },
    })
    expect((await rig.forge.mergeRequest(number))?.mergeable).toBe(false)
  })

  it('a status joins the pipeline that is there, so that it makes none of its own', async () => {
    await open({ pipeline: 47 })
    const { sha } = await commit()
    await rig.forge.setStatus(sha, { context: 'aiops/plan', state: 'SUCCESS', description: 'ok' })
    expect(rig.world.statuses.get(sha)).toMatchObject([{ pipeline: 47 }])
  })
})
