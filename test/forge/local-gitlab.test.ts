import { describe, expect, it, onTestFinished } from 'vitest'
import { createGitlabForge } from '../../server/src/adapter/gitlab/index.ts'
import { forgeRoutes } from '../../server/src/edge/forge/index.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { forgeConformance } from '../../server/src/port/forge.suite.ts'
import type { Caller } from '../../server/src/port/operation-client.ts'
import { callRoutes } from './call-routes.ts'
import { callerOf, openForgeRig } from './local-rig.ts'

const at = ['default', 'shop'] as const

async function openServed(approvalsRequired = 0) {
  const rig = await openForgeRig()
  await rig.project('shop', { 'README.md': '# shop\n' }, { approvalsRequired })
  const audited: string[] = []
  const routes = forgeRoutes({
    forge: rig.forge,
    identity: {
      async audit({ actor }, action, resource, outcome) {
        audited.push([actor, action, resource, outcome].join(' '))
      },
    },
    publicUrl: () => 'http://localhost:8080',
    version: '1.2.3',
  })
  const http = callRoutes(routes, (key): Caller | undefined => (key ? callerOf(key) : undefined))
  const ask = async (
    key: string,
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
  ) => {
    const found = await http.send({
      ...{ method, url: `http://localhost/api/v4${path}`, timeoutMs: 1_000, bytesMax: 1_000_000 },
      headers: { ...(key ? { 'private-token': key } : {}), 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
    })
    const text = found.body.toString('utf8')
    const json = found.headers['content-type'] === 'application/json' ? JSON.parse(text) : text
    return { status: found.status, headers: found.headers, json }
  }
  return { ...rig, http, ask, audited, closeAll: () => rig.close() }
}

describe('our part of the API of GitLab, before the client for GitLab', () => {
  forgeConformance(async (seed) => {
    const served = await openServed()
    await served.seed('shop', seed)
    await served.records.unprotect(...at, 'main')
    return {
      forge: createGitlabForge(
        { http: served.http, clock: systemClock, secrets: { read: async () => 'aiops' } as never },
        { url: 'http://localhost', project: 'default/shop', tokenSecret: 'key', trustApprovalTime: true },
      ),
      push: (branch, files) => served.push('shop', branch, files),
      protect: (branch) => served.forge.projects.protect(...at, { pattern: branch, push: 'NOBODY' }),
      async approve(number, login) {
        const { json } = await served.ask(login, 'GET', `/projects/shop/merge_requests/${number}`)
        const path = `/projects/shop/merge_requests/${number}/approve`
        expect((await served.ask(login, 'POST', path, { sha: json.sha })).status).toBe(201)
      },
      async comment(number, login, text, edited) {
        const note = await served.forge.requests.note(login, ...at, number, text, null)
        if (edited === undefined) return
        await new Promise((resolve) => setTimeout(resolve, 2))
        await served.forge.requests.editNote(login, ...at, number, note.number, edited)
      },
      notes: async (number) => (await served.forge.requests.notes(...at, number)).map(({ text }) => text),
      async statuses(sha) {
        const all = await served.forge.requests.statuses(...at, sha)
        return Object.fromEntries(
          all.map(({ context, state, description }) => [context, { state, description }]),
        )
      },
      close: served.closeAll,
    }
  })
})

describe('our part of the API of GitLab', () => {
  async function open(approvalsRequired = 1) {
    const served = await openServed(approvalsRequired)
    onTestFinished(served.closeAll)
    const root = '/projects/default%2Fshop'
    const made = await served.ask('anna', 'POST', `${root}/repository/commits`, {
      ...{ branch: 'aiops/cart', start_branch: 'main', commit_message: 'Resize cart' },
      actions: [{ action: 'create', file_path: 'cart.tfvars', content: 'size = 1\n' }],
    })
    const opened = await served.ask('anna', 'POST', `${root}/merge_requests`, {
      ...{ source_branch: 'aiops/cart', target_branch: 'main', title: 'Smaller cart', labels: 'a, b' },
    })
    return { ...served, root, made, opened, request: `${root}/merge_requests/${opened.json.iid}` }
  }

  it('knows a project by number, name and path', async () => {
    const { ask } = await open()
    for (const id of ['1', 'shop', 'default%2Fshop'])
      expect((await ask('anna', 'GET', `/projects/${id}`)).json).toMatchObject({
        ...{ id: 1, path_with_namespace: 'default/shop', default_branch: 'main' },
        http_url_to_repo: 'http://localhost:8080/git/shop.git',
      })
    expect(await ask('anna', 'GET', '/projects/none')).toMatchObject({
      status: 404,
      json: { message: '404 Project Not Found' },
    })
    expect((await ask('', 'GET', '/projects/shop')).json).toEqual({ message: '401 Unauthorized' })
  })

  it('opens one merge request of a branch, and says which is open', async () => {
    const { ask, root, made, opened } = await open()
    expect(opened).toMatchObject({
      status: 201,
      json: { iid: 1, state: 'opened', sha: made.json.id, labels: ['a', 'b'], author: { username: 'anna' } },
    })
    const body = { source_branch: 'aiops/cart', target_branch: 'main', title: 'Again' }
    expect(await ask('ben', 'POST', `${root}/merge_requests`, body)).toMatchObject({
      status: 409,
      json: { message: ['Another open merge request already exists for this source branch: !1'] },
    })
    expect(await ask('ben', 'POST', `${root}/merge_requests`, { title: 'x' })).toMatchObject({
      status: 400,
      json: { message: '400 source_branch is missing' },
    })
  })

  it('lets nobody approve what is theirs, nor merge what nobody approved', async () => {
    const { ask, request, made } = await open()
    const sha = made.json.id
    expect((await ask('anna', 'POST', `${request}/approve`, { sha })).status).toBe(403)
    expect((await ask('ben', 'PUT', `${request}/merge`, { sha })).json.message).toMatch(
      /405 .*1 more approval/,
    )
    expect((await ask('anna', 'GET', request)).json.detailed_merge_status).toBe('not_approved')
    expect((await ask('ben', 'POST', `${request}/approve`, { sha })).json).toMatchObject({
      ...{ approved: true, approved_by: [{ user: { username: 'ben' }, sha, counts: true }] },
    })
    expect((await ask('anna', 'PUT', `${request}/merge`, { sha })).json).toMatchObject({
      ...{ state: 'merged', merged_by: { username: 'anna' } },
    })
  })

  it('forgets an approval when the branch moves on, and merges no other commit than the one named', async () => {
    const { ask, root, request, made } = await open()
    const sha = made.json.id
    await ask('ben', 'POST', `${request}/approve`, { sha })
    const moved = await ask('carl', 'POST', `${root}/repository/commits`, {
      ...{ branch: 'aiops/cart', commit_message: 'More' },
      actions: [{ action: 'update', file_path: 'cart.tfvars', content: 'size = 99\n' }],
    })
    expect((await ask('anna', 'PUT', `${request}/merge`, { sha })).status).toBe(409)
    const now = await ask('anna', 'PUT', `${request}/merge`, { sha: moved.json.id })
    expect(now).toMatchObject({ status: 405, json: { message: expect.stringContaining('1 more approval') } })
    // Carl pushed the newest commit: it is his work as well.
    expect((await ask('carl', 'POST', `${request}/approve`, { sha: moved.json.id })).status).toBe(403)
    expect((await ask('anna', 'PUT', `${request}/merge`, {})).json.message).toBe('400 sha is missing')
  })

  it('holds a merge back while a status failed or is not finished', async () => {
    const { ask, root, request, made } = await open(0)
    const sha = made.json.id
    const set = (state: string) => ask('ci', 'POST', `${root}/statuses/${sha}`, { state, name: 'plan' })
    await set('running')
    expect((await ask('ben', 'PUT', `${request}/merge`, { sha })).json.message).toContain(
      'Not finished: plan.',
    )
    await set('failed')
    expect((await ask('ben', 'GET', request)).json.detailed_merge_status).toBe('ci_must_pass')
    await set('success')
    expect((await ask('ben', 'GET', `${root}/repository/commits/${sha}/statuses`)).json).toMatchObject([
      { name: 'plan', status: 'success', author: { username: 'ci' } },
    ])
    expect((await ask('ben', 'PUT', `${request}/merge`, { sha })).status).toBe(200)
  })

  it('gives files, trees, differences and pages', async () => {
    const { ask, root, made } = await open()
    const file = '/repository/files/cart.tfvars'
    expect((await ask('ben', 'GET', `${root}${file}/raw?ref=aiops%2Fcart`)).json).toBe('size = 1\n')
    expect((await ask('ben', 'GET', `${root}${file}?ref=aiops%2Fcart`)).json).toMatchObject({
      ...{ content: Buffer.from('size = 1\n').toString('base64'), last_commit_id: made.json.id },
    })
    const compared = await ask('ben', 'GET', `${root}/repository/compare?from=main&to=aiops%2Fcart`)
    expect(compared.json).toMatchObject({
      commits: [{ title: 'Resize cart' }],
      diffs: [{ new_path: 'cart.tfvars', new_file: true, diff: '@@ -0,0 +1 @@\n+size = 1\n' }],
    })
    const page = await ask('ben', 'GET', `${root}/repository/branches?per_page=1&page=2`)
    expect(page.json.map(({ name }: { name: string }) => name)).toEqual(['main'])
    expect(page.headers).toMatchObject({ 'x-total': '2', 'x-total-pages': '2', 'x-next-page': '' })
  })

  it('protects branches and keeps the token of a webhook to itself', async () => {
    const { ask, root, audited } = await open()
    await ask('anna', 'POST', `${root}/protected_branches`, { name: 'release/*', push_access_level: 40 })
    expect((await ask('anna', 'GET', `${root}/protected_branches`)).json).toMatchObject([
      { name: 'main', push_access_levels: [{ access_level: 0 }] },
      { name: 'release/*', push_access_levels: [{ access_level: 40 }] },
    ])
    expect((await ask('anna', 'DELETE', `${root}/protected_branches/main`)).status).toBe(403)
    const hook = { url: 'https://ci.example/hook', token: 'hush', merge_requests_events: true }
    expect((await ask('anna', 'POST', `${root}/hooks`, hook)).status).toBe(201)
    expect(JSON.stringify((await ask('anna', 'GET', `${root}/hooks`)).json)).not.toContain('hush')
    expect(audited).toContain('anna configureForge /api/v4/projects/default%2Fshop/hooks SUCCESS')
    const bad = await ask('anna', 'POST', `${root}/hooks`, { url: 'file:///etc/passwd' })
    expect(bad.status).toBe(400)
  })

  it.each([
    '/projects/shop/repository/files/..%2F..%2Fetc%2Fpasswd/raw?ref=main',
    '/projects/shop/repository/files/-rf/raw?ref=--upload-pack=x',
    '/projects/shop/repository/tree?ref=main:README.md',
    '/projects/shop/repository/tree?path=--help',
    '/projects/shop/repository/commits/HEAD~1',
    '/projects/..%2F..%2Fx/repository/branches',
    '/projects/shop/repository/branches/main@%7B1%7D',
    '/projects/other%2Fshop',
  ])('finds nothing under %s', async (path) => {
    const { ask } = await open()
    expect((await ask('ben', 'GET', path)).status).toBe(404)
  })

  it('speaks Git only in its smart form, and asks for a key', async () => {
    const { http } = await open()
    const get = (path: string, headers: Record<string, string> = {}) =>
      http.send({ method: 'GET', url: `http://localhost${path}`, headers, timeoutMs: 1, bytesMax: 1 })
    const asked = await get('/git/shop.git/info/refs?service=git-receive-pack')
    expect(asked).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringMatching(/^Basic/) },
    })
    const basic = { authorization: `Basic ${Buffer.from('x:anna').toString('base64')}` }
    expect((await get('/git/shop.git/info/refs', basic)).status).toBe(403)
    expect((await get('/git/shop.git/HEAD', basic)).status).toBe(404)
    expect((await get('/git/none.git/info/refs?service=git-upload-pack', basic)).status).toBe(404)
    expect((await get('/git/..%2Fshop.git/info/refs?service=git-upload-pack', basic)).status).toBe(404)
  })

  it('writes a push that was refused to the audit log, and takes none that is compressed', async () => {
    const { http, audited, forge } = await open()
    const head = await forge.open('default', 'shop').head('main')
    const line = `${head} ${'0'.repeat(40)} refs/heads/main\0 report-status`
    const push = (headers: Record<string, string>) =>
      http.send({
        ...{
          method: 'POST',
          url: 'http://localhost/git/shop.git/git-receive-pack',
          timeoutMs: 1,
          bytesMax: 1,
        },
        headers: { authorization: `Basic ${Buffer.from('x:anna').toString('base64')}`, ...headers },
        body: Buffer.from(`${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`),
      })
    expect((await push({})).body.toString()).toContain(
      'ng refs/heads/main protected branch, it is not deleted',
    )
    expect(audited).toContain('anna pushToForge forge/shop DENIED')
    expect((await push({ 'content-encoding': 'gzip' })).status).toBe(415)
    expect(await forge.open('default', 'shop').head('main')).toBe(head)
  })
})
