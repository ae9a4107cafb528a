import { describe, expect, it, onTestFinished } from 'vitest'
import { callerOf, openForgeRig } from '../../../../test/forge/local-rig.ts'

const at = ['default', 'infra'] as const
const seen = (headSha: string) => ({ headSha, rule: 'PEOPLE' as const })

async function opened(options: { approvalsRequired?: number } = {}) {
  const rig = await openForgeRig()
  onTestFinished(() => rig.close())
  await rig.project('infra', { 'a.tf': '1\n' }, options)
  const sha = await rig.push('infra', 'work', { 'a.tf': '2\n' })
  const asked = { source: 'work', target: 'main', title: 't', description: '', labels: [] }
  const { request } = await rig.forge.requests.open('anna', ...at, asked)
  return { ...rig, rig, sha, asked, number: request.number, requests: rig.forge.requests }
}

describe('review', () => {
  it('is not done by the author, the platform, or whoever pushed a commit of it', async () => {
    const { requests, number, sha, records, forge } = await opened()
    await records.recordPush(...at, { sha, by: 'carl', atMs: 1 })
    for (const by of ['anna', 'carl', forge.login])
      await expect(requests.approve(by, ...at, number, sha)).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
      })
    await requests.approve('ben', ...at, number, sha)
    const detail = await forge.views.detail(callerOf('carl'), 'infra', number)
    expect(detail).toMatchObject({
      approvable: false,
      blocked_by: [],
      approvals: [{ by: 'ben', counts: true }],
    })
    const reader = { ...callerOf('dora'), permissions: ['deployments:read' as const] }
    expect((await forge.views.detail(reader, 'infra', number)).not_approvable_because).toContain('permission')
  })

  it('waits for the status of the platform, which nobody else sets', async () => {
    const { requests, number, sha, forge } = await opened()
    const status = { context: 'aiops/deployment', state: 'PENDING' as const, description: '' }
    await requests.setStatus(forge.login, ...at, sha, status)
    await requests.approve('ben', ...at, number, sha)
    const spoofed = requests.setStatus('ben', ...at, sha, { ...status, state: 'SUCCESS' })
    await expect(spoofed).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
    await expect(requests.merge('ben', ...at, number, seen(sha))).rejects.toThrow('Not finished')
  })

  it('counts each person once, and as many as are required', async () => {
    const { requests, number, sha } = await opened({ approvalsRequired: 2 })
    await requests.approve('ben', ...at, number, sha)
    await requests.approve('ben', ...at, number, sha)
    await expect(requests.merge('ben', ...at, number, seen(sha))).rejects.toThrow('1 more approval')
    await requests.approve('carl', ...at, number, sha)
    await requests.unapprove('ben', ...at, number)
    await expect(requests.merge('ben', ...at, number, seen(sha))).rejects.toThrow('1 more approval')
    await requests.approve('ben', ...at, number, sha)
    expect(await requests.merge('ben', ...at, number, seen(sha))).toMatchObject({
      state: 'MERGED',
      mergedBy: 'ben',
    })
  })

  it('approves nothing but the head that was seen, also where a push comes between', async () => {
    const { requests, number, sha, rig } = await opened()
    const moved = await rig.push('infra', 'work', { 'a.tf': '3\n' })
    await expect(requests.approve('ben', ...at, number, sha)).rejects.toMatchObject({ code: 'CONFLICT' })
    await requests.approve('ben', ...at, number, moved)
    await rig.push('infra', 'work', { 'a.tf': '4\n' })
    const request = await requests.get(...at, number)
    expect((await requests.approvals(...at, request as never)).map(({ counts }) => counts)).toEqual([false])
    await expect(requests.merge('ben', ...at, number, seen(moved))).rejects.toMatchObject({
      code: 'CONFLICT',
    })
  })

  it('counts an approval again when the branch is set back to what was approved', async () => {
    const { requests, number, sha, rig, git } = await opened()
    await requests.approve('ben', ...at, number, sha)
    const moved = await rig.push('infra', 'work', { 'a.tf': '3\n' })
    await git.open({ tenant: 'default', project: 'infra' }).moveBranch('work', sha, moved)
    expect(await requests.merge('anna', ...at, number, seen(sha))).toMatchObject({ state: 'MERGED' })
  })

  it('merges once, whoever races', async () => {
    const { requests, number, sha, git } = await opened({ approvalsRequired: 0 })
    const all = await Promise.all(
      ['ben', 'carl', 'dora'].map((by) => requests.merge(by, ...at, number, seen(sha))),
    )
    expect(new Set(all.map(({ mergedSha }) => mergedSha)).size).toBe(1)
    const log = await git.open({ tenant: 'default', project: 'infra' }).log('main', { limit: 10 })
    expect(log.filter(({ parents }) => parents.length === 2)).toHaveLength(1)
  })

  it('goes on where the process ended between the merge and its record', async () => {
    const { requests, number, sha, git, rig } = await opened({ approvalsRequired: 0 })
    const repository = git.open({ tenant: 'default', project: 'infra' })
    const target = (await repository.head('main')) ?? ''
    const author = { name: 'x', email: 'x@y' }
    const joined = await repository.join({ target, source: sha, message: 'm', author, atMs: 1 })
    await repository.moveBranch('main', joined ?? '', target)
    await rig.push('infra', 'main', { 'b.tf': 'later\n' })
    expect(await requests.merge('ben', ...at, number, seen(sha))).toMatchObject({ mergedSha: joined })
    expect(
      (await repository.log('main', { limit: 10 })).filter(({ parents }) => parents.length === 2),
    ).toHaveLength(1)
  })

  it('keeps the commits and the difference of what was merged, after its branch is gone', async () => {
    const { requests, number, sha, forge, git } = await opened({ approvalsRequired: 0 })
    await requests.merge('ben', ...at, number, seen(sha))
    await forge.deleteBranch(callerOf('ben'), 'infra', 'work')
    await git.tidy({ tenant: 'default', project: 'infra' })
    const detail = await forge.views.detail(callerOf('ben'), 'infra', number)
    expect(detail.commits.map((one) => one.sha)).toEqual([sha])
    expect((await forge.views.diff('default', 'infra', number)).files).toMatchObject([
      { new_path: 'a.tf', change: 'CHANGED' },
    ])
  })

  it('opens one request of two that race, and none of a branch into itself', async () => {
    const { requests, number, asked } = await opened()
    await requests.close('anna', ...at, number)
    const both = await Promise.all(['anna', 'ben', 'carl'].map((by) => requests.open(by, ...at, asked)))
    expect(new Set(both.map(({ request }) => request.number)).size).toBe(1)
    expect(both.filter(({ isNew }) => isNew)).toHaveLength(1)
    await expect(requests.reopen('anna', ...at, number)).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(requests.open('anna', ...at, { ...asked, target: 'work' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    })
  })

  it('is of one tenant: another has neither the repository nor its requests', async () => {
    const { forge, number } = await opened()
    const stranger = callerOf('eve', 'shop')
    expect(await forge.projects.list('shop')).toEqual([])
    await expect(forge.views.detail(stranger, 'infra', number)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(forge.projects.find('shop', 'default/infra')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(forge.projects.find('shop', '1')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(forge.open('shop', 'infra').head('main')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('bounds what people write', async () => {
    const { requests, number, sha, asked, forge } = await opened()
    const bad = { code: 'VALIDATION_FAILED' }
    await expect(requests.describe(...at, number, { title: ' ' })).rejects.toMatchObject(bad)
    await expect(
      requests.open('b', ...at, { ...asked, source: 'x', title: 'x'.repeat(501) }),
    ).rejects.toMatchObject(bad)
    await expect(requests.note('b', ...at, number, '', null)).rejects.toMatchObject(bad)
    const note = await requests.note('ben', ...at, number, 'mine', null)
    await expect(requests.editNote('eve', ...at, number, note.number, 'theirs')).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    })
    for (let index = 0; index < 100; index += 1)
      await requests.setStatus('ci', ...at, sha, { context: `c${index}`, state: 'SUCCESS', description: '' })
    const more = { context: 'one more', state: 'SUCCESS' as const, description: '' }
    await expect(requests.setStatus('ci', ...at, sha, more)).rejects.toMatchObject({ code: 'CONFLICT' })
    const link = { ...more, context: 'c1', url: 'javascript:alert(1)' }
    expect(await requests.setStatus('ci', ...at, sha, link)).not.toHaveProperty('url')
    expect((await forge.views.detail(callerOf('ben'), 'infra', number)).statuses).toHaveLength(100)
  })

  it('leaves in the audit log what the platform did', async () => {
    const { forge, audit, requests } = await opened()
    const own = forge.open('default', 'infra')
    const base = (await own.head('main')) ?? ''
    const { sha } = await own.commit({
      ...{ branch: 'aiops/b', from: { branch: 'main', sha: base }, message: 'm' },
      files: [{ path: 'b.tf', content: '1\n' }],
    })
    const request = await own.openMergeRequest({
      source: 'aiops/b',
      target: 'main',
      title: 't',
      description: '',
      labels: [],
    })
    await expect(own.merge(request.number, base, 'm')).rejects.toMatchObject({ code: 'CONFLICT' })
    await own.merge(request.number, sha, 'm')
    expect(audit.map(({ actor, action, outcome }) => [actor, action, outcome])).toEqual([
      ['aiops-bot', 'commitToForge', 'SUCCESS'],
      ['aiops-bot', 'mergeByForge', 'FAILURE'],
      ['aiops-bot', 'mergeByForge', 'SUCCESS'],
    ])
    expect((await requests.get(...at, request.number))?.mergedBy).toBe('aiops-bot')
  })
})
